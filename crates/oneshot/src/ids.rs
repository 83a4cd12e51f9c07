//! The two numbers of a request, and the names of what a server keeps. A wrong number could reach another person's
//! request: each has its own type, and nothing converts between them.

use std::fmt;
use std::str::FromStr;

use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde::{Serialize, Serializer};

macro_rules! pk {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(i64);

        impl $name {
            /// The number as the server gave it, or as somebody typed it.
            pub const fn new(number: i64) -> Self {
                Self(number)
            }

            /// The bare number, for storing it.
            pub const fn get(self) -> i64 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = std::num::ParseIntError;

            /// Reads a number as a person types it, blanks around it allowed.
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.trim().parse().map(Self)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_i64(self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            /// Takes a number or a string of digits: the documents show both (section 8, 18).
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_any(Lenient).map(Self)
            }
        }
    };
}

pk! {
    /// The request's number (`request_pk`): what a person quotes, and what documents, OTP and signature go by.
    RequestPk
}
pk! {
    /// The number of the request's VideoID (`videoid_pk`): what evidences and video go by.
    VideoidPk
}

/// Both numbers of a request. A call on its VideoID takes both: the server's generation decides which one goes out
/// (section 0.1), and a wrong one could hit another person's request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Numbers {
    /// The request's.
    pub request_pk: RequestPk,
    /// Its VideoID's.
    pub videoid_pk: VideoidPk,
}

impl Numbers {
    /// The two of one request.
    pub const fn new(request_pk: RequestPk, videoid_pk: VideoidPk) -> Self {
        Self {
            request_pk,
            videoid_pk,
        }
    }
}

/// A uid that cannot be one: it becomes a piece of a path, and is 1 to 128 letters, digits, `-`, `_`, `.` or `:`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadUid;

impl fmt::Display for BadUid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a uid")
    }
}

impl std::error::Error for BadUid {}

/// Whether a text can stand as one piece of a path as it is.
pub(crate) fn is_path_piece(text: &str) -> bool {
    (1..=128).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte))
        && !text.bytes().all(|byte| byte == b'.')
}

macro_rules! uid {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// The uid as the server gave it.
            ///
            /// # Errors
            /// If it cannot be a piece of a path.
            pub fn new(text: impl Into<String>) -> Result<Self, BadUid> {
                let text = text.into();
                if is_path_piece(&text) { Ok(Self(text)) } else { Err(BadUid) }
            }

            /// As the server wrote it.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = BadUid;

            fn from_str(text: &str) -> Result<Self, BadUid> {
                Self::new(text.trim())
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::new(String::deserialize(deserializer)?).map_err(de::Error::custom)
            }
        }
    };
}

uid! {
    /// A document at the server.
    DocumentUid
}
uid! {
    /// A picture for visible signatures, kept at the server for all requests.
    ImageUid
}

struct Lenient;

impl Visitor<'_> for Lenient {
    type Value = i64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an integer, or a string of digits")
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<i64, E> {
        Ok(number)
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<i64, E> {
        number
            .try_into()
            .map_err(|_| E::custom("the id does not fit 63 bits"))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<i64, E> {
        text.trim()
            .parse()
            .map_err(|_| E::custom("the id is not a string of digits"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_read_from_a_number_or_a_string_and_written_as_a_number() {
        for text in ["16673", "\"16673\"", "\" 16673 \""] {
            assert_eq!(
                serde_json::from_str::<VideoidPk>(text).unwrap(),
                VideoidPk::new(16673),
                "{text}"
            );
        }
        assert_eq!(serde_json::to_string(&RequestPk::new(388141)).unwrap(), "388141");
        assert_eq!(" 388141\n".parse::<RequestPk>().unwrap().to_string(), "388141");
    }

    #[test]
    fn what_is_no_integer_is_no_id() {
        for text in [
            "16673.5",
            "\"16673a\"",
            "\"\"",
            "null",
            "true",
            "[1]",
            "18446744073709551615",
        ] {
            assert!(serde_json::from_str::<RequestPk>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_would_lead_elsewhere_is_no_uid() {
        for text in [
            "",
            ".",
            "..",
            "a/b",
            "a?b",
            "a#b",
            "a%2fb",
            "a b",
            "\u{e9}",
            &"a".repeat(129),
        ] {
            assert_eq!(DocumentUid::new(text), Err(BadUid), "{text}");
            assert!(serde_json::from_value::<ImageUid>(text.into()).is_err(), "{text}");
        }
        for text in ["604b889f-6b3a-4af7-a24a-b5e610e7f7c1", "a.pdf", "1"] {
            assert_eq!(text.parse::<DocumentUid>().unwrap().as_str(), text);
        }
    }
}
