//! What users of this crate rely on, through its public face; some of it measured on test data outside the repository.
#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "tests stop at what they cannot do, and say what they skip"
)]

mod agreement;
mod auto_capture;
mod beside;
mod documents;
mod holder;
mod liveness;
mod mrz_readings;
mod mrz_vectors;
mod mrz_written;
mod outline;
mod reading_pictures;
mod samples;
mod truth;
mod visual_zone;
mod zones;
