//! An object as it lies on the disk: what is written comes back, and nothing else does.

use std::io::{Cursor, ErrorKind, Read, Seek, SeekFrom};

use evidence::{CaseId, ObjectId};
use proptest::prelude::*;
use uuid::Uuid;
use vault::blob::{Binding, BlobReader, CHUNK, CaseKey, Encoder, HEADER};
use vault::{Label, ObjectReader, StoreError};

fn key() -> CaseKey {
    CaseKey::from_bytes(&[7; 32])
}

fn binding() -> Binding {
    Binding {
        case: CaseId(Uuid::from_u128(1)),
        object: ObjectId(Uuid::from_u128(2)),
        label: Label::Front,
    }
}

/// An object of these pieces, with a sync after each; where its frames end.
fn blob(pieces: &[Vec<u8>], finished: bool) -> (Vec<u8>, Vec<usize>) {
    let mut encoder = Encoder::new(&key(), &binding());
    let mut blob = encoder.header().to_vec();
    let mut ends = vec![blob.len()];
    let mut frame = |encoder: &mut Encoder, last: bool| {
        encoder.seal(last);
        blob.extend_from_slice(encoder.waiting().expect("just sealed"));
        encoder.written();
        ends.push(blob.len());
    };
    for piece in pieces {
        let mut rest = &piece[..];
        while !rest.is_empty() {
            let taken = encoder.take(rest);
            rest = &rest[taken..];
            if taken == 0 {
                frame(&mut encoder, false);
            }
        }
        if !encoder.is_empty() {
            frame(&mut encoder, false);
        }
    }
    if finished {
        frame(&mut encoder, true);
    }
    (blob, ends)
}

fn open(blob: &[u8]) -> Result<BlobReader<Cursor<&[u8]>>, StoreError> {
    BlobReader::open(Cursor::new(blob), &key(), &binding())
}

/// Reads the whole, or says what was wrong with it.
fn read(blob: &[u8]) -> Result<Vec<u8>, StoreError> {
    let mut plain = Vec::new();
    open(blob)?.read_to_end(&mut plain).map_err(StoreError::from)?;
    Ok(plain)
}

fn assert_detected(result: Result<Vec<u8>, StoreError>, what: &str) {
    match result {
        Err(StoreError::Damaged(named)) => assert!(
            named.contains(&binding().object.to_string()),
            "{what}: the object is named, not {named}"
        ),
        Err(StoreError::Newer(_)) => {}
        other => panic!("{what}: {other:?}"),
    }
}

/// The first version's form, by an object that was written with it.
#[test]
fn an_object_of_the_first_version_is_read() {
    let stored = hex::decode(include_str!("blobs/1.hex").replace('\n', "")).expect("hex");
    let (header, frames) = stored.split_at(HEADER);
    assert_eq!(&header[..8], b"pbblob\r\n");
    assert_eq!(header[8..14], [1, 0, 0, 0, 1, 0], "version 1, chunks of 64 KiB");
    assert_eq!(frames[..4], [3, 0, 0, 0], "three bytes, not the last");
    assert_eq!(read(&stored).expect("read"), b"evidence");
}

#[test]
fn the_header_is_as_it_was() {
    let (written, _) = blob(&[b"evi".to_vec(), b"dence".to_vec()], true);
    let stored = hex::decode(include_str!("blobs/1.hex").replace('\n', "")).expect("hex");
    assert_eq!(written.len(), stored.len());
    assert_eq!(written[..14], stored[..14], "all but the salt");
    assert_ne!(written[14..HEADER], stored[14..HEADER], "a salt of its own");
}

#[test]
fn every_changed_byte_is_found() {
    let (whole, _) = blob(&[vec![1; 100], vec![2; 50]], true);
    for at in 0..whole.len() {
        for bit in [0, 7] {
            let mut changed = whole.clone();
            changed[at] ^= 1 << bit;
            assert_detected(read(&changed), &format!("byte {at}, bit {bit}"));
        }
    }
}

#[test]
fn an_object_that_was_cut_short_or_made_longer_is_found() {
    let (whole, ends) = blob(&[vec![1; 2 * CHUNK], vec![2; 50]], true);
    let cuts = ends.iter().flat_map(|&end| [end - 1, end, end + 1]);
    for cut in cuts.filter(|&cut| cut < whole.len()) {
        assert_detected(read(&whole[..cut]), &format!("cut at {cut}"));
    }
    assert_detected(read(&[]), "nothing");
    let mut longer = whole.clone();
    longer.extend_from_slice(&whole[ends[0]..]);
    assert_detected(read(&longer), "a second time");
}

