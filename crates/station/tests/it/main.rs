//! What the doors rely on.

mod bindings;
