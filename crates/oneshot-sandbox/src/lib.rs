//! oneshot-sandbox
