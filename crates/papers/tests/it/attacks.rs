//! Documents somebody tampered with.

use papers::{Anchors, SignatureFault, Trust, signatures};
use proptest::prelude::*;

use crate::{file, only, root};

fn find(bytes: &[u8], what: &[u8]) -> usize {
    bytes
        .windows(what.len())
        .rposition(|window| window == what)
        .unwrap_or_else(|| panic!("{} is in the file", String::from_utf8_lossy(what)))
}

/// Where the hexadecimal digits of the last signature are, without the brackets.
fn contents(pdf: &[u8]) -> std::ops::Range<usize> {
    let [_, gap, after, _] = byte_range(pdf);
    gap + 1..after - 1
}

fn byte_range(pdf: &[u8]) -> [usize; 4] {
    let at = find(pdf, b"/ByteRange") + b"/ByteRange".len();
    let text = String::from_utf8_lossy(&pdf[at..pdf.len().min(at + 80)]).into_owned();
    let inner = &text[text.find('[').unwrap() + 1..text.find(']').unwrap()];
    let numbers: Vec<usize> = inner.split_whitespace().map(|n| n.parse().unwrap()).collect();
    numbers.try_into().unwrap()
}

/// Writes other numbers over the last byte range, padded to the same length.
fn set_byte_range(pdf: &mut [u8], numbers: [usize; 4]) {
    let at = find(pdf, b"/ByteRange") + b"/ByteRange".len();
    let begin = at + pdf[at..].iter().position(|byte| *byte == b'[').unwrap() + 1;
    let end = at + pdf[at..].iter().position(|byte| *byte == b']').unwrap();
    let text = numbers.map(|n| n.to_string()).join(" ");
    assert!(text.len() <= end - begin, "{text} fits");
    pdf[begin..end].fill(b' ');
    pdf[begin..begin + text.len()].copy_from_slice(text.as_bytes());
}

#[test]
fn a_changed_byte_breaks_it() {
    let signed = file("rsa-pades.pdf");
    // A letter of the page, and one of the signature dictionary.
    for place in [200, find(&signed, b"/Adobe.PPKLite") + 3] {
        let mut changed = signed.clone();
        changed[place] ^= 1;
        if let Ok(all) = signatures(&changed, &root()) {
            assert!(
                all.iter().all(|signature| !signature.is_intact()),
                "byte {place}: {all:?}"
            );
        }
    }
}

#[test]
fn appended_bytes_are_told() {
    let mut longer = file("rsa-pades.pdf");
    longer.extend_from_slice(b"\n");
    assert!(only(&longer, &root()).covers_whole, "an empty line is nothing");
    longer.extend_from_slice(b"% and more");
    let signature = only(&longer, &root());
    assert!(signature.is_intact(), "what was signed still stands");
    assert!(!signature.covers_whole, "but not for all that is there now");
}

#[test]
fn a_gap_larger_than_the_signature_is_refused() {
    let mut pdf = file("rsa-pades.pdf");
    let [_, gap, after, rest] = byte_range(&pdf);
    set_byte_range(&mut pdf, [0, gap, after + 10, rest - 10]);
    let signature = only(&pdf, &root());
    assert!(
        signature.faults.contains(&SignatureFault::GapHoldsMore),
        "{signature:?}"
    );
    assert!(!signature.is_intact());
}

#[test]
fn ranges_that_cover_the_signature_or_nothing_are_refused() {
    for numbers in [
        [0, 0, 0, 0],
        [0, 10, 5, 5],
        [5, 10, 20, 30],
        [0, 99_999_999, 0, 1],
    ] {
        let mut pdf = file("rsa-pades.pdf");
        set_byte_range(&mut pdf, numbers);
        let signature = only(&pdf, &root());
        assert!(!signature.is_intact(), "{numbers:?}: {signature:?}");
        assert!(
            !signature.digest_matches && !signature.covers_whole,
            "{numbers:?}"
        );
    }
}

#[test]
fn a_range_that_leaves_out_the_end_does_not_match() {
    let mut pdf = file("rsa-pades.pdf");
    let [_, gap, after, rest] = byte_range(&pdf);
    set_byte_range(&mut pdf, [0, gap, after, rest - 7]);
    let signature = only(&pdf, &root());
    assert!(!signature.is_intact() && !signature.covers_whole, "{signature:?}");
}

