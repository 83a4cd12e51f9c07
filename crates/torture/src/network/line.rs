//! The line between booth and server: it goes down, breaks in the middle, and is slow.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use anyhow::Result;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// A relay that a torture takes down and breaks.
pub struct Line {
    address: SocketAddr,
    up: watch::Sender<bool>,
    shared: Arc<Shared>,
}

struct Shared {
    /// Bytes until the connection that carries them breaks; none does at `u64::MAX`.
    breaks_after: AtomicU64,
    gone: AtomicBool,
}

impl Line {
    /// A line to `server`.
    pub fn to(server: SocketAddr, runtime: &Handle) -> Result<Self> {
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"))?;
        let address = listener.local_addr()?;
        let (up, hears) = watch::channel(true);
        let shared = Arc::new(Shared {
            breaks_after: AtomicU64::new(u64::MAX),
            gone: AtomicBool::new(false),
        });
        runtime.spawn(carry(listener, address, server, hears, Arc::clone(&shared)));
        Ok(Self { address, up, shared })
    }

    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Nobody listens any more, and what was open is closed.
    pub fn go_down(&self) {
        self.up.send_replace(false);
    }

    pub fn come_up(&self) {
        self.up.send_replace(true);
    }

    /// Whatever carries the byte that many from now breaks, in both directions.
    pub fn break_after(&self, bytes: u64) {
        self.shared.breaks_after.store(bytes, Ordering::SeqCst);
    }

    /// Nothing breaks any more.
    pub fn heal(&self) {
        self.come_up();
        self.break_after(u64::MAX);
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.shared.gone.store(true, Ordering::SeqCst);
        self.go_down();
    }
}

impl Shared {
    /// How many of these bytes still arrive, when the line breaks in them. The next connection is whole again.
    fn breaks_in(&self, bytes: usize) -> Option<usize> {
        let (order, bytes) = (Ordering::SeqCst, bytes as u64);
        let counted = self.breaks_after.fetch_update(order, order, |left| match left {
            u64::MAX => None,
            left if left <= bytes => Some(u64::MAX),
            left => Some(left - bytes),
        });
        let left = counted.ok().filter(|left| *left <= bytes)?;
        usize::try_from(left).ok()
    }
}

async fn carry(
    listener: TcpListener,
    address: SocketAddr,
    server: SocketAddr,
    mut up: watch::Receiver<bool>,
    shared: Arc<Shared>,
) {
    let mut listening = Some(listener);
    let mut open = JoinSet::new();
    loop {
        if !*up.borrow_and_update() {
            listening = None;
            open.abort_all();
            if shared.gone.load(Ordering::SeqCst) || up.changed().await.is_err() {
                return;
            }
            continue;
        }
        let listener = match listening.take() {
            Some(listener) => listener,
            // The port is ours again in a moment.
            None => match TcpListener::bind(address).await {
                Ok(listener) => listener,
                Err(_) => {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    continue;
                }
            },
        };
        tokio::select! {
            accepted = listener.accept() => {
                if let Ok((booth, _)) = accepted {
                    open.spawn(connection(booth, server, Arc::clone(&shared)));
                }
            }
            changed = up.changed() => {
                if changed.is_err() {
                    return;
                }
            }
        }
        listening = Some(listener);
    }
}

async fn connection(booth: TcpStream, server: SocketAddr, shared: Arc<Shared>) {
    let Ok(server) = TcpStream::connect(server).await else {
        return;
    };
    let (from_booth, to_booth) = booth.into_split();
    let (from_server, to_server) = server.into_split();
    // A half that is over is passed on; one that breaks takes the other with it.
    let _broken = tokio::try_join!(
        pump(from_booth, to_server, &shared),
        pump(from_server, to_booth, &shared)
    );
}

/// The line broke.
struct Broken;

async fn pump(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, shared: &Shared) -> Result<(), Broken> {
    let mut buffer = vec![0; 16 * 1024];
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        if let Some(part) = shared.breaks_in(read) {
            // A part of it still arrives.
            let _broken = to.write_all(&buffer[..part]).await;
            return Err(Broken);
        }
        if to.write_all(&buffer[..read]).await.is_err() {
            break;
        }
    }
    let _gone = to.shutdown().await;
    Ok(())
}
