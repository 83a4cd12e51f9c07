//! The official register of the settings: whether its program is there. It is not asked: nobody's data are at hand.

use std::path::Path;

use super::{Finding, Remark, Subject, Verdict};
use crate::Settings;

pub(super) fn look_at(settings: &Settings) -> Vec<Finding> {
    let Some(register) = settings.register.register() else {
        return Vec::new();
    };
    let finding = if can_be_run(&register.program) {
        Finding::fine(Subject::Register, Remark::RegisterFine)
    } else {
        Finding::new(Subject::Register, Verdict::Warning, Remark::RegisterMissing)
    };
    vec![finding.with("register", register.name)]
}

fn can_be_run(program: &Path) -> bool {
    let Ok(there) = std::fs::metadata(program) else {
        return false;
    };
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        there.is_file() && there.permissions().mode() & 0o111 != 0
    }
    #[cfg(not(unix))]
    there.is_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_register_whose_program_is_missing_is_told() {
        let mut settings = Settings::practice();
        assert_eq!(look_at(&settings), []);
        settings.register.name = Some("Registro".to_owned());
        for (program, remark) in [
            (std::env::current_exe().expect("this test"), Remark::RegisterFine),
            ("/nowhere/ask".into(), Remark::RegisterMissing),
            (std::env::temp_dir(), Remark::RegisterMissing),
        ] {
            settings.register.program = Some(program);
            let found: Vec<_> = look_at(&settings).iter().map(|finding| finding.remark).collect();
            assert_eq!(found, [Some(remark)]);
        }
    }
}
