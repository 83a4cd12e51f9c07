//! The booth as a library.

pub mod view;
