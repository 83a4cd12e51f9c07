//! Dates as documents print them.

use std::sync::LazyLock;

use jiff::civil::Date;

use super::{
    fold::{bare, distance},
    wordings::entries,
};

/// A date in a text.
pub(super) struct Printed {
    /// The day.
    pub date: Date,
    /// The text that says it, put right where a digit was read as a letter.
    pub text: String,
    /// What comes before it in the text, and after.
    pub around: (String, String),
    /// Whether something was put right.
    pub repaired: bool,
}

/// What a date is about, which says to which century a year of two digits belongs, and in which order numbers stand.
#[derive(Clone, Copy)]
pub(super) struct Context {
    /// The day of capture.
    pub today: Option<Date>,
    /// Whether the day lies in the past for certain (birth, issue).
    pub past: bool,
    /// Whether the month stands first (United States).
    pub month_first: bool,
}

/// Months as documents write them (ICAO Doc 9303-3 clause 3.7.1 has them abbreviated to two to four letters).
static MONTHS: LazyLock<[Vec<String>; 12]> = LazyLock::new(|| {
    let mut months: [Vec<String>; 12] = std::array::from_fn(|_| Vec::new());
    for (number, name) in entries(include_str!("wordings/months.txt")) {
        let month = number
            .parse::<usize>()
            .ok()
            .and_then(|n| months.get_mut(n.wrapping_sub(1)));
        month
            .expect("the list numbers months from 1 to 12")
            .push(bare(name));
    }
    months
});

/// The first date in a text.
pub(super) fn find(text: &str, context: Context) -> Option<Printed> {
    let mut characters: Vec<char> = text.chars().collect();
    let stroked = put_stroke(&mut characters);
    let mut found = (0..characters.len())
        .filter(|&i| i == 0 || !characters[i - 1].is_alphanumeric())
        .find_map(|start| at(&characters, start, context))?;
    found.repaired |= stroked;
    Some(found)
}

/// Puts the stroke back that was read as a character between a month's names in two languages: 01JAN7JAN85. Says
/// whether it did.
fn put_stroke(characters: &mut [char]) -> bool {
    let letters = |part: &mut dyn Iterator<Item = &char>| -> String {
        part.take_while(|c| c.is_alphabetic()).collect()
    };
    let is_stroke = |at: usize| {
        let before = letters(&mut characters[..at].iter().rev());
        let before: String = before.chars().rev().collect();
        let after = letters(&mut characters[at + 1..].iter());
        let named = |word: &str| MONTHS.iter().position(|names| names.contains(&bare(word)));
        matches!(characters[at], '7' | 'L' | 'I' | 'l' | 'J' | '1')
            && named(&before).is_some_and(|month| named(&after) == Some(month))
    };
    let Some(at) = (1..characters.len()).find(|&at| is_stroke(at)) else {
        return false;
    };
    characters[at] = '/';
    true
}

/// A number, a word or what stands between them.
struct Part {
    text: String,
    from: usize,
    to: usize,
}

fn at(characters: &[char], start: usize, context: Context) -> Option<Printed> {
    let (parts, end) = parts(characters, start)?;
    let words: Vec<&str> = parts.iter().map(|p| p.text.as_str()).collect();
    let (date, repaired, used) = numbers(&words, context).or_else(|| written(&words, context))?;
    let mut to = parts[used - 1].to;
    // Croatia and Latvia put a point behind the year.
    if used == parts.len() && characters.get(to) == Some(&'.') && end > to {
        to += 1;
    }
    let mut said: Vec<char> = characters[parts[0].from..to].to_vec();
    let mut changed = false;
    if repaired {
        for part in parts[..used]
            .iter()
            .filter(|p| p.text.chars().any(|c| c.is_ascii_digit()))
        {
            for (i, c) in digits(&part.text)?.chars().enumerate() {
                let at = part.from - parts[0].from + i;
                changed |= said[at] != c;
                said[at] = c;
            }
        }
    }
    // The month has letters.
    for part in parts[..used].iter().filter(|part| month(&part.text).is_some()) {
        for at in part.from..part.to {
            let letter = as_letter(said[at - parts[0].from]);
            changed |= letter != said[at - parts[0].from];
            said[at - parts[0].from] = letter;
        }
    }
    let said: String = said.into_iter().collect();
    let text = evenly(&parts[..used], characters, &said);
    changed |= text != said;
    Some(Printed {
        date,
        text,
        around: (
            characters[..parts[0].from].iter().collect(),
            characters[to..].iter().collect(),
        ),
        repaired: changed,
    })
}

