//! What a server keeps for all requests: stored credentials, pictures for visible signatures, its settings (sections
//! 4.18 to 4.20). Whoever can reach a server can use its tokens and read its settings: every secret in them is left
//! where it is.

use std::collections::BTreeMap;
use std::fmt;

use crate::config::Env;
use crate::ids::ImageUid;
use crate::secret::Secret;

/// Credentials to be stored at the server under a token.
#[derive(Clone, PartialEq, Eq)]
pub struct NewToken {
    /// The officer's name.
    pub username: Secret,
    /// The password; without it, it is sent with each call.
    pub password: Option<Secret>,
    /// The pin; without it, it is sent with each call.
    pub pin: Option<Secret>,
    /// Which side of the certification service. The older dialect requires it; the settings' own is taken where this is
    /// left out.
    pub env: Option<Env>,
}

/// What a token stands for: which parts are stored, not what they are.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenContent {
    /// The officer's name.
    pub username: Option<String>,
    /// Whether the password is stored.
    pub password: bool,
    /// Whether the pin is stored.
    pub pin: bool,
}

/// A token of the server's list.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredToken {
    /// The token itself: whoever has it acts as the officer.
    pub uid: Secret,
    /// What it stands for.
    pub content: TokenContent,
}

/// A picture the server has.
#[derive(Clone, PartialEq, Eq)]
pub struct ListedImage {
    /// Its name at the server.
    pub uid: ImageUid,
    /// What it is called.
    pub file_name: Option<String>,
    /// Its media type.
    pub media_type: Option<String>,
    /// When it was uploaded, as the server writes it.
    pub uploaded: Option<String>,
    /// Width and height in pixels.
    pub size_px: Option<(u32, u32)>,
}

/// What a server calls itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerVersion {
    /// Such as `OneShot Optimizer`.
    pub name: Option<String>,
    /// Such as `1.5.0`.
    pub version: Option<String>,
}

/// A server's settings, by group and name. The names are the server's: the current dialect's are in no page.
#[derive(Clone, PartialEq, Eq)]
pub struct ServerSettings {
    /// Such as `tsa` / `tsa_url`, `request` / `default_ra`.
    pub groups: BTreeMap<String, BTreeMap<String, SettingValue>>,
}

/// The value of a setting.
#[derive(Clone, PartialEq, Eq)]
pub enum SettingValue {
    /// As it is, numbers and booleans as text.
    Text(String),
    /// A password or the like: the server sends it, and it is dropped on arrival.
    Hidden {
        /// Whether there is one.
        set: bool,
    },
}

impl SettingValue {
    /// The value of a setting of this name.
    pub(crate) fn of(name: &str, text: String) -> Self {
        const SECRET: [&str; 6] = ["password", "secret", "pin", "token", "key", "passphrase"];
        let name = name.to_ascii_lowercase();
        if SECRET
            .iter()
            .any(|word| name.split('_').any(|part| part == *word) || name.ends_with(word))
        {
            let text = Secret::new(text);
            Self::Hidden {
                set: !text.is_empty(),
            }
        } else {
            Self::Text(text)
        }
    }
}

/// Settings to be changed; what is not named stays. They are the whole server's: every caller of it is affected.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct SettingsUpdate {
    pub(crate) groups: BTreeMap<String, BTreeMap<String, Secret>>,
}

impl SettingsUpdate {
    /// Adds a setting, such as `request`, `default_ra`, `139`.
    #[must_use]
    pub fn set(
        mut self,
        group: impl Into<String>,
        name: impl Into<String>,
        value: impl Into<Secret>,
    ) -> Self {
        let group = self.groups.entry(group.into()).or_default();
        group.insert(name.into(), value.into());
        self
    }
}

impl fmt::Debug for TokenContent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenContent")
            .field("password", &self.password)
            .field("pin", &self.pin)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for ListedImage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ListedImage")
            .field("uid", &self.uid)
            .field("size_px", &self.size_px)
            .finish_non_exhaustive()
    }
}

crate::evidences::prints_nothing!(
    NewToken,
    StoredToken,
    ServerSettings,
    SettingValue,
    SettingsUpdate
);
