//! What a reviewer relies on: a bundle that verifies is what was sealed, and one that does not says where.

mod bundles;
mod canonical;
mod chains;
mod format;
mod handover;
mod keys;
mod sample;
mod tamper;