#[test]
fn frames_keep_their_order() {
    let (whole, ends) = blob(&[vec![1; 10], vec![2; 10], vec![3; 10]], true);
    let frame = |number: usize| &whole[ends[number]..ends[number + 1]];
    let with = |order: &[usize]| {
        let mut blob = whole[..HEADER].to_vec();
        order
            .iter()
            .for_each(|&number| blob.extend_from_slice(frame(number)));
        read(&blob)
    };
    assert_eq!(with(&[0, 1, 2, 3]).expect("as it was").len(), 30);
    assert_detected(with(&[1, 0, 2, 3]), "swapped");
    assert_detected(with(&[0, 2, 3]), "one left out");
    assert_detected(with(&[0, 0, 1, 2, 3]), "one twice");
    assert_detected(with(&[3]), "only the end");
}

#[test]
fn an_object_opens_in_its_own_place_only() {
    let (whole, _) = blob(&[vec![1; 10]], true);
    let elsewhere = [
        Binding {
            case: CaseId(Uuid::from_u128(9)),
            ..binding()
        },
        Binding {
            object: ObjectId(Uuid::from_u128(9)),
            ..binding()
        },
        Binding {
            label: Label::Portrait,
            ..binding()
        },
    ];
    for binding in elsewhere {
        let opened = BlobReader::open(Cursor::new(&whole), &key(), &binding);
        assert!(matches!(opened, Err(StoreError::Damaged(_))), "{binding:?}");
    }
    let opened = BlobReader::open(Cursor::new(&whole), &CaseKey::random(), &binding());
    assert!(matches!(opened, Err(StoreError::Damaged(_))), "another key");
}

/// Wherever the writer was stopped, what was whole by then is there, and no more.
#[test]
fn an_unfinished_object_is_read_to_its_last_whole_frame() {
    let pieces = [vec![1; CHUNK + 10], vec![2; 20], vec![3; 30]];
    let plain = pieces.concat();
    let lengths = [0, CHUNK, CHUNK + 10, CHUNK + 30, CHUNK + 60];
    let (whole, ends) = blob(&pieces, false);
    for cut in (0..whole.len()).step_by(997).chain(ends[1] - 2..whole.len() + 1) {
        let kept = ends.iter().rposition(|&end| end <= cut);
        let opened =
            BlobReader::open_unfinished(Cursor::new(&whole[..cut]), &key(), &binding()).expect("readable");
        let Some(kept) = kept else {
            assert!(opened.is_none(), "cut at {cut}: not even a header");
            continue;
        };
        let mut reader = opened.expect("a header");
        let mut read = Vec::new();
        reader.read_to_end(&mut read).expect("whole frames");
        assert!(read == plain[..lengths[kept]], "cut at {cut}");
        assert_eq!(reader.length(), lengths[kept] as u64);
    }
    // A power cut can lose an earlier frame and keep a later one.
    let mut holed = whole.clone();
    holed[ends[1]..ends[2]].fill(0);
    let reader = BlobReader::open_unfinished(Cursor::new(&holed), &key(), &binding()).expect("readable");
    assert_eq!(reader.expect("a header").length(), CHUNK as u64);
}

#[test]
fn damage_in_the_middle_is_an_error_of_its_own_kind() {
    let (mut whole, ends) = blob(&[vec![1; 10], vec![2; 10]], true);
    whole[ends[1] + 6] ^= 1;
    let mut reader = open(&whole).expect("its end is in order");
    let mut first = [0; 10];
    reader.read_exact(&mut first).expect("before the damage");
    let error = reader.read_exact(&mut first).expect_err("at the damage");
    assert_eq!(error.kind(), ErrorKind::InvalidData);
    reader.seek(SeekFrom::Start(5)).expect("back");
    reader
        .read_exact(&mut first[..5])
        .expect("what is whole stays readable");
}

fn pieces() -> impl Strategy<Value = Vec<Vec<u8>>> {
    let length = prop_oneof![0..50_usize, CHUNK - 2..CHUNK + 2, 0..3 * CHUNK];
    let piece = (length, any::<u8>()).prop_map(|(length, seed)| {
        (0..length)
            .map(|at| seed.wrapping_add(u8::try_from(at % 251).expect("below")))
            .collect()
    });
    proptest::collection::vec(piece, 0..4)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// However it was written, it reads like the bytes themselves.
    #[test]
    fn an_object_reads_like_its_bytes(
        pieces in pieces(),
        moves in proptest::collection::vec((0..3_u8, -200_000..400_000_i64, 0..100_000_usize), 0..20),
    ) {
        let plain = pieces.concat();
        let (blob, _) = blob(&pieces, true);
        let mut reader = open(&blob).expect("opened");
        prop_assert_eq!(reader.length(), plain.len() as u64);
        let mut expected = Cursor::new(&plain[..]);
        for (whence, by, length) in moves {
            let to = match whence {
                0 => SeekFrom::Start(by.unsigned_abs()),
                1 => SeekFrom::Current(by),
                _ => SeekFrom::End(by),
            };
            prop_assert_eq!(reader.seek(to).ok(), expected.seek(to).ok());
            let mut got = Vec::new();
            (&mut reader).take(length as u64).read_to_end(&mut got).expect("read");
            let mut want = Vec::new();
            (&mut expected).take(length as u64).read_to_end(&mut want).expect("read");
            prop_assert!(got == want);
        }
    }
}
