//! What has to be on the machine before anything can be built, and getting it there.
//!
//! On Debian and its kin the missing packages are installed, as root or through a `sudo` that asks for no
//! password; elsewhere the command is printed. On Windows and macOS this says what to install and goes on:
//! the build itself then tells best what is missing.

use std::collections::BTreeSet;
use std::fmt;

use anyhow::Context as _;

use crate::command::Call;
use crate::engine;

/// Something that a task needs on the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// Building the Rust crates without a window: C compilers for the codecs, libclang for bindings.
    Crates,
    /// Building with microphones: ALSA's headers.
    Sound,
    /// Building and opening the window.
    Window,
    /// Node.js and npm, for the pages in the window.
    Node,
    /// Driving the window in tests, on a display of their own.
    WindowTests,
    /// ffmpeg: the measure that benches print beside ours, and a second opinion on recorded video in tests.
    Ffmpeg,
    /// Python with its virtual environments: an independent validator and an independent fuzzer run on it.
    Python,
    /// onnxruntime's library, which the booth reads documents with: see [`crate::engine`].
    Engine,
    /// Tesseract, which the bench of reading prints beside ours.
    Tesseract,
    /// curl, which the upload bench prints beside ours.
    Curl,
    /// openssl, which signs, verifies and stamps in tests what is ours to verify and to have stamped.
    Openssl,
    /// A store of credentials with a session bus of its own, for the test that keeps something in a real one.
    Keyring,
    /// Chromium, which plays what we recorded.
    Browser,
    /// A virtual machine in software, and what makes the RAM disk it starts from.
    CameraVm,
    /// The fonts on the practice cards, for drawing them anew.
    #[cfg_attr(
        feature = "material",
        expect(dead_code, reason = "asked for before this is built to draw")
    )]
    Drawing,
}

impl Need {
    /// Everything that building, running and testing take.
    pub const ALL: [Self; 13] = [
        Self::Crates,
        Self::Sound,
        Self::Window,
        Self::Node,
        Self::WindowTests,
        Self::Ffmpeg,
        Self::Python,
        Self::Engine,
        Self::Tesseract,
        Self::Curl,
        Self::Openssl,
        Self::Keyring,
        Self::CameraVm,
    ];

    fn debian_packages(self) -> &'static [&'static str] {
        match self {
            Self::Crates => &["build-essential", "cmake", "libclang-dev", "nasm", "pkg-config"],
            Self::Sound => &["libasound2-dev"],
            Self::Window => &["fonts-dejavu-core", "libgtk-3-dev", "libwebkit2gtk-4.1-dev"],
            // Debian's own is too old; it comes from wherever the developer gets Node.js.
            Self::Node => &[],
            Self::WindowTests => &[
                "dbus",
                "dbus-x11",
                "openbox",
                "webkit2gtk-driver",
                "xauth",
                "xdotool",
                "xvfb",
            ],
            Self::Ffmpeg => &["ffmpeg"],
            Self::Python | Self::Engine => &["python3", "python3-venv"],
            Self::Tesseract => &["tesseract-ocr"],
            Self::Curl => &["curl"],
            Self::Openssl => &["openssl"],
            Self::Keyring => &["dbus", "gnome-keyring"],
            Self::Browser => &["chromium"],
            Self::CameraVm => &["busybox-static", "cpio", "kmod", "qemu-system-x86", "seabios"],
            Self::Drawing => &["fonts-dejavu-core", "fonts-ocr-b"],
        }
    }

    fn elsewhere(self, system: &str) -> Option<&'static str> {
        match (self, system) {
            (Self::Crates, "windows") => {
                Some("Visual Studio Build Tools (C++), and: winget install Kitware.CMake NASM.NASM LLVM.LLVM")
            }
            (Self::Crates, "macos") => Some("xcode-select --install, and: brew install cmake nasm"),
            (Self::Crates, _) => Some("a C and C++ compiler, cmake, nasm, pkg-config, libclang"),
            // Windows and macOS bring their own.
            (Self::Sound, "windows" | "macos") => None,
            (Self::Sound, _) => Some("the development files of ALSA"),
            (Self::Window, "windows") => Some("the WebView2 runtime (Windows 11 has it)"),
            (Self::Window, "macos") => None,
            (Self::Window, _) => Some("the development files of GTK 3 and WebKitGTK 4.1"),
            (Self::Node, "windows") => Some("winget install OpenJS.NodeJS.LTS"),
            (Self::Node, "macos") => Some("brew install node"),
            (Self::Node, _) => Some("Node.js 20.19 or newer, with npm"),
            (Self::WindowTests, "windows" | "macos") => None,
            (Self::WindowTests, _) => Some("Xvfb, xauth, xdotool, openbox, dbus, WebKitWebDriver"),
            (Self::Ffmpeg, "windows") => Some("winget install Gyan.FFmpeg"),
            (Self::Ffmpeg, "macos") => Some("brew install ffmpeg"),
            (Self::Ffmpeg, _) => Some("ffmpeg"),
            (Self::Python | Self::Engine, "windows") => Some("winget install Python.Python.3.12"),
            (Self::Python | Self::Engine, "macos") => Some("brew install python"),
            (Self::Python | Self::Engine, _) => Some("Python 3.11 or newer, with venv and pip"),
            (Self::Tesseract, "windows") => Some("winget install UB-Mannheim.TesseractOCR"),
            (Self::Tesseract, "macos") => Some("brew install tesseract"),
            (Self::Tesseract, _) => Some("tesseract 5"),
            // Windows and macOS bring their own.
            (Self::Curl, "windows" | "macos") => None,
            (Self::Curl, _) => Some("curl"),
            (Self::Openssl, "windows") => Some("winget install ShiningLight.OpenSSL.Light"),
            (Self::Openssl, "macos") => Some("brew install openssl@3"),
            (Self::Openssl, _) => Some("openssl 3"),
            // Windows and macOS bring their own, which no test writes to.
            (Self::Keyring, "windows" | "macos") => None,
            (Self::Keyring, _) => Some("dbus-run-session and gnome-keyring-daemon"),
            (Self::Browser, _) => Some("Chromium, as `chromium`"),
            // Built from a Linux kernel package, on Linux.
            (Self::CameraVm, "windows" | "macos") => None,
            (Self::CameraVm, _) => Some("qemu-system-x86_64, seabios, cpio, kmod and a static busybox"),
            (Self::Drawing, _) => Some("the fonts DejaVu Sans and OCR-B"),
        }
    }
}

