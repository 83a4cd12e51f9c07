//! Text of an MRZ, understood as it stands.

use jiff::civil::Date;

use super::{
    Check, Expiry, Fault, Field, Fields, Format, Mrz, check_digit, date,
    format::{Layout, NamePlaces, Span},
    names::{join, split},
};

/// What the text of an MRZ says. Nothing is mended and nothing is guessed: blanks, small letters and lines of another
/// length are faults. `on` is the day of capture, from which centuries are found.
#[must_use]
pub fn parse(lines: &[&str], on: Date) -> Mrz {
    let rows: Vec<Vec<char>> = lines.iter().map(|line| line.chars().collect()).collect();
    let format = Format::of(&rows);
    let mut mrz = Mrz {
        format,
        valid: false,
        errors: Vec::new(),
        checks: Vec::new(),
        repaired: Vec::new(),
        fields: Fields::default(),
        lines: lines.iter().map(|&line| line.to_owned()).collect(),
        birth: None,
        expiry: None,
    };
    match format.layout() {
        None => mrz.errors.push(Fault::Length),
        Some(_)
            if !rows
                .iter()
                .flatten()
                .all(|it| matches!(it, 'A'..='Z' | '0'..='9' | '<')) =>
        {
            mrz.errors.push(Fault::Charset);
        }
        Some(layout) => Text { rows: &rows, layout }.understand(&mut mrz, on),
    }
    mrz.valid = mrz.errors.is_empty();
    mrz
}

/// Lines that have the lengths of a layout.
struct Text<'a> {
    rows: &'a [Vec<char>],
    layout: &'static Layout,
}

/// A document number that goes on in the optional data (Doc 9303-5, 4.2.2, note j; Doc 9303-6, 4.2.2): nine
/// characters, a filler in place of the check digit, and in the optional data the rest, the check digit, a filler.
struct LongNumber {
    number: Vec<char>,
    check: char,
    /// Where the check digit is.
    digit: Span,
}

