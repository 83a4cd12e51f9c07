//! An encrypted object, changed anywhere: it reads as it was written, or it is refused.
#![no_main]

use std::io::{Cursor, Read};

use evidence::{CaseId, ObjectId};
use libfuzzer_sys::fuzz_target;
use uuid::Uuid;
use vault::Label;
use vault::blob::{Binding, BlobReader, CaseKey, Encoder};

/// What is written: as many bytes as the first says, and whether a sync follows.
type Piece = (u16, bool);

fuzz_target!(|input: (Vec<Piece>, bool, Vec<(u32, u8)>, Option<u32>, &[u8])| {
    let (pieces, finished, changes, cut, more) = input;
    let key = CaseKey::from_bytes(&[7; 32]);
    let binding = Binding {
        case: CaseId(Uuid::from_u128(1)),
        object: ObjectId(Uuid::from_u128(2)),
        label: Label::Video,
    };
    // Not ours at all.
    let _ = BlobReader::open(Cursor::new(more), &key, &binding);
    let _ = BlobReader::open_unfinished(Cursor::new(more), &key, &binding);

    let (plain, whole) = written(&key, &binding, &pieces[..pieces.len().min(8)], finished);
    let mut blob = whole.clone();
    for (at, by) in changes {
        let at = at as usize % blob.len();
        blob[at] ^= by;
    }
    if let Some(cut) = cut {
        blob.truncate(cut as usize % (blob.len() + 1));
        blob.extend_from_slice(more);
    }

    let mut read = Vec::new();
    let opened = BlobReader::open(Cursor::new(&blob), &key, &binding);
    if opened.is_ok_and(|mut reader| reader.read_to_end(&mut read).is_ok()) {
        assert!(finished && blob == whole, "what was changed is refused");
        assert!(read == plain);
    } else {
        assert!(!finished || blob != whole, "what was not changed is read");
    }
    if let Ok(Some(mut reader)) = BlobReader::open_unfinished(Cursor::new(&blob), &key, &binding) {
        read.clear();
        reader.read_to_end(&mut read).expect("only what is whole was opened");
        assert!(plain.starts_with(&read), "never what was not written");
    }
});

fn written(key: &CaseKey, binding: &Binding, pieces: &[Piece], finished: bool) -> (Vec<u8>, Vec<u8>) {
    let mut encoder = Encoder::new(key, binding);
    let (mut plain, mut blob) = (Vec::new(), encoder.header().to_vec());
    for (number, &(length, sync)) in (0_u8..).zip(pieces) {
        let piece = vec![number; length.into()];
        plain.extend_from_slice(&piece);
        let mut rest = &piece[..];
        while !rest.is_empty() {
            let taken = encoder.take(rest);
            rest = &rest[taken..];
            if taken == 0 {
                put(&mut encoder, &mut blob, false);
            }
        }
        if sync && !encoder.is_empty() {
            put(&mut encoder, &mut blob, false);
        }
    }
    if finished {
        put(&mut encoder, &mut blob, true);
    }
    (plain, blob)
}

fn put(encoder: &mut Encoder, blob: &mut Vec<u8>, last: bool) {
    encoder.seal(last);
    blob.extend_from_slice(encoder.waiting().expect("just sealed"));
    encoder.written();
}
