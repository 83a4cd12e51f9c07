//! A file dragged from another program and dropped on the window.
//!
//! The part of the other program is played here, as X11's drag-and-drop protocol (XDND, version 5) writes it: no hand on
//! a mouse is needed, and the window cannot tell the difference.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use x11rb::connection::Connection as _;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ClientMessageEvent, ConnectionExt as _, CreateWindowAux, EventMask, PropMode,
    SELECTION_NOTIFY_EVENT, SelectionNotifyEvent, SelectionRequestEvent, Window, WindowClass,
};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

use crate::stage::Stage;

x11rb::atom_manager! {
    /// Names the protocol uses.
    Atoms: AtomsCookie {
        XdndAware,
        XdndSelection,
        XdndEnter,
        XdndPosition,
        XdndStatus,
        XdndDrop,
        XdndFinished,
        XdndActionCopy,
        TextUriList: b"text/uri-list",
    }
}

const VERSION: u32 = 5;
/// How long the window may take for each answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// A hand moves on meanwhile.
const MOVES: Duration = Duration::from_millis(60);

/// Drops `path` on the middle of the program's window.
pub async fn file(stage: &Stage, path: &Path) -> anyhow::Result<()> {
    let display = stage.display().to_owned();
    let address = format!("file://{}\r\n", path.canonicalize()?.display());
    tokio::task::spawn_blocking(move || Drag::begin(&display, address)?.drop())
        .await
        .context("the drag broke")?
}

struct Drag {
    x: RustConnection,
    atoms: Atoms,
    /// The other program's window.
    source: Window,
    target: Window,
    /// The middle of the target, on the screen.
    place: (i16, i16),
    address: String,
}

impl Drag {
    fn begin(display: &str, address: String) -> anyhow::Result<Self> {
        let (x, screen) = RustConnection::connect(Some(display))?;
        let atoms = Atoms::new(&x)?.reply()?;
        let root = x.setup().roots[screen].root;
        let source = x.generate_id()?;
        let look = CreateWindowAux::new();
        x.create_window(0, source, root, 0, 0, 1, 1, 0, WindowClass::INPUT_ONLY, 0, &look)?;
        x.set_selection_owner(source, atoms.XdndSelection, x11rb::CURRENT_TIME)?;
        let target = taker(&x, &atoms, root)?.context("no window takes drops")?;
        let size = x.get_geometry(target)?.reply()?;
        let half = |length: u16| i16::try_from(length / 2);
        let middle = x
            .translate_coordinates(target, root, half(size.width)?, half(size.height)?)?
            .reply()?;
        Ok(Self {
            x,
            atoms,
            source,
            target,
            place: (middle.dst_x, middle.dst_y),
            address,
        })
    }

    fn drop(self) -> anyhow::Result<()> {
        self.tell(
            self.atoms.XdndEnter,
            [VERSION << 24, self.atoms.TextUriList, 0, 0],
        )?;
        let since = Instant::now();
        loop {
            ensure!(since.elapsed() < PATIENCE, "the window does not take the file");
            let [x, y] = [self.place.0, self.place.1].map(|it| u32::from(it.unsigned_abs()));
            let position = [0, (x << 16) | y, x11rb::CURRENT_TIME, self.atoms.XdndActionCopy];
            self.tell(self.atoms.XdndPosition, position)?;
            let status = self.answer(self.atoms.XdndStatus)?;
            if status[1] & 1 == 1 {
                break;
            }
            std::thread::sleep(MOVES);
        }
        self.tell(self.atoms.XdndDrop, [0, x11rb::CURRENT_TIME, 0, 0])?;
        self.answer(self.atoms.XdndFinished)?;
        Ok(())
    }

    /// Sends a message of the protocol; each begins with who speaks.
    fn tell(&self, what: Atom, rest: [u32; 4]) -> anyhow::Result<()> {
        let [a, b, c, d] = rest;
        let message = ClientMessageEvent::new(32, self.target, what, [self.source, a, b, c, d]);
        self.x
            .send_event(false, self.target, EventMask::NO_EVENT, message)?;
        self.x.flush()?;
        Ok(())
    }

    /// Waits for a message of the protocol, and hands out the file's address whenever it is asked for.
    fn answer(&self, wanted: Atom) -> anyhow::Result<[u32; 5]> {
        let since = Instant::now();
        while since.elapsed() < PATIENCE {
            match self.x.poll_for_event()? {
                Some(Event::SelectionRequest(request)) => self.hand_out(&request)?,
                Some(Event::ClientMessage(message)) if message.type_ == wanted => {
                    return Ok(message.data.as_data32());
                }
                Some(_) => {}
                None => std::thread::sleep(Duration::from_millis(5)),
            }
        }
        bail!("the window does not answer a drag");
    }

    fn hand_out(&self, request: &SelectionRequestEvent) -> anyhow::Result<()> {
        let known = request.target == self.atoms.TextUriList;
        if known {
            self.x.change_property8(
                PropMode::REPLACE,
                request.requestor,
                request.property,
                request.target,
                self.address.as_bytes(),
            )?;
        }
        let notify = SelectionNotifyEvent {
            response_type: SELECTION_NOTIFY_EVENT,
            sequence: 0,
            time: request.time,
            requestor: request.requestor,
            selection: request.selection,
            target: request.target,
            property: if known {
                request.property
            } else {
                AtomEnum::NONE.into()
            },
        };
        self.x
            .send_event(false, request.requestor, EventMask::NO_EVENT, notify)?;
        self.x.flush()?;
        Ok(())
    }
}

/// The visible window below `window` that takes drops; window managers put programs' windows into their own.
fn taker(x: &RustConnection, atoms: &Atoms, window: Window) -> anyhow::Result<Option<Window>> {
    for child in x.query_tree(window)?.reply()?.children {
        let aware = x
            .get_property(false, child, atoms.XdndAware, AtomEnum::ATOM, 0, 1)?
            .reply()?;
        if aware.value_len > 0 {
            return Ok(Some(child));
        }
        if let Some(found) = taker(x, atoms, child)? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}
