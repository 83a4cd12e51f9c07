//! The two numbers of a request. They are different, and a wrong one could reach another person's request: each has
//! its own type, and nothing converts between them.

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
}
