//! The sandbox over real HTTP, with raw bodies: no client of ours in between.

mod booth;
mod path;
