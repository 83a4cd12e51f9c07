//! Puts the app's own commands under the access-control list and takes the pages into the program.

/// The commands of the page; anything else it asks for is refused before it reaches us.
const COMMANDS: &[&str] = &include!("commands/names.rs");

fn main() {
    // The pages are part of the program: new pages, new program.
    for path in ["src-tauri/commands/names.rs", "src-tauri/capabilities", "ui/dist"] {
        println!("cargo:rerun-if-changed={path}");
    }
    let attributes = tauri_build::Attributes::new()
        .capabilities_path_pattern("./src-tauri/capabilities/*.json")
        .app_manifest(tauri_build::AppManifest::new().commands(COMMANDS));
    tauri_build::try_build(attributes).expect("the window's configuration is wrong");
}
