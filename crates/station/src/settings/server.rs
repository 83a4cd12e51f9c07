//! The One-Shot server: where it is, on whose behalf it is called, and the way to it.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The One-Shot server and on whose behalf it is called.
///
/// No secret is in here: passwords, tokens and the values of headers come from the environment or the system's store
/// of credentials (`proofbooth credentials`). A certificate's private key is a file of its own.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ServerSettings {
    /// The full prefix of every call, for example `https://HOST/oneshot/api/v1`.
    pub base_url: String,
    /// Lets `base_url` be plain `http` to another machine: everything about a person is then read by whoever is on the
    /// way. For a closed test network only. Default false.
    #[serde(default)]
    pub allow_http: bool,
    /// The server's generation: `current`, `legacy`, or `probe` to ask it once each time the program starts.
    #[serde(default)]
    pub dialect: DialectChoice,
    /// The registration authority's id.
    pub registration_authority: String,
    /// The certificate profile, for example `PFnubeQAFCiudadano`.
    pub profile: String,
    /// `sandbox` or `prod`; left out where the server has it in its own settings.
    #[serde(default)]
    pub env: Option<String>,
    /// The billing account; its password is the credential `billing-password`.
    #[serde(default)]
    pub billing_username: Option<String>,
    /// Further fields of the call that creates a request, for a profile that needs them. A field of the API's own is
    /// passed over.
    #[serde(default)]
    pub create_fields: BTreeMap<String, String>,
    /// Sends `videoid_mode` when a request is created: the vendor's older guide does. Default false.
    #[serde(default)]
    pub videoid_mode: bool,
    /// Whether the registration authority works in two steps: an approval is then preceded by a validation. Default
    /// false.
    #[serde(default)]
    pub two_step: bool,
    /// Path of a request below the prefix, with `{request_pk}` in it: the vendor's current documentation has none.
    #[serde(default)]
    pub request_path: Option<String>,
    /// Path of the service contract below the prefix, with `{request_pk}` in it; by default the dialect's own.
    #[serde(default)]
    pub contract_path: Option<String>,
    /// Path of the list of documents below the prefix, with `{request_pk}` in it; by default the dialect's own.
    #[serde(default)]
    pub documents_path: Option<String>,
    /// How visible signatures are written in the current dialect, whose form nobody has published.
    #[serde(default)]
    pub signature_form: SignatureForm,
    /// How a measured likeness of portrait and selfie is sent: `number` (0 to 100) or `word` (`high`, `medium`, `low`).
    #[serde(default)]
    pub similarity_form: SimilarityForm,
    /// How long the server may take to say `VIDEOREVIEW` after the last upload, in seconds. Default 120.
    #[serde(default)]
    pub review_patience_s: Option<u64>,
    /// Downloads the video after it was uploaded and compares its SHA-256 with what was recorded. Default true.
    #[serde(default = "yes")]
    pub verify_video: bool,
    /// Headers for a gateway in front of the server, by name. Each value is a credential: for `X-Api-Key` it is
    /// `header:x-api-key`, in the environment `PROOFBOOTH_HEADER_X_API_KEY`.
    #[serde(default)]
    pub extra_headers: Vec<String>,
    /// The proxy to go through, `http://HOST:PORT`, without credentials. Without one the system's is taken.
    #[serde(default)]
    pub proxy: Option<String>,
    /// The name the proxy asks for; its password is the credential `proxy-password`.
    #[serde(default)]
    pub proxy_username: Option<String>,
    /// A file with the certificate that proves to a gateway who calls, and its chain (PEM).
    #[serde(default)]
    pub client_certificate: Option<PathBuf>,
    /// The file with the private key of `client_certificate` (PEM, not encrypted: readable by this user only).
    #[serde(default)]
    pub client_key: Option<PathBuf>,
    /// A file with authorities (PEM) to be trusted for the server's own certificate, besides the system's.
    #[serde(default)]
    pub ca_file: Option<PathBuf>,
    /// A file with the authorities (PEM) whose certificates a signed document may be signed with. Without it a
    /// signature is checked, and who vouches for the signer is only shown.
    #[serde(default)]
    pub trusted_signers: Option<PathBuf>,
    /// Where webhooks are listened for.
    #[serde(default)]
    pub webhook: Option<WebhookSettings>,
}

const fn yes() -> bool {
    true
}

/// The server's generation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DialectChoice {
    /// The current one, `/oneshot/api/v1`.
    #[default]
    Current,
    /// The older one, `/api/v1`.
    Legacy,
    /// The server is asked, with calls that change nothing.
    Probe,
}

/// How visible signatures are written in the current dialect.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SignatureForm {
    /// One for all documents where all look alike, otherwise one for each.
    #[default]
    ByAgreement,
    /// One for all documents.
    Single,
    /// One for each document.
    ByDocument,
    /// As in the older dialect.
    Options,
}

/// How a measured likeness is sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SimilarityForm {
    /// From 0 to 100, as the API's schema has it.
    #[default]
    Number,
    /// A word, as the API's samples have it.
    Word,
}

/// Where webhooks are listened for. The vendor's staff, or the gateway that passes them on, have to know the address.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookSettings {
    /// Address and port, for example `127.0.0.1:8765`.
    #[schemars(with = "String")]
    pub listen: SocketAddr,
    /// The path, which nobody must be able to guess: webhooks carry no signature. At least 16 characters; by default a
    /// new random one each time.
    #[serde(default)]
    pub path: Option<String>,
}