#[test]
fn the_signature_of_another_document_does_not_fit() {
    let (mut victim, donor) = (file("rsa-pades.pdf"), file("wrong-usage.pdf"));
    let (to, from) = (contents(&victim), contents(&donor));
    assert_eq!(to.len(), from.len(), "made alike, so that it fits in");
    victim[to].copy_from_slice(&donor[from]);
    let signature = only(&victim, &root());
    assert!(signature.signature_matches, "a true signature");
    assert!(!signature.digest_matches, "of something else");
    assert!(!signature.is_intact());
}

#[test]
fn bytes_hidden_behind_the_signature_are_found() {
    let mut pdf = file("rsa-pades.pdf");
    let place = contents(&pdf);
    pdf[place.end - 2..place.end].copy_from_slice(b"41");
    let signature = only(&pdf, &root());
    assert!(
        signature.faults.contains(&SignatureFault::Malformed),
        "{signature:?}"
    );
    assert!(!signature.is_intact());
}

#[test]
fn a_signed_time_outside_the_certificate_is_told() {
    let signed = file("rsa-pades.pdf");
    let date = find(&signed, br"/M (D\0722026") + br"/M (D\072".len();
    let mut early = signed;
    early[date..date + 4].copy_from_slice(b"2025");
    let signature = only(&early, &root());
    assert!(
        signature.faults.contains(&SignatureFault::NotValidThen),
        "{signature:?}"
    );
    assert_eq!(signature.trust, Trust::NotAnchored);
    assert!(
        !signature.digest_matches,
        "the date in the dictionary is signed too"
    );
}

#[test]
fn overlapping_signatures_are_refused() {
    // The second's range is cut so that it no longer holds all of the first's revision.
    let mut pdf = file("two.pdf");
    let [_, first_gap, first_after, _] = {
        let first = pdf.windows(10).position(|w| w == b"/ByteRange").unwrap();
        let end = first + 80;
        byte_range(&pdf[..end])
    };
    let last = pdf.len();
    set_byte_range(&mut pdf, [0, first_gap, first_after, last - first_after]);
    let all = signatures(&pdf, &root()).unwrap();
    let second = all.iter().find(|signature| signature.field == "Second").unwrap();
    assert!(!second.is_intact(), "{second:?}");
}

#[test]
fn every_cut_of_a_signed_document_is_an_answer() {
    let signed = file("p256-timestamped.pdf");
    for keep in (0..signed.len()).step_by(97) {
        if let Ok(all) = signatures(&signed[..keep], &root()) {
            assert!(
                all.iter()
                    .all(|signature| !signature.is_intact() || !signature.covers_whole),
                "{keep} bytes of {} are not the whole",
                signed.len()
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_changed_signed_byte_is_never_intact(place in 0_usize..10_000, flip in 1_u8..) {
        let mut pdf = file("rsa-pades.pdf");
        let place = place % pdf.len();
        let hidden = contents(&pdf);
        pdf[place] ^= flip;
        if let Ok(all) = signatures(&pdf, &root()) {
            for signature in all {
                // Inside the gap a byte may be one that says nothing: a digit's case, an unsigned attribute.
                prop_assert!(hidden.contains(&place) || !signature.is_intact(), "byte {}", place);
            }
        }
    }

    #[test]
    fn any_bytes_are_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        let _ = signatures(&bytes, &Anchors::none());
        let pdf = [b"%PDF-1.7\n", bytes.as_slice()].concat();
        let _ = signatures(&pdf, &Anchors::none());
        let _ = papers::Paper::open(pdf);
    }

    #[test]
    fn any_signature_bytes_are_an_answer(bytes in prop::collection::vec(any::<u8>(), 1..300), at in 0_usize..3000) {
        let mut pdf = file("p256-timestamped.pdf");
        let place = contents(&pdf);
        let text = hex::encode(&bytes);
        let at = place.start + (at * 2).min(place.len() - text.len());
        pdf[at..at + text.len()].copy_from_slice(text.as_bytes());
        let _ = signatures(&pdf, &root());
    }
}
