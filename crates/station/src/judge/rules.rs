//! The one table: from what was measured, or vouched for, to each check.

use evidence::Check;

/// Years from which a person is of age.
pub(crate) const ADULT: u8 = 18;
/// All that was compared agrees; all that was asked for was done.
pub(super) const WHOLE: f64 = 1.0;
/// A document is valid on its last day.
const LAST_DAY: f64 = 0.0;

/// What a check stands on.
pub(crate) struct Rule {
    /// Which.
    pub check: Check,
    /// What is measured for it; nothing where no measure of ours can say yes or no.
    pub measure: Option<&'static str>,
    /// Where yes begins; below it is a no.
    pub yes_from: Option<f64>,
    /// Whether a named person may vouch for it.
    pub attested: bool,
    /// Why so.
    pub source: &'static str,
    /// What is not shown by it.
    pub limits: &'static str,
}

/// Every check, in the order of [`Check::ALL`].
pub(crate) const RULES: [Rule; Check::ALL.len()] = [
    Rule {
        check: Check::DocumentNotExpired,
        measure: Some("days from the day of capture to the last day of validity"),
        yes_from: Some(LAST_DAY),
        attested: true,
        source: "ICAO Doc 9303-3, 3.4.1.2 (date of expiry): valid on its last day",
        limits: "the date as it is printed; whether the document was revoked is not asked",
    },
    Rule {
        check: Check::DocumentNotUnderage,
        measure: Some("whole years from birth to the day of capture"),
        yes_from: Some(ADULT as f64),
        attested: true,
        source: "Constitución Española, art. 12: of age at 18; the same in each member state",
        limits: "the date as it is printed",
    },
    Rule {
        check: Check::DocumentNotCopy,
        measure: None,
        yes_from: None,
        attested: true,
        source: "missing colour and patterns of screens and of print are hints to a person: no rate of error of \
                 theirs is known, so neither a yes nor a no is sent",
        limits: "a good copy or a good screen is not told from an original",
    },
    Rule {
        check: Check::DataIntegrity,
        measure: Some(
            "least share of check digits that hold, of fields in which MRZ and print say the same, and of fields in \
             which front and back do",
        ),
        yes_from: Some(WHOLE),
        attested: true,
        source: "ICAO Doc 9303-3, 4.9 (check digits) and 4.1 (the MRZ repeats the print). An MRZ with a corrected \
                 character is left to a person: it agrees with the print because it was corrected by it",
        limits: "a forgery that agrees with itself passes; the chip is not read",
    },
    Rule {
        check: Check::Liveness,
        measure: Some(
            "share of what has to hold: each step of the challenge done in its order and time, no fault, and the \
             face of the video is the selfie's",
        ),
        yes_from: Some(WHOLE),
        attested: true,
        source: "an active challenge drawn from a nonce of this case after the recording began. Absent where it was \
                 not asked, ended early, no face could be followed, or the video's face was not compared with the \
                 selfie's",
        limits: "does not protect from a video played on a good screen, from pictures put in behind the camera, or \
                 from masks; no conformity with ISO/IEC 30107-3 is claimed",
    },
    Rule {
        check: Check::DocumentsMatch,
        measure: Some("the answer of the official register that was asked: 1 where it bears the fields out"),
        yes_from: Some(WHOLE),
        attested: true,
        source: "One-Shot API, security_checks: a match with official registers. Only a register that was asked, or a \
                 named person, can say so; that the document agrees with itself belongs to data_integrity",
        limits: "as good as the register's answer; where none is set, none is asked",
    },
    Rule {
        check: Check::OtpValidation,
        measure: None,
        yes_from: None,
        attested: false,
        source: "One-Shot API, security_checks: a one-time password was verified. The server sends one only after \
                 its review, and verifies it itself: nothing is sent about it before",
        limits: "nobody here can say so",
    },
];

/// The rule of `check`.
pub(crate) fn rule(check: Check) -> &'static Rule {
    match check {
        Check::DocumentNotExpired => &RULES[0],
        Check::DocumentNotUnderage => &RULES[1],
        Check::DocumentNotCopy => &RULES[2],
        Check::DataIntegrity => &RULES[3],
        Check::Liveness => &RULES[4],
        Check::DocumentsMatch => &RULES[5],
        Check::OtpValidation => &RULES[6],
    }
}
