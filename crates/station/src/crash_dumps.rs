//! What a crash leaves on the disk: nothing.

/// Keeps the system from writing this program's memory to a file when it crashes: there are keys and faces in it. Holds
/// for the programs it starts, too. Windows keeps dumps only where an administrator asked for them.
///
/// Call it before anything else; where the system refuses, the program goes on.
pub fn leave_no_crash_dumps() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};

        let none = Rlimit {
            current: Some(0),
            maximum: Some(0),
        };
        if let Err(error) = setrlimit(Resource::Core, none) {
            tracing::warn!(%error, "a crash could leave the program's memory on the disk");
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use rustix::process::{Resource, getrlimit};

    #[test]
    fn a_crash_writes_nothing_and_nobody_can_change_that() {
        super::leave_no_crash_dumps();
        let limit = getrlimit(Resource::Core);
        assert_eq!((limit.current, limit.maximum), (Some(0), Some(0)));
    }
}
