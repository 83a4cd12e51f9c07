//! What users of this crate rely on, through its public face.

mod delivered;
mod malformed;
mod recorder;
mod recorder_damage;
mod recorder_doubles;
mod recorder_scene;
mod replay;
#[cfg(target_os = "linux")]
mod soak;
mod sound;
mod sound_doubles;
mod take;