/// Something is missing that only a person can install; the text says what and how.
#[derive(Debug)]
pub struct ByHand(String);

impl fmt::Display for ByHand {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl std::error::Error for ByHand {}

/// Makes sure that everything needed is there.
///
/// # Errors
/// [`ByHand`] when a person has to install something; otherwise what the package manager's failure was.
pub fn set_up(needs: &[Need]) -> anyhow::Result<()> {
    let system = std::env::consts::OS;
    let packages: BTreeSet<&str> = needs
        .iter()
        .flat_map(|need| need.debian_packages())
        .copied()
        .collect();
    match missing_packages(&packages) {
        _ if system != "linux" => say_what_to_install(needs, system),
        None => say_what_to_install(needs, system),
        Some(missing) if missing.is_empty() => {}
        Some(missing) => install(&missing)?,
    }
    if needs.contains(&Need::Node) {
        check_node(Call::new("node", ["--version"]).output())?;
    }
    if needs.contains(&Need::Engine) {
        engine::get()?;
    }
    Ok(())
}

fn say_what_to_install(needs: &[Need], system: &str) {
    println!("      This needs, where it is not installed yet:");
    for line in needs.iter().filter_map(|need| need.elsewhere(system)) {
        println!("        {line}");
    }
}

/// The packages that Debian's package manager does not have installed; `None` where there is no such manager.
fn missing_packages<'a>(wanted: &BTreeSet<&'a str>) -> Option<Vec<&'a str>> {
    if wanted.is_empty() {
        return Some(Vec::new());
    }
    let query = Call::new(
        "dpkg-query",
        ["--show", "--showformat=${binary:Package}\t${Status}\n"],
    )
    .with(wanted.iter().copied());
    // It exits with a failure as soon as one package is unknown, and still lists the others.
    let (_, listing) = query.output()?;
    Some(not_installed(wanted, &listing))
}

/// Reads `dpkg-query`'s listing. A package that was removed is still listed, with another status, and one that
/// exists for several architectures is listed as `name:arch`.
fn not_installed<'a>(wanted: &BTreeSet<&'a str>, listing: &str) -> Vec<&'a str> {
    let installed: BTreeSet<&str> = listing
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .filter(|(_, status)| status.split_whitespace().last() == Some("installed"))
        .map(|(name, _)| name.split_once(':').map_or(name, |(name, _)| name))
        .collect();
    wanted
        .iter()
        .copied()
        .filter(|name| !installed.contains(name))
        .collect()
}

/// How packages can be installed here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Right {
    Root,
    Sudo,
    None,
}

fn right_to_install() -> Right {
    let says = |program: &str, arguments: &[&str]| Call::new(program, arguments.iter().copied()).output();
    if says("id", &["-u"]).is_some_and(|(_, id)| id.trim() == "0") {
        Right::Root
    } else if says("sudo", &["-n", "true"]).is_some_and(|(succeeded, _)| succeeded) {
        Right::Sudo
    } else {
        Right::None
    }
}

