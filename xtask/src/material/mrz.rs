//! The machine readable zone of an ID-1 card: ICAO Doc 9303-3 section 4.9 (check digits) and 9303-5 (TD1).

/// The check digit of a field: weights 7, 3, 1 over digits as themselves, `A` to `Z` as 10 to 35, `<` as 0.
pub fn check_digit(field: &str) -> char {
    let value = |c: char| {
        if c == '<' {
            0
        } else {
            c.to_digit(36).expect("only 0-9, A-Z and < are printed")
        }
    };
    let sum: u32 = field
        .chars()
        .zip([7, 3, 1].into_iter().cycle())
        .map(|(c, weight)| value(c) * weight)
        .sum();
    char::from_digit(sum % 10, 10).expect("below ten")
}

/// What the three lines of a TD1 card are made of. Dates are `YYMMDD`, names in capitals without accents.
pub struct Td1<'a> {
    /// Three letters of the state that issues.
    pub issuer: &'a str,
    /// At most nine characters.
    pub document: &'a str,
    /// Date of birth.
    pub birth: &'a str,
    /// `F`, `M` or `<`.
    pub sex: char,
    /// The last day the document is valid.
    pub expiry: &'a str,
    /// Three letters.
    pub nationality: &'a str,
    /// All surnames, separated by spaces.
    pub surnames: &'a str,
    /// All given names, separated by spaces.
    pub given_names: &'a str,
}

impl Td1<'_> {
    /// The three lines of thirty characters.
    pub fn lines(&self) -> [String; 3] {
        let with_check = |field: String| format!("{field}{}", check_digit(&field));
        let document = with_check(format!("{:<<9}", self.document));
        let (birth, expiry) = (
            with_check(self.birth.to_owned()),
            with_check(self.expiry.to_owned()),
        );
        let first = format!("{:<<30}", format!("I<{}{document}", self.issuer));
        let second = format!("{birth}{}{expiry}{}{:<<11}", self.sex, self.nationality, "");
        let composite = check_digit(&format!("{}{birth}{expiry}{}", &first[5..30], &second[18..29]));
        let names = format!("{}<<{}", self.surnames, self.given_names).replace(' ', "<");
        [first, format!("{second}{composite}"), format!("{names:<<30}")]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_specimen_printed_in_the_standard_comes_out_the_same() {
        let specimen = Td1 {
            issuer: "UTO",
            document: "D23145890",
            birth: "740812",
            sex: 'F',
            expiry: "120415",
            nationality: "UTO",
            surnames: "ERIKSSON",
            given_names: "ANNA MARIA",
        };
        let printed = [
            "I<UTOD231458907<<<<<<<<<<<<<<<",
            "7408122F1204159UTO<<<<<<<<<<<6",
            "ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
        ];
        assert_eq!(specimen.lines(), printed);
    }

    #[test]
    fn fillers_count_as_nothing() {
        assert_eq!(check_digit("<<<<<"), '0');
        assert_eq!(check_digit("L898902C3"), '6', "ICAO Doc 9303-4, appendix A");
    }
}
