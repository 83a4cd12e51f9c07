//! What a person agreed to, and when.

use serde::{Deserialize, Serialize};

use crate::{Biometrics, UtcMillis};

/// The text a person accepted, exactly as it stood on the screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// Version of the text, as its author counts.
    pub version: String,
    /// Language it was shown in (BCP 47).
    pub language: String,
    /// SHA-256 of the text's UTF-8 bytes, in hex.
    pub text_sha256: String,
    /// The terms and conditions that were linked.
    pub terms_url: String,
    /// The privacy policy that was linked.
    pub privacy_url: String,
    /// The moment of acceptance.
    pub accepted_at: UtcMillis,
    /// The machine's address on the route to the server at that moment; none when it had no network.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Whether faces may be compared; absent where the text did not ask: then they are not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub biometrics: Option<Biometrics>,
}
