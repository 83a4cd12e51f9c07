//! The person and the card that practice mode shows. Neither exists: Utopia (`UTO`) is the state that ICAO keeps
//! for specimens.

use super::mrz::Td1;

/// Given name as printed.
pub const GIVEN_NAME: &str = "ALMA";
/// First surname as printed.
pub const SURNAME_1: &str = "SAMPLE";
/// Second surname as printed.
pub const SURNAME_2: &str = "MUESTRA";
/// Sex as printed.
pub const SEX: &str = "F";
/// The document's number: one letter, seven digits, one letter.
pub const DOCUMENT: &str = "U0427315A";

/// A date as the card needs it in its several places.
pub struct Date(u16, u8, u8);

/// Date of birth.
pub const BIRTH: Date = Date(1992, 5, 14);
/// The day the card was issued.
pub const ISSUED: Date = Date(2025, 1, 2);
/// The last day the card is valid.
pub const EXPIRY: Date = Date(2035, 1, 1);

impl Date {
    /// `14 05 1992`, as printed.
    pub fn printed(&self) -> String {
        format!("{:02} {:02} {}", self.2, self.1, self.0)
    }

    /// `1992-05-14`.
    pub fn iso(&self) -> String {
        format!("{}-{:02}-{:02}", self.0, self.1, self.2)
    }

    /// `920514`, as in the machine readable zone.
    fn mrz(&self) -> String {
        format!("{:02}{:02}{:02}", self.0 % 100, self.1, self.2)
    }
}

/// The three lines on the rear.
pub fn mrz() -> [String; 3] {
    Td1 {
        issuer: "UTO",
        document: DOCUMENT,
        birth: &BIRTH.mrz(),
        sex: 'F',
        expiry: &EXPIRY.mrz(),
        nationality: "UTO",
        surnames: &format!("{SURNAME_1} {SURNAME_2}"),
        given_names: GIVEN_NAME,
    }
    .lines()
}
