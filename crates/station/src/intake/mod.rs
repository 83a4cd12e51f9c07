//! What comes into a case: consent, pictures, the video, fields, and what a person vouches for.

mod chapters;
mod consent;
mod keeping;
mod pictures;
mod recovering;
mod statements;
mod taking;
mod video;

pub(crate) use consent::{address_towards, allows_register};
pub(crate) use pictures::facts;
pub(crate) use video::Take;