/// A date in numbers has the same sign between them twice: where only one of two points was read, the other is put
/// back.
fn evenly(parts: &[Part], characters: &[char], said: &str) -> String {
    let gap = |pair: &[Part]| characters[pair[0].to..pair[1].from].iter().collect::<String>();
    let gaps: Vec<String> = parts.windows(2).map(gap).collect();
    let numbers: String = said.chars().filter(char::is_ascii_digit).collect();
    let points = gaps.iter().filter(|gap| gap.trim() == ".").count();
    let plain = said.chars().all(|c| c.is_ascii_digit() || " .,·".contains(c));
    let years_last = matches!((parts[0].text.chars().count(), parts.len()), (2, _) | (4, 2));
    if points == 0 || !plain || !years_last || numbers.len() != 8 || (points == 2 && gaps.len() == 2) {
        return said.to_owned();
    }
    let end = if said.ends_with('.') { "." } else { "" };
    format!("{}.{}.{}{end}", &numbers[..2], &numbers[2..4], &numbers[4..])
}

/// Up to five parts from `start` on, and where they end: letters and digits between single strokes, points, blanks.
fn parts(characters: &[char], start: usize) -> Option<(Vec<Part>, usize)> {
    let mut found: Vec<Part> = Vec::new();
    let mut i = start;
    while i < characters.len() && found.len() < 6 {
        let from = i;
        while i < characters.len() && characters[i].is_alphanumeric() && !(i > from && seam(characters, i)) {
            i += 1;
        }
        if i == from {
            break;
        }
        found.push(Part {
            text: characters[from..i].iter().collect(),
            from,
            to: i,
        });
        let gap = i;
        while i < characters.len()
            && i - gap < 4
            && matches!(
                characters[i],
                ' ' | '.' | '/' | '-' | ',' | '·' | ':' | '–' | '\'' | '|'
            )
        {
            i += 1;
        }
    }
    (!found.is_empty()).then_some((found, i))
}

/// Whether a month's name begins or ends in a word with digits: 28FEB1989.
fn seam(characters: &[char], at: usize) -> bool {
    let after = characters[at..].iter().take_while(|c| c.is_alphabetic()).count();
    let before = characters[..at]
        .iter()
        .rev()
        .take_while(|c| c.is_alphabetic())
        .count();
    (characters[at - 1].is_ascii_digit() && after >= 3) || (characters[at].is_ascii_digit() && before >= 3)
}

/// Digits where a letter that looks like one was read: the place forces a digit.
fn digits(text: &str) -> Option<String> {
    text.chars()
        .map(|c| match c {
            '0'..='9' => Some(c),
            'O' | 'o' | 'D' | 'Q' | 'U' => Some('0'),
            'I' | 'l' | 'i' | '|' | 'L' => Some('1'),
            'Z' | 'z' => Some('2'),
            'S' | 's' => Some('5'),
            'G' | 'b' => Some('6'),
            'B' => Some('8'),
            'g' | 'q' => Some('9'),
            _ => None,
        })
        .collect()
}

/// A number of so many digits; letters among them are put right while digits are more.
fn number(text: &str, lengths: &[usize]) -> Option<(i16, bool)> {
    let letters = text.chars().filter(|c| !c.is_ascii_digit()).count();
    if !lengths.contains(&text.chars().count()) || letters * 2 > text.chars().count() {
        return None;
    }
    Some((digits(text)?.parse().ok()?, letters > 0))
}

