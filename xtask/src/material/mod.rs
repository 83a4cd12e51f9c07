//! `cargo xtask material`: the cards, the face and the clips that practice mode shows, drawn from the templates
//! beside this file. What comes out is committed: this runs when somebody changes a drawing.
//!
//! Order: the stage is set (both sides of the card, desk, room), then each clip is drawn frame by frame and packed
//! as a chain of JPEGs, then `material.json` says what was printed where.

#[cfg(feature = "material")]
mod card;
#[cfg(feature = "material")]
mod clips;
#[cfg(feature = "material")]
mod drawing;
#[cfg(any(feature = "material", test))]
mod mrz;
#[cfg(feature = "material")]
mod pack;
#[cfg(feature = "material")]
mod person;
#[cfg(feature = "material")]
mod pose;
#[cfg(feature = "material")]
mod specimen;

#[cfg(feature = "material")]
pub use pack::draw;

/// Draws the material, with the program that has what drawing takes.
#[cfg(not(feature = "material"))]
pub fn draw() -> anyhow::Result<()> {
    crate::machine::set_up(&[crate::machine::Need::Crates, crate::machine::Need::Drawing])?;
    crate::command::Call::cargo("run --release --package xtask --features material -- material").run()
}
