//! The camera code against the kernel's real drivers, in virtual machines (`crates/capture/camera-vm`).

use anyhow::{Context as _, bail};

use crate::command::Call;
use crate::machine::{self, Need};
use crate::outside::Skipped;

/// What `run.sh` ends with where today's kernel package cannot be had.
const NO_KERNEL: i32 = 3;

/// Plays what cameras do wrong. It is skipped, with a word that nobody overlooks, only where there can be no virtual
/// machine: no x86-64 Linux, no QEMU to be had, no kernel package.
pub fn test() -> anyhow::Result<Skipped> {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return Ok(skipped(
            "the virtual machine is made of an x86-64 Linux kernel package",
        ));
    }
    machine::set_up(&[Need::Crates])?;
    if let Err(error) = machine::set_up(&[Need::CameraVm]) {
        return Ok(skipped(&format!("QEMU cannot be installed here: {error:#}")));
    }
    let call = Call::new("bash", ["crates/capture/camera-vm/run.sh"]);
    println!("$ {call}");
    match call.status()?.code() {
        Some(0) => Ok(None),
        Some(NO_KERNEL) => Ok(skipped("Debian's kernel package cannot be had here")),
        _ => bail!("`{call}` failed"),
    }
}

/// The same for whoever asked for nothing else: what cannot be done is a failure.
pub fn alone() -> anyhow::Result<()> {
    machine::set_up(&[Need::CameraVm])?;
    match test()? {
        None => Ok(()),
        Some(why) => Err(anyhow::Error::msg(why)).context("the cameras were not tested"),
    }
}

fn skipped(why: &str) -> Skipped {
    let line = "!".repeat(78);
    eprintln!("\n{line}\n!! NO CAMERA DRIVER WAS TESTED: {why}\n{line}\n");
    Some(why.lines().next().unwrap_or_default().to_owned())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_recipe_is_where_it_is_looked_for() {
        let recipe = crate::root().join("crates/capture/camera-vm");
        for name in [
            "run.sh",
            "initramfs.sh",
            "checks.sh",
            "scenario-vivid.sh",
            "scenario-uvc.sh",
        ] {
            assert!(recipe.join(name).is_file(), "{name}");
        }
        let run = std::fs::read_to_string(recipe.join("run.sh")).expect("it can be read");
        assert!(
            run.contains(&format!("exit {}", super::NO_KERNEL)),
            "both know the same number"
        );
    }
}
