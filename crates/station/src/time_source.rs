//! How far this machine's clock is from another one, asked while a video is recorded.
//!
//! It is asked in the background, once in a while, and never waited for: without a network the video says nothing of it.

use std::time::{Duration, Instant};

use evidence::ClockCheck;
use parking_lot::Mutex;
use rsntp::{Config, SntpClient};

use crate::booth::Booth;
use crate::clock;

/// How long a server of network time may take to answer.
const PATIENCE: Duration = Duration::from_secs(3);
/// So long an answer holds: the clocks of machines drift by some tens of milliseconds in that time.
const HOLDS: Duration = Duration::from_secs(15 * 60);
/// Where servers of network time listen (RFC 5905).
const PORT: u16 = 123;

/// What was last found out.
#[derive(Default)]
pub(crate) struct Compared(Mutex<Option<(Instant, ClockCheck)>>);

impl Compared {
    /// What is known, if it is not too old.
    pub fn known(&self) -> Option<ClockCheck> {
        let known = self.0.lock();
        let fresh = known.as_ref().filter(|(when, _)| when.elapsed() < HOLDS);
        fresh.map(|(_, check)| check.clone())
    }
}

impl Booth {
    /// Asks the server of network time in the background, where one is set and its answer is not known.
    pub(crate) fn compare_clock(&self) {
        let Some(server) = self.0.settings.clock.ntp.clone() else {
            return;
        };
        if self.0.clock.known().is_some() {
            return;
        }
        let booth = std::sync::Arc::downgrade(&self.0);
        tokio::task::spawn_blocking(move || match ask(&server) {
            Ok(check) => {
                if let Some(inner) = booth.upgrade() {
                    *inner.clock.0.lock() = Some((Instant::now(), check));
                }
            }
            Err(error) => tracing::info!(%error, "the time was not compared"),
        });
    }
}

/// Asks `server` what time it is.
fn ask(server: &str) -> Result<ClockCheck, rsntp::SynchronizationError> {
    let client = SntpClient::with_config(Config::default().timeout(PATIENCE));
    let answer = client.synchronize(with_port(server))?;
    let offset = answer.clock_offset().as_secs_f64();
    let way = answer.round_trip_delay().as_secs_f64();
    Ok(ClockCheck {
        source: format!("ntp:{server}"),
        offset_ms: millis(offset),
        // The answer was somewhere on its way for half of it, at most all of it (RFC 5905, 8).
        within_ms: millis(way / 2.0).unsigned_abs().max(1),
        at: clock::now(),
    })
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "clocks are centuries apart at most"
)]
fn millis(seconds: f64) -> i64 {
    (seconds * 1_000.0).round() as i64
}

fn with_port(server: &str) -> String {
    let has_port = server
        .rsplit_once(':')
        .is_some_and(|(host, port)| !host.is_empty() && !host.contains(':') && port.parse::<u16>().is_ok());
    // An address of IPv6 has its port behind brackets.
    if has_port || server.contains("]:") {
        server.to_owned()
    } else {
        format!("{server}:{PORT}")
    }
}

#[cfg(test)]
mod tests {
    use std::net::UdpSocket;

    use super::*;

    /// Seconds from 1900, where network time counts from, to 1970.
    const ERA: u64 = 2_208_988_800;

    /// A server whose clock is `ahead` of ours; it answers once.
    fn server(ahead: Duration) -> String {
        let socket = UdpSocket::bind("127.0.0.1:0").expect("a port");
        let address = socket.local_addr().expect("its address");
        std::thread::spawn(move || {
            let mut asked = [0; 48];
            let (_, from) = socket.recv_from(&mut asked).expect("a question");
            let now = std::time::SystemTime::now() + ahead;
            let since = now.duration_since(std::time::UNIX_EPOCH).expect("after 1970");
            let seconds = u32::try_from(since.as_secs() + ERA).expect("before 2036");
            let fraction =
                u32::try_from((u64::from(since.subsec_nanos()) << 32) / 1_000_000_000).expect("below one");
            let time = [seconds.to_be_bytes(), fraction.to_be_bytes()].concat();
            let mut answer = [0_u8; 48];
            // No leap second, version 4, a server of stratum 1.
            answer[0] = 0b0010_0100;
            answer[1] = 1;
            answer[12..16].copy_from_slice(b"TEST");
            answer[16..24].copy_from_slice(&time);
            answer[24..32].copy_from_slice(&asked[40..48]);
            answer[32..40].copy_from_slice(&time);
            answer[40..48].copy_from_slice(&time);
            socket.send_to(&answer, from).expect("an answer");
        });
        address.to_string()
    }

    #[test]
    fn how_far_a_clock_is_behind_is_measured() {
        for ahead in [0, 90_000] {
            let check = ask(&server(Duration::from_millis(ahead))).expect("an answer");
            let off = check.offset_ms - i64::try_from(ahead).expect("small");
            assert!(off.abs() <= 200, "{check:?}");
            assert!(check.source.starts_with("ntp:127.0.0.1:"), "{check:?}");
        }
    }

    #[test]
    fn nobody_answering_is_an_error_in_time() {
        let silent = UdpSocket::bind("127.0.0.1:0").expect("a port");
        let began = Instant::now();
        assert!(ask(&silent.local_addr().expect("its address").to_string()).is_err());
        assert!(began.elapsed() < PATIENCE * 3);
        assert!(ask("nowhere.invalid").is_err());
    }

    #[test]
    fn a_server_has_a_port_of_its_own_or_the_usual_one() {
        for (server, asked) in [
            ("time.example.org", "time.example.org:123"),
            ("time.example.org:1123", "time.example.org:1123"),
            ("192.0.2.1", "192.0.2.1:123"),
            ("[2001:db8::1]", "[2001:db8::1]:123"),
            ("[2001:db8::1]:1123", "[2001:db8::1]:1123"),
        ] {
            assert_eq!(with_port(server), asked);
        }
    }
}
