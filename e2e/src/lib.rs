//! Nothing to use: everything is in `tests/it`, which drives the built window.
