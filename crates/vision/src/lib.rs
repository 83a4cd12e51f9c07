//! Image in, measurement out: where the document is, how good the picture is, what it says, whose face it shows.
//!
//! Everything here takes pixels (or text) and returns numbers with what they mean. It does no I/O, reads no clock and
//! decides nothing: the day of capture comes in, and what a number is good for is said in `station::judge`.

pub mod agreement;
pub mod barcode;
pub mod beside;
pub mod document;
pub mod face;
pub mod find;
pub mod geometry;
pub mod holder;
pub mod liveness;
pub mod mrz;
pub mod mrz_lines;
pub mod net;
pub mod pixels;
pub mod portrait;
pub mod quality;
pub mod scene;
pub mod shutter;
pub mod sides;
pub mod state_codes;
pub mod text;
pub mod viz;
