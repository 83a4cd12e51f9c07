//! The name field (Doc 9303-3, 4.6).

/// Primary and secondary identifier: what stands before and behind the first two fillers that follow each other. A
/// document without those has a primary identifier only.
pub(super) fn split(text: &[char]) -> (String, String) {
    let gap = text
        .windows(2)
        .position(|pair| pair == ['<', '<'])
        .unwrap_or(text.len());
    (join(&text[..gap]), join(&text[gap..]))
}

/// The words between fillers, a blank between them.
pub(super) fn join(text: &[char]) -> String {
    let words = text.split(|&it| it == '<').filter(|word| !word.is_empty());
    words
        .map(|word| word.iter().collect::<String>())
        .collect::<Vec<_>>()
        .join(" ")
}