/// Day, month and year as numbers: the date, whether it was repaired, how many parts it took.
fn numbers(words: &[&str], context: Context) -> Option<(Date, bool, usize)> {
    // Blanks are lost easily: 01011980.
    if let Some(word) = words
        .first()
        .filter(|word| word.chars().count() == 8 && word.is_ascii())
    {
        let date = |text: &str| {
            let (day, month, year) = (
                text[..2].parse().ok()?,
                text[2..4].parse().ok()?,
                text[4..].parse().ok()?,
            );
            plausible(year, month, day)
        };
        return date(word).map(|d| (d, false, 1));
    }
    let [a, b, c, ..] = words else {
        return two_parts(words);
    };
    if let (Some(year), Some(month), Some(day)) = (number(a, &[4]), number(b, &[1, 2]), number(c, &[1, 2])) {
        return plausible(year.0, month.0, day.0).map(|d| (d, year.1 || month.1 || day.1, 3));
    }
    let (first, second, year) = (number(a, &[1, 2])?, number(b, &[1, 2])?, number(c, &[2, 4])?);
    let full = if c.chars().count() == 4 {
        year.0
    } else {
        century(year.0, context)?
    };
    let repaired = first.1 || second.1 || year.1;
    let straight = plausible(full, second.0, first.0);
    let swapped = plausible(full, first.0, second.0);
    let date = if context.month_first {
        swapped.or(straight)
    } else {
        straight
    };
    date.map(|d| (d, repaired, 3))
}

/// Day and month, or month and year, read without what stands between: 0101 1980, 01 011980.
fn two_parts(words: &[&str]) -> Option<(Date, bool, usize)> {
    let [a, b] = words else { return None };
    if !(a.is_ascii() && b.is_ascii()) || a.len() + b.len() != 8 || a.len() % 2 != 0 {
        return None;
    }
    let joined = format!("{a}{b}");
    let part = |range: std::ops::Range<usize>| joined[range].parse::<i16>().ok();
    plausible(part(4..8)?, part(2..4)?, part(0..2)?).map(|d| (d, false, 2))
}

/// A day, a month's name in one or two languages, a year.
fn written(words: &[&str], context: Context) -> Option<(Date, bool, usize)> {
    let day = number(words.first()?, &[1, 2])?;
    let mut months: Vec<Option<i16>> = Vec::new();
    for (i, word) in words.iter().enumerate().skip(1).take(4) {
        let named = months.iter().any(Option::is_some);
        if let Some(year) = number(word, &[2, 4]).filter(|_| named) {
            // Two languages have to agree; one of them may be unknown here.
            let mut known = months.iter().copied().flatten();
            let first = known.next()?;
            if known.any(|month| month != first) {
                return None;
            }
            let full = if word.chars().count() == 4 {
                year.0
            } else {
                century(year.0, context)?
            };
            return plausible(full, first, day.0).map(|d| (d, day.1 || year.1, i + 1));
        }
        months.push(number(word, &[2]).map(|n| n.0).or_else(|| month(word)));
    }
    None
}

/// The month a word names; one wrong letter is let pass in a word of four or more that no other month has.
fn month(word: &str) -> Option<i16> {
    let word = bare(word);
    let word: String = word.chars().map(as_letter).collect();
    let one_of = |fits: &dyn Fn(&String) -> bool| -> Option<i16> {
        let mut hits = (1..)
            .zip(MONTHS.iter())
            .filter(|(_, names)| names.iter().any(fits));
        let (month, _) = hits.next()?;
        hits.next().is_none().then_some(month)
    };
    if let Some(month) = one_of(&|name| *name == word) {
        return Some(month);
    }
    let letters = word.chars().count();
    let length = |name: &String| {
        if letters == 3 {
            name.chars().count() == 3
        } else {
            name.chars().count() > 4
        }
    };
    if letters < 3 {
        return None;
    }
    one_of(&|name| length(name) && distance(name, &word, 1).is_some())
}

/// The letter a digit is taken for.
const fn as_letter(character: char) -> char {
    match character {
        '0' => 'O',
        '1' => 'I',
        '5' => 'S',
        '6' => 'G',
        other => other,
    }
}

