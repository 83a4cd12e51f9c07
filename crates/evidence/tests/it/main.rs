//! What holds for every case, whatever happens to it, in whatever order.

mod afterwards;
mod any_order;
mod custody;
mod faces;
mod history;
mod reading;
mod register;
mod retention;
mod scripted;
mod two_machines;
mod walk;
