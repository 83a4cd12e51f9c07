//! What the doors rely on, over the real parts: replay cameras, H.264, the store, HTTP, the sandbox.

mod audit;
mod bad_input;
mod bindings;
mod cameras;
mod carry;
mod compared;
mod credentials;
mod doctor;
mod eyes;
mod full_disk;
mod officer;
mod queue;
mod register;
mod rehearsal;
mod settings;
mod signing;
mod sound;
mod take;
mod uncertain;
mod unlocking;
mod walk;
mod webhook;