fn plausible(year: i16, month: i16, day: i16) -> Option<Date> {
    // Spain prints 9999 on cards that do not expire.
    if !(1880..=2150).contains(&year) && year != 9999 {
        return None;
    }
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// The year two digits mean: the last one that is past where the day is past, else the one within fifty years.
fn century(two: i16, context: Context) -> Option<i16> {
    let today = context.today?.year();
    let mut year = today - today.rem_euclid(100) + two;
    if context.past && year > today {
        year -= 100;
    }
    if !context.past && year > today + 50 {
        year -= 100;
    }
    if !context.past && year < today - 49 {
        year += 100;
    }
    Some(year)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const TODAY: Context = Context {
        today: Some(date(2026, 11, 23)),
        past: false,
        month_first: false,
    };

    #[track_caller]
    fn is(text: &str, y: i16, m: i8, d: i8, printed: &str) {
        let found = find(text, TODAY).unwrap_or_else(|| panic!("{text}: none"));
        assert_eq!(found.date, date(y, m, d), "{text}");
        assert_eq!(found.text, printed, "{text}");
    }

    #[test]
    fn dates_in_numbers() {
        is("01 01 1980", 1980, 1, 1, "01 01 1980");
        is("01.12.1984", 1984, 12, 1, "01.12.1984");
        is("ROMA 05.06.1995", 1995, 6, 5, "05.06.1995");
        is("1989-02-28", 1989, 2, 28, "1989-02-28");
        is("25.12.1982.", 1982, 12, 25, "25.12.1982.");
        is("01011980", 1980, 1, 1, "01011980");
        is("0101 1980", 1980, 1, 1, "0101 1980");
        is("01 01 9999", 9999, 1, 1, "01 01 9999");
        is("01.11.10", 2010, 11, 1, "01.11.10");
    }

    #[test]
    fn dates_with_a_month_in_one_and_two_languages() {
        is("28 FEB 1989", 1989, 2, 28, "28 FEB 1989");
        is("06 OCT/OKT 2031", 2031, 10, 6, "06 OCT/OKT 2031");
        is("19 OKT/OCT 1971", 1971, 10, 19, "19 OKT/OCT 1971");
        is("12 AUGUST/AOUT 74", 2074, 8, 12, "12 AUGUST/AOUT 74");
        is("8 Août/Aug 2006", 2006, 8, 8, "8 Août/Aug 2006");
        is("20 Juin/Jun 1978", 1978, 6, 20, "20 Juin/Jun 1978");
        is("04 BEA/MAY 1988", 1988, 5, 4, "04 BEA/MAY 1988");
        is("01 JAN /JAN 85", 1985, 1, 1, "01 JAN /JAN 85");
        is("13 LIP/JUL 2016", 2016, 7, 13, "13 LIP/JUL 2016");
        is("24 СЕР/AUG 91", 1991, 8, 24, "24 СЕР/AUG 91");
        is("28FEB1989", 1989, 2, 28, "28FEB1989");
        is("28.02./FEV 1989", 1989, 2, 28, "28.02./FEV 1989");
    }

    #[test]
    fn letters_among_digits_are_put_right_and_marked() {
        let found = find("O1.12.I984", TODAY).unwrap();
        assert!(found.repaired);
        assert_eq!(found.text, "01.12.1984");
        assert!(!find("01.12.1984", TODAY).unwrap().repaired);
        for (read, printed) in [
            ("16 0CT 1986", "16 OCT 1986"),
            ("01JAN7JAN85", "01JAN/JAN85"),
            ("14 OKTLOCT 2013", "14 OKT/OCT 2013"),
        ] {
            let found = find(read, TODAY).unwrap();
            assert_eq!((found.text.as_str(), found.repaired), (printed, true));
        }
        for lost in ["21.121971", "21.12 1971", "21,12.1971", "2112.1971"] {
            assert_eq!(find(lost, TODAY).unwrap().text, "21.12.1971", "{lost}");
        }
    }

    #[test]
    fn what_is_no_day_is_no_date() {
        for text in [
            "31 02 1980",
            "99999999R",
            "616517286",
            "10 10",
            "63022659 7 ZZ6",
            "89.02.28-061.87",
            "",
            "01 13 1980",
            "12 Rue des Essais",
        ] {
            assert!(find(text, TODAY).is_none(), "{text}");
        }
    }

    #[test]
    fn two_digits_need_a_day_of_capture() {
        assert!(find("01 JAN 85", Context { today: None, ..TODAY }).is_none());
        let birth = find("12 AUG 74", Context { past: true, ..TODAY }).unwrap();
        assert_eq!(birth.date, date(1974, 8, 12));
    }
}