fn install(missing: &[&str]) -> anyhow::Result<()> {
    println!("      Missing here: {}", missing.join(" "));
    match install_calls(missing, right_to_install()) {
        Ok(calls) => calls.iter().try_for_each(|call| {
            println!("      $ {call}");
            call.run().context("the packages could not be installed")
        }),
        Err(by_hand) => Err(by_hand.into()),
    }
}

fn install_calls(missing: &[&str], right: Right) -> Result<[Call; 2], ByHand> {
    let update = Call::new("apt-get", ["update", "-qq"]);
    let install = Call::new("apt-get", ["install", "-y", "-qq", "--no-install-recommends"])
        .with(missing.iter().copied())
        .variable("DEBIAN_FRONTEND", "noninteractive");
    match right {
        Right::Root => Ok([update, install]),
        // sudo drops the environment: the variable has to be set on its other side.
        Right::Sudo => Ok([
            update.under("sudo", ["-n"]),
            Call::new("apt-get", ["install", "-y", "-qq", "--no-install-recommends"])
                .with(missing.iter().copied())
                .under("sudo", ["-n", "DEBIAN_FRONTEND=noninteractive"]),
        ]),
        Right::None => Err(ByHand(format!(
            "Installing packages needs an administrator here. Please run this, then try again:\n\n  \
             sudo apt-get update && sudo apt-get install -y --no-install-recommends {}\n",
            missing.join(" ")
        ))),
    }
}

/// The oldest Node.js that the page's build tool runs on: major and minor version.
const OLDEST_NODE: (u32, u32) = (20, 19);

fn check_node(version: Option<(bool, String)>) -> Result<(), ByHand> {
    let found = version
        .filter(|(succeeded, _)| *succeeded)
        .map(|(_, text)| text.trim().to_owned());
    if found
        .as_deref()
        .and_then(node_version)
        .is_some_and(|found| found >= OLDEST_NODE)
    {
        return Ok(());
    }
    let (major, minor) = OLDEST_NODE;
    Err(ByHand(format!(
        "Node.js {major}.{minor} or newer is needed to build the pages in the window ({}).\n\
         Install it from https://nodejs.org or with your system's version manager, then try again.",
        found.map_or("none was found".to_owned(), |found| format!("found {found}"))
    )))
}

/// `v20.19.1` as major and minor version.
fn node_version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.strip_prefix('v')?.split('.').map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LISTING: &str = "cmake\tinstall ok installed\n\
        libclang-dev:amd64\tinstall ok installed\n\
        nasm\tdeinstall ok config-files\n\
        xvfb\tinstall ok half-configured\n\
        dpkg-query: no packages found matching pkg-config\n";

    #[test]
    fn only_packages_that_are_wholly_installed_count() {
        let wanted = BTreeSet::from(["cmake", "libclang-dev", "nasm", "pkg-config", "xvfb"]);
        assert_eq!(not_installed(&wanted, LISTING), ["nasm", "pkg-config", "xvfb"]);
    }

    #[test]
    fn an_empty_listing_means_that_everything_is_missing() {
        let wanted = BTreeSet::from(["cmake", "nasm"]);
        assert_eq!(not_installed(&wanted, ""), ["cmake", "nasm"]);
    }

    #[test]
    fn root_installs_directly_and_sudo_without_asking() {
        let as_root = install_calls(&["nasm"], Right::Root).unwrap();
        assert_eq!(
            as_root[1].to_string(),
            "DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends nasm"
        );
        let as_user = install_calls(&["nasm"], Right::Sudo).unwrap();
        assert_eq!(as_user[0].to_string(), "sudo -n apt-get update -qq");
        assert_eq!(
            as_user[1].to_string(),
            "sudo -n DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends nasm"
        );
    }

    #[test]
    fn without_the_right_to_install_the_command_is_said() {
        let refused = install_calls(&["nasm", "xvfb"], Right::None)
            .unwrap_err()
            .to_string();
        assert!(
            refused.contains("sudo apt-get install -y --no-install-recommends nasm xvfb"),
            "{refused}"
        );
    }

    #[test]
    fn node_has_to_be_there_and_new_enough() {
        let answers = |text: &str| check_node(Some((true, text.to_owned())));
        assert!(answers("v20.19.0\n").is_ok());
        assert!(answers("v24.1.0\n").is_ok());
        assert!(
            answers("v20.18.3\n")
                .unwrap_err()
                .to_string()
                .contains("found v20.18.3")
        );
        assert!(
            answers("18").is_err(),
            "a version that cannot be read is not taken for a good one"
        );
        assert!(
            check_node(None)
                .unwrap_err()
                .to_string()
                .contains("none was found")
        );
    }

    #[test]
    fn a_machine_without_a_window_is_not_asked_for_one() {
        let packages = Need::Crates.debian_packages();
        assert!(
            !packages
                .iter()
                .any(|name| name.contains("gtk") || name.contains("xvfb")),
            "{packages:?}"
        );
    }
}
