//! The credentials there are, and what they go by.

use std::fmt;
use std::str::FromStr;

use crate::Settings;

/// A secret the booth may need.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Credential {
    /// The password of the billing account, as it is (it is encoded on its way).
    BillingPassword,
    /// The officer's name, for the record: no secret, and kept beside those that are.
    OfficerName,
    /// The officer's number at the registration authority.
    OfficerNumber,
    /// The officer's token at the server.
    OfficerToken,
    /// The officer's user name.
    OfficerUsername,
    /// The officer's password.
    OfficerPassword,
    /// The officer's PIN.
    OfficerPin,
    /// The password the proxy asks for.
    ProxyPassword,
    /// The value of a header for a gateway in front of the server, by the header's name in lower case.
    Header(String),
}

const HEADER: &str = "header:";

impl Credential {
    /// What belongs to an officer.
    pub(crate) const OFFICER: [Self; 6] = [
        Self::OfficerName,
        Self::OfficerNumber,
        Self::OfficerToken,
        Self::OfficerUsername,
        Self::OfficerPassword,
        Self::OfficerPin,
    ];

    /// The credential of a header.
    #[must_use]
    pub fn header(name: &str) -> Self {
        Self::Header(name.trim().to_ascii_lowercase())
    }

    /// Every credential these settings can use.
    #[must_use]
    pub fn known(settings: &Settings) -> Vec<Self> {
        let headers = settings.server.iter().flat_map(|server| &server.extra_headers);
        [Self::BillingPassword]
            .into_iter()
            .chain(Self::OFFICER)
            .chain([Self::ProxyPassword])
            .chain(headers.map(|name| Self::header(name)))
            .collect()
    }

    /// The variable of the environment it is looked for in.
    #[must_use]
    pub fn variable(&self) -> String {
        let name: String = self
            .to_string()
            .chars()
            .map(|c| {
                if c.is_ascii_alphanumeric() {
                    c.to_ascii_uppercase()
                } else {
                    '_'
                }
            })
            .collect();
        format!("PROOFBOOTH_{name}")
    }

    const fn plain_name(&self) -> &'static str {
        match self {
            Self::BillingPassword => "billing-password",
            Self::OfficerName => "rao-name",
            Self::OfficerNumber => "rao-number",
            Self::OfficerToken => "rao-token",
            Self::OfficerUsername => "rao-username",
            Self::OfficerPassword => "rao-password",
            Self::OfficerPin => "rao-pin",
            Self::ProxyPassword => "proxy-password",
            Self::Header(_) => HEADER,
        }
    }
}

impl fmt::Display for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.plain_name())?;
        match self {
            Self::Header(name) => f.write_str(name),
            _ => Ok(()),
        }
    }
}

/// No credential goes by this name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "there is no such credential: billing-password, rao-name, rao-number, rao-token, rao-username, rao-password, \
     rao-pin, proxy-password, header:NAME"
)]
pub struct UnknownCredential;

impl FromStr for Credential {
    type Err = UnknownCredential;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some(header) = text.strip_prefix(HEADER) {
            let is_name = !header.trim().is_empty() && !header.contains(char::is_whitespace);
            return is_name.then(|| Self::header(header)).ok_or(UnknownCredential);
        }
        Self::OFFICER
            .into_iter()
            .chain([Self::BillingPassword, Self::ProxyPassword])
            .find(|credential| credential.plain_name() == text)
            .ok_or(UnknownCredential)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credential_is_found_by_the_name_it_shows() {
        let settings = Settings::parse(
            "[server]\nbase_url = \"https://a.example\"\nregistration_authority = \"1\"\nprofile = \"P\"\n\
             extra_headers = [\"X-Api-Key\"]",
        )
        .expect("settings");
        let known = Credential::known(&settings);
        assert!(known.contains(&Credential::Header("x-api-key".to_owned())));
        for credential in known {
            assert_eq!(credential.to_string().parse(), Ok(credential));
        }
        for wrong in ["", "rao", "header:", "header: ", "header:a b"] {
            assert_eq!(wrong.parse::<Credential>(), Err(UnknownCredential), "{wrong:?}");
        }
    }

    #[test]
    fn variables_keep_the_names_branches_have_set() {
        assert_eq!(
            Credential::BillingPassword.variable(),
            "PROOFBOOTH_BILLING_PASSWORD"
        );
        assert_eq!(Credential::OfficerToken.variable(), "PROOFBOOTH_RAO_TOKEN");
        assert_eq!(
            Credential::header("X-Api-Key").variable(),
            "PROOFBOOTH_HEADER_X_API_KEY"
        );
    }
}
