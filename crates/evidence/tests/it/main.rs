//! What holds for every case, whatever happens to it, in whatever order.

mod any_order;
mod walk;
