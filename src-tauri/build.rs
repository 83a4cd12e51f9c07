//! Puts the app's own commands under the access-control list and takes the pages into the program.

/// The commands of the page; anything else it asks for is refused before it reaches us.
const COMMANDS: &[&str] = &include!("commands/names.rs");

fn main() {
    println!("cargo:rerun-if-changed=src-tauri/commands/names.rs");
    let attributes = tauri_build::Attributes::new()
        .capabilities_path_pattern("./src-tauri/capabilities/*.json")
        .app_manifest(tauri_build::AppManifest::new().commands(COMMANDS));
    tauri_build::try_build(attributes).expect("the window's configuration is wrong");
}
