//! Whatever is changed in a bundle is found, and named.

use std::collections::BTreeMap;

use seal::{Fault, Identity, Report, open_bundle, verify_bundle};

use super::sample::{bundle, device};

/// The files of a bundle in their order: name, and where header and contents begin and end.
fn layout(bundle: &[u8]) -> Vec<(String, std::ops::Range<usize>)> {
    let mut files = Vec::new();
    let mut at = 0;
    while bundle[at] != 0 {
        let name: Vec<u8> = bundle[at..]
            .iter()
            .copied()
            .take_while(|&byte| byte != 0)
            .collect();
        let digits = std::str::from_utf8(&bundle[at + 124..at + 135]).expect("digits");
        let bytes = usize::from_str_radix(digits, 8).expect("octal");
        let end = at + 512 + bytes.div_ceil(512) * 512;
        files.push((String::from_utf8(name).expect("ASCII"), at..end));
        at = end;
    }
    files.push(("end".into(), at..bundle.len()));
    files
}

fn failing(report: &Report) -> Vec<(String, Fault)> {
    report
        .failures()
        .map(|(part, fault)| (part.name.clone(), fault))
        .collect()
}

fn check(bundle: &[u8], expected: &[(&str, Fault)]) {
    let report = verify_bundle(bundle, &[device().public()]);
    let expected: Vec<_> = expected
        .iter()
        .map(|(name, fault)| ((*name).to_owned(), *fault))
        .collect();
    assert_eq!(failing(&report), expected);
}

/// A bit of some thousand bytes all over the bundle: found each time, in the file it is in and no other.
#[test]
fn every_changed_byte_is_found_and_the_file_is_named() {
    let good = bundle(&[]);
    let files = layout(&good);
    let mut changed = good.clone();
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    for (name, range) in &files {
        let step = (range.len() / 50).max(1);
        for at in range.clone().step_by(step) {
            for trusted in [vec![device().public()], vec![]] {
                let bit = 1 << (at % 8);
                changed[at] ^= bit;
                let report = verify_bundle(changed.as_slice(), &trusted);
                changed[at] ^= bit;
                let failed = failing(&report);
                assert!(!failed.is_empty(), "byte {at} of {name} was changed unnoticed");
                // The signature is over the manifest: which of the two was changed, it cannot tell.
                let named = if name == "manifest.json" {
                    "manifest.sig"
                } else {
                    name
                };
                let is_named = |(failed, _): &(String, Fault)| failed == name || failed == named;
                assert!(
                    failed.iter().any(is_named),
                    "byte {at} is in {name}, not in {failed:?}"
                );
                assert!(
                    name == "manifest.json" || failed.iter().all(is_named),
                    "byte {at} of {name} broke others: {failed:?}"
                );
                *counts.entry(name).or_default() += 1;
            }
        }
    }
    assert!(
        counts.values().all(|&count| count > 100),
        "every file was changed: {counts:?}"
    );
}

#[test]
fn every_changed_byte_of_an_encrypted_bundle_is_found() {
    let identity = Identity::generate();
    let good = bundle(&[identity.recipient()]);
    let mut changed = good.clone();
    let places = (0..600)
        .chain((600..good.len()).step_by(701))
        .chain(good.len() - 20..good.len());
    for at in places {
        changed[at] ^= 1 << (at % 8);
        let found = match open_bundle(changed.as_slice(), std::slice::from_ref(&identity)) {
            Err(_) => true,
            Ok(plain) => !verify_bundle(plain, &[]).is_intact(),
        };
        changed[at] = good[at];
        assert!(found, "byte {at} was changed unnoticed");
    }
}

#[test]
fn a_bundle_that_is_cut_off_anywhere_fails() {
    let identity = Identity::generate();
    for (good, identities) in [
        (bundle(&[]), vec![]),
        (bundle(&[identity.recipient()]), vec![identity]),
    ] {
        for at in (0..good.len()).step_by(1_999).chain([good.len() - 1]) {
            let whole = open_bundle(&good[..at], &identities)
                .is_ok_and(|plain| verify_bundle(plain, &[]).is_intact());
            assert!(!whole, "cut off at {at}");
        }
        let longer = [good.as_slice(), b"\0"].concat();
        let whole = open_bundle(longer.as_slice(), &identities)
            .is_ok_and(|plain| verify_bundle(plain, &[]).is_intact());
        assert!(!whole, "with a byte more");
    }
}

#[test]
fn files_that_are_missing_moved_doubled_or_added_are_named() {
    let good = bundle(&[]);
    let files = layout(&good);
    let file = |name: &str| {
        let found = files
            .iter()
            .find(|(known, _)| known.ends_with(name))
            .expect("a file");
        (found.0.as_str(), &good[found.1.clone()])
    };
    let bundle_of = |parts: &[&[u8]]| parts.concat();
    let (front, video) = (file("000000000002"), file("000000000006"));
    let start = &good[..files[4].1.start];
    assert_eq!(files[4].0, front.0, "the front is the first object");
    let rest = &good[files[5].1.start..];

    check(&bundle_of(&[start, rest]), &[(front.0, Fault::Missing)]);
    check(
        &bundle_of(&[start, front.1, front.1, rest]),
        &[(front.0, Fault::Duplicate)],
    );
    check(
        &bundle_of(&[start, video.1, rest]),
        &[
            (files[5].0.as_str(), Fault::OutOfPlace),
            (files[6].0.as_str(), Fault::OutOfPlace),
            (files[7].0.as_str(), Fault::OutOfPlace),
            (video.0, Fault::Duplicate),
            (front.0, Fault::Missing),
        ],
    );
    let signature = file("manifest.sig").1;
    check(
        &bundle_of(&[start, front.1, signature, rest]),
        &[("manifest.sig", Fault::Duplicate)],
    );
    check(&good[..files[1].1.start], &[("manifest.sig", Fault::CutOff)]);
    check(b"", &[("manifest.json", Fault::CutOff)]);
    check(&[0; 1024], &[("manifest.json", Fault::Missing)]);
}

/// Names are never paths here, and a stranger's are shown only when they are plain.
#[test]
fn a_file_with_a_name_that_leads_elsewhere_is_only_named() {
    let good = bundle(&[]);
    let files = layout(&good);
    let end = files.last().expect("the end").1.start;
    let mut header = good[files[4].1.start..][..512].to_vec();
    let name = b"objects/../../../home/user/.profile\0";
    header[..100].fill(0);
    header[..name.len()].copy_from_slice(name);
    header[124..136].copy_from_slice(b"00000000000\0");
    header[148..156].fill(b' ');
    let sum: u32 = header.iter().map(|&byte| u32::from(byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    let added = [&good[..end], &header, &good[end..]].concat();
    check(
        &added,
        &[("objects/../../../home/user/.profile", Fault::Unexpected)],
    );

    let many = [&good[..end], &header.repeat(100_000), &good[end..]].concat();
    let report = verify_bundle(many.as_slice(), &[]);
    assert!(report.failures().count() < 100, "a list nobody reads is not made");
}
