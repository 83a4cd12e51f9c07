//! Image in, measurement out: where the document is, how good the picture is, what it says, whose face it shows.
//!
//! Nothing is here yet, and nothing pretends to be: what nobody measures is not sent (`station::judge`). The methods
//! come with their own issues. They take pixels and return numbers with what they mean; they do no I/O, read no clock
//! and decide nothing.
