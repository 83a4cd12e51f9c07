//! Check digits (Doc 9303-3, 4.9).

/// The check digit of characters: each one's value (0 to 9, A = 10 to Z = 35, filler 0) times 7, 3, 1 in turn, the
/// sum modulo 10. Characters that no MRZ has count as fillers.
#[must_use]
pub fn check_digit(characters: impl IntoIterator<Item = char>) -> char {
    let sum: u32 = characters
        .into_iter()
        .zip([7, 3, 1].into_iter().cycle())
        .map(|(character, weight)| value(character) * weight)
        .fold(0, |sum, product| (sum + product) % 10);
    char::from_digit(sum, 10).expect("a remainder of a division by 10 is a digit")
}

fn value(character: char) -> u32 {
    match character {
        '0'..='9' | 'A'..='Z' => character.to_digit(36).expect("a digit to base 36"),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::check_digit;

    #[test]
    fn the_examples_of_the_standard() {
        // Doc 9303-3, 4.9, and the long number of 9303-5, 4.2.2.
        for (data, digit) in [("520727", '3'), ("AB2134<<<", '5'), ("D23145890734", '9')] {
            assert_eq!(check_digit(data.chars()), digit, "{data}");
        }
    }
}