impl Text<'_> {
    fn understand(&self, mrz: &mut Mrz, on: Date) {
        let long = self.long_number();
        self.fields(mrz, long.as_ref());
        self.names(mrz);
        mrz.checks = self.checks(long.as_ref());
        let failed = mrz.checks.iter().filter(|check| !check.ok);
        mrz.errors.extend(failed.map(|check| Fault::Check(check.field)));
        self.dates(mrz, on);
        if self
            .span(Field::Sex)
            .is_some_and(|it| !matches!(self.cut(it), ['M' | 'F' | '<']))
        {
            mrz.errors.push(Fault::Sex);
        }
        let has_digit = |name: &str| name.chars().any(|it| it.is_ascii_digit());
        if [Field::Surname, Field::GivenNames]
            .iter()
            .any(|&name| mrz.get(name).is_some_and(has_digit))
        {
            mrz.errors.push(Fault::NameDigits);
        }
        for (field, fault) in [
            (Field::Nationality, Fault::Nationality),
            (Field::IssuingState, Fault::IssuingState),
        ] {
            if self.span(field).is_some_and(|it| !is_state(self.cut(it))) {
                mrz.errors.push(fault);
            }
        }
    }

    fn cut(&self, span: Span) -> &[char] {
        &self.rows[span.line][span.from..span.to]
    }

    fn span(&self, field: Field) -> Option<Span> {
        self.layout
            .fields
            .iter()
            .find(|(key, _)| *key == field)
            .map(|(_, span)| *span)
    }

    fn long_number(&self) -> Option<LongNumber> {
        let rest = self.layout.long_number?;
        let first = self.cut(self.span(Field::DocumentNumber)?);
        let marked = self.cut(self.span(Field::DocumentNumberCheck)?) == ['<'];
        let run: Vec<char> = self
            .cut(rest)
            .iter()
            .copied()
            .take_while(|&it| it != '<')
            .collect();
        // A number of nine characters has its check digit in its own place: one character alone is no rest.
        let (&check, tail) = run.split_last().filter(|(_, tail)| !tail.is_empty())?;
        let is_full = !first.contains(&'<');
        (marked && is_full).then(|| LongNumber {
            number: [first, tail].concat(),
            check,
            digit: Span {
                line: rest.line,
                from: rest.from + tail.len(),
                to: rest.from + run.len(),
            },
        })
    }

    fn fields(&self, mrz: &mut Mrz, long: Option<&LongNumber>) {
        for &(field, span) in self.layout.fields {
            let text = self.cut(span);
            let value = match (field, long) {
                (Field::DocumentNumber, Some(long)) => long.number.iter().collect(),
                (Field::DocumentNumberCheck, Some(long)) => long.check.to_string(),
                (Field::Optional1, Some(long)) => blanked(&text[long.digit.to - span.from..]),
                (Field::Optional1 | Field::Optional2 | Field::PersonalNumber, _) => blanked(text),
                // Of TD2 the optional data are given as they stand, the rest of a long number with them.
                (Field::Optional, _) if self.layout.long_number.is_none() => blanked(text),
                // Dates, sex and check digits keep their fillers: those say something.
                (
                    Field::BirthDate
                    | Field::ExpiryDate
                    | Field::Sex
                    | Field::DocumentNumberCheck
                    | Field::BirthDateCheck
                    | Field::ExpiryDateCheck
                    | Field::PersonalNumberCheck
                    | Field::CompositeCheck,
                    _,
                ) => text.iter().collect(),
                _ => text.iter().collect::<String>().trim_matches('<').to_owned(),
            };
            mrz.fields.push(field, value);
        }
    }

    fn names(&self, mrz: &mut Mrz) {
        let (surname, given) = match &self.layout.names {
            NamePlaces::Together(span) => {
                let (surname, given) = split(self.cut(*span));
                (surname, Some(given))
            }
            NamePlaces::Apart(surname, given) => {
                (join(self.cut(*surname)), given.map(|span| join(self.cut(span))))
            }
        };
        mrz.fields.push(Field::Surname, surname);
        if let Some(given) = given {
            mrz.fields.push(Field::GivenNames, given);
        }
    }

    fn checks(&self, long: Option<&LongNumber>) -> Vec<Check> {
        let check = |&(field, digit, over): &(Field, Span, &[Span])| {
            let (digit, data) = match (field, long) {
                (Field::DocumentNumber, Some(long)) => (long.digit, long.number.clone()),
                _ => (
                    digit,
                    over.iter().flat_map(|span| self.cut(*span)).copied().collect(),
                ),
            };
            let found = self.rows[digit.line][digit.from];
            let mut wanted = check_digit(data.iter().copied());
            if field == Field::DocumentNumber && long.is_some() {
                // The standard's example has the filler left out of a long number; Portugal's cards and Belgium's
                // older ones count it, and it moves the weights of all that follows.
                let counted = check_digit([&data[..9], &['<'], &data[9..]].concat());
                wanted = if found == counted { counted } else { wanted };
            }
            // Doc 9303-4, 4.2.2: the check digit of fillers may be 0 or a filler.
            let ok = found == wanted || (found == '<' && data.iter().all(|&it| it == '<'));
            Check {
                field,
                line: digit.line,
                position: digit.from,
                found,
                wanted,
                ok,
            }
        };
        self.layout.checks.iter().map(check).collect()
    }

    fn dates(&self, mrz: &mut Mrz, on: Date) {
        if let Some(span) = self.span(Field::BirthDate) {
            mrz.birth = date::birth(self.cut(span), on);
            if mrz.birth.is_none() {
                mrz.errors.push(Fault::BirthDate);
            }
        }
        if let Some(span) = self.span(Field::ExpiryDate) {
            let text = self.cut(span);
            mrz.expiry = date::expiry(text, on, mrz.birth);
            if mrz.expiry.is_none() {
                mrz.errors.push(Fault::ExpiryDate);
            }
            // Spanish identity cards without end print 01 01 9999 and say so with two digits of the year.
            let is_permanent =
                mrz.get(Field::IssuingState) == Some("ESP") && text == ['9', '9', '0', '1', '0', '1'];
            if is_permanent && mrz.format == Format::Td1 {
                mrz.expiry = Some(Expiry::Never);
            }
        }
    }
}

/// Fillers between characters are blanks; those at the ends are none.
fn blanked(text: &[char]) -> String {
    text.iter()
        .collect::<String>()
        .replace('<', " ")
        .trim()
        .to_owned()
}

fn is_state(text: &[char]) -> bool {
    let letters = text.iter().take_while(|it| it.is_ascii_uppercase()).count();
    letters > 0 && text[letters..].iter().all(|&it| it == '<')
}
