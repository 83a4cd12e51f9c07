//! The CPU time of this process.

/// Milliseconds that all threads of this process have computed.
#[cfg(unix)]
#[expect(clippy::cast_precision_loss, reason = "seconds of a process")]
pub fn milliseconds() -> f64 {
    let spent = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    (spent.tv_sec as f64).mul_add(1e3, spent.tv_nsec as f64 / 1e6)
}

/// Milliseconds on the clock, where the system's counter is not known: an upper bound on an idle machine.
#[cfg(not(unix))]
pub fn milliseconds() -> f64 {
    use std::sync::LazyLock;
    use std::time::Instant;
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    START.elapsed().as_secs_f64() * 1e3
}
