//! What came after a signature. Services append what proves it in years to come (ETSI EN 319 142-1, 5.4 and 5.5:
//! certificates, revocation lists, time stamps over the document), and that changes nothing of what was signed.
//! Everything else may: what is not known for certain to be harmless is [`Later::Other`].
//!
//! Two things are held at once. The bytes that were appended are sound revisions, nothing more (`revision`), and what
//! they define is either new and hangs from nothing that was signed, or is one of the few things that have to be
//! written again to hang it up: the catalog, the form, a page's list of annotations.

use std::collections::{BTreeMap, HashSet};

use bytes::Bytes;
use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::object::{
    Array, Dict, MaybeRef, Name, Number, ObjRef, Object, ObjectIdentifier, String as PdfString,
};

use super::revision::{self, Place};
use crate::PaperError;
use crate::budget::contained;

/// Updates after a signature; a service makes two or three.
const MOST_REVISIONS: usize = 32;
/// Objects looked at in one document.
const MOST_OBJECTS: usize = 1_000_000;
/// How deep arrays and dictionaries may nest.
const DEEPEST: usize = 50;

/// What was appended to a document after it was signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Later {
    /// Nothing, or empty lines.
    Nothing,
    /// Only what proves signatures later, and time stamps over the document that nobody sees.
    ValidationData,
    /// Something else, or something that cannot be told from it.
    Other,
}

/// Compares the revision of `file` that ends at `end` with the whole, which `now` is.
pub(super) fn since(file: &Bytes, end: usize, now: &Pdf) -> Later {
    let harmless = contained(|| {
        let old = crate::paper::read(file.slice(..end))?;
        compare(file, end, &old, now).ok_or_else(|| PaperError::Damaged(String::new()))
    });
    match harmless {
        Ok(()) => Later::ValidationData,
        Err(_) => Later::Other,
    }
}

/// `None` as soon as anything is not as it has to be.
fn compare(file: &Bytes, end: usize, old: &Pdf, now: &Pdf) -> Option<()> {
    let (mut previous, trailer) = revision::last_section(&file[..end])?;
    let root_id = old.xref().root_id();
    let (root, info) = (trailer.get_ref(b"Root")?, trailer.get_ref(b"Info"));
    (ObjectIdentifier::from(root) == root_id && now.xref().root_id() == root_id).then_some(())?;

    let mut changed: BTreeMap<u32, Place> = BTreeMap::new();
    let mut structure = HashSet::new();
    let (mut at, mut latest) = (end, HashSet::new());
    for _ in 0..MOST_REVISIONS {
        let revision = revision::read(file, at, previous, now)?;
        let same_roots = revision.trailer.get_ref(b"Root") == Some(root)
            && revision.trailer.get_ref(b"Info") == info
            && (info.is_some() || !revision.trailer.contains_key(b"Info"));
        same_roots.then_some(())?;
        latest = revision.objects.keys().copied().collect();
        changed.extend(revision.objects);
        structure.extend(revision.structure);
        (previous, at) = (revision.section, revision.end);
        if at == file.len() {
            break;
        }
    }
    (at == file.len()).then_some(())?;

    let (old_root, new_root) = (dict(old, root)?, dict(now, root)?);
    catalogs(&old_root, &new_root, old, now)?;
    let stamps = forms(&old_root, &new_root, now)?;

    // What was signed, and what of it only proved an earlier signature.
    let but_dss = old_root.entries().filter(|(name, _)| name.as_ref() != b"DSS");
    let mut begin: Vec<_> = but_dss.map(|(_, value)| value).collect();
    begin.push(MaybeRef::Ref(root));
    begin.extend(info.map(MaybeRef::Ref));
    let signed = reachable(old, begin, |id| *id != root)?;
    let proofs = reachable(old, old_root.get_raw(b"DSS").into_iter().collect(), |_| true)?;
    // What hangs from where it may.
    let mut begin: Vec<_> = [&b"DSS"[..], b"Extensions"]
        .iter()
        .filter_map(|key| new_root.get_raw(key))
        .collect();
    begin.extend(stamps.iter().copied().map(MaybeRef::Ref));
    let hung_up = reachable(now, begin, |id| {
        changed.contains_key(&id.obj_number) && !signed.contains(&id.obj_number)
    })?;

    for number in changed.keys() {
        let id = ObjRef::new(*number, 0);
        let before = old.xref().get::<Object<'_>>(id.into());
        let may = if signed.contains(number) {
            id == root
                || old_root.get_ref(b"AcroForm") == Some(id)
                || matches!((before, now.xref().get::<Object<'_>>(id.into())), (Some(before), Some(after))
                    if Some(id) == info && same_info(&before, &after) || grown(&before, &after, &stamps))
        } else if before.is_some() {
            proofs.contains(number) && hung_up.contains(number)
        } else {
            // What one update hung up the next may have taken down again.
            structure.contains(number) || hung_up.contains(number) || !latest.contains(number)
        };
        may.then_some(())?;
    }
    Some(())
}

fn dict(pdf: &Pdf, id: ObjRef) -> Option<Dict<'_>> {
    pdf.xref().get::<Dict<'_>>(id.into())
}

/// Holds the catalogs against each other, but for the form.
fn catalogs(old: &Dict<'_>, new: &Dict<'_>, before: &Pdf, now: &Pdf) -> Option<()> {
    same_but(old, new, &[b"DSS", b"Extensions", b"Version", b"AcroForm"]).then_some(())?;
    if new.contains_key(b"Version") {
        let version = new.get::<Name<'_>>(b"Version")?;
        let is_version = matches!(version.as_ref(), [b'1' | b'2', b'.', b'0'..=b'9']);
        (is_version && now.version() >= before.version()).then_some(())?;
    } else {
        (!old.contains_key(b"Version")).then_some(())?;
    }
    if new.contains_key(b"DSS") {
        let known = [&b"Type"[..], b"VRI", b"Certs", b"OCSPs", b"CRLs"];
        let dss = new.get::<Dict<'_>>(b"DSS")?;
        dss.keys().all(|key| known.contains(&key.as_ref())).then_some(())
    } else {
        (!old.contains_key(b"DSS")).then_some(())
    }
}

/// Holds the forms against each other: the fields that were added, all of them time stamps over the document.
fn forms(old_root: &Dict<'_>, new_root: &Dict<'_>, now: &Pdf) -> Option<Vec<ObjRef>> {
    let (old, new) = (
        old_root.get::<Dict<'_>>(b"AcroForm")?,
        new_root.get::<Dict<'_>>(b"AcroForm")?,
    );
    let in_place = old_root.get_ref(b"AcroForm") == new_root.get_ref(b"AcroForm")
        && old.get_ref(b"Fields") == new.get_ref(b"Fields");
    (in_place && same_but(&old, &new, &[b"Fields", b"SigFlags"])).then_some(())?;
    let flags = |form: &Dict<'_>| {
        form.get::<Number>(b"SigFlags")
            .map_or(0, |number| number.as_i64())
    };
    (flags(&new) & flags(&old) == flags(&old)).then_some(())?;

    let fields = old.get::<Array<'_>>(b"Fields")?;
    let added = added(&fields, &new.get::<Array<'_>>(b"Fields")?)?;
    let names: Vec<Vec<u8>> = fields
        .iter::<Dict<'_>>()
        .filter_map(|field| field.get::<PdfString<'_>>(b"T"))
        .map(|name| name.as_bytes().to_vec())
        .collect();
    added.iter().all(|id| is_stamp(now, *id, &names)).then_some(added)
}

/// Whether a field is a time stamp over the document that nobody sees, with a name of its own.
fn is_stamp(pdf: &Pdf, id: ObjRef, taken: &[Vec<u8>]) -> bool {
    let known = [
        &b"Type"[..],
        b"Subtype",
        b"FT",
        b"T",
        b"TU",
        b"V",
        b"F",
        b"Ff",
        b"Rect",
        b"P",
    ];
    let Some(field) = dict(pdf, id) else { return false };
    let is = |dict: &Dict<'_>, key: &[u8], name: &[u8]| {
        dict.get::<Name<'_>>(key)
            .is_some_and(|found| found.as_ref() == name)
    };
    let has_own_name = field
        .get::<PdfString<'_>>(b"T")
        .is_some_and(|name| !taken.iter().any(|other| other == name.as_bytes()));
    let is_nowhere = field.get::<Array<'_>>(b"Rect").is_some_and(|rect| {
        let corners: Vec<f64> = rect.iter::<Number>().map(|number| number.as_f64()).collect();
        matches!(corners[..], [left, bottom, right, top] if left == right && bottom == top)
    });
    field.keys().all(|key| known.contains(&key.as_ref()))
        && is(&field, b"FT", b"Sig")
        && is(&field, b"Subtype", b"Widget")
        && has_own_name
        && is_nowhere
        && field.get::<Dict<'_>>(b"V").is_some_and(|value| {
            is(&value, b"Type", b"DocTimeStamp") && is(&value, b"SubFilter", b"ETSI.RFC3161")
        })
}

/// What a list got at its end, when that is all that changed and all of it is references.
fn added(old: &Array<'_>, new: &Array<'_>) -> Option<Vec<ObjRef>> {
    let (old, mut new): (Vec<_>, Vec<_>) = (old.raw_iter().collect(), new.raw_iter().collect());
    (old.len() <= new.len()).then_some(())?;
    let more = new.split_off(old.len());
    let same_start = old.iter().zip(&new).all(|(old, new)| same(old, new, 0));
    same_start.then_some(())?;
    more.iter().map(MaybeRef::as_obj_ref).collect()
}

/// A page's annotations where they stand in the page itself.
fn annotations<'a>(page: &Dict<'a>) -> Option<Array<'a>> {
    match page.get_raw::<Object<'a>>(b"Annots") {
        Some(MaybeRef::NotRef(Object::Array(annotations))) => Some(annotations),
        _ => None,
    }
}

/// Whether an object is as it was but for time stamps in its list of annotations, or in the list that it is.
fn grown(old: &Object<'_>, new: &Object<'_>, stamps: &[ObjRef]) -> bool {
    let by_stamps = |old: &Array<'_>, new: &Array<'_>| {
        added(old, new).is_some_and(|added| added.iter().all(|id| stamps.contains(id)))
    };
    match (old, new) {
        (Object::Array(old), Object::Array(new)) => by_stamps(old, new),
        (Object::Dict(old), Object::Dict(new)) => {
            let is_page = old
                .get::<Name<'_>>(b"Type")
                .is_some_and(|kind| kind.as_ref() == b"Page");
            let same_annotations = match (old.get_raw(b"Annots"), new.get_raw(b"Annots")) {
                (None, None) => true,
                (Some(old), Some(new)) if same(&old, &new, 0) => true,
                (None, Some(_)) => {
                    is_page
                        && annotations(new).is_some_and(|new| {
                            new.raw_iter()
                                .all(|id| id.as_obj_ref().is_some_and(|id| stamps.contains(&id)))
                        })
                }
                _ => {
                    is_page
                        && matches!((annotations(old), annotations(new)), (Some(old), Some(new))
                            if by_stamps(&old, &new))
                }
            };
            same_annotations && same_but(old, new, &[b"Annots"])
        }
        (Object::Stream(_), _) | (_, Object::Stream(_)) => false,
        _ => same_values(old, new, 0),
    }
}

/// Whether what a document says about itself is as it was, but for who wrote it last and when, which writers keep up.
fn same_info(old: &Object<'_>, new: &Object<'_>) -> bool {
    let text = |info: &Dict<'_>, key: &[u8]| match info.get_raw::<Object<'_>>(key) {
        None | Some(MaybeRef::NotRef(Object::String(_))) => true,
        Some(_) => false,
    };
    matches!((old, new), (Object::Dict(old), Object::Dict(new))
        if same_but(old, new, &[b"ModDate", b"Producer"]) && text(new, b"ModDate") && text(new, b"Producer"))
}

/// Whether two dictionaries hold the same but for some keys. References are the same when they lead to the same number:
/// whether what is there changed is looked at by itself.
fn same_but(old: &Dict<'_>, new: &Dict<'_>, but: &[&[u8]]) -> bool {
    same_dicts(old, new, but, 0)
}

fn same_dicts(old: &Dict<'_>, new: &Dict<'_>, but: &[&[u8]], depth: usize) -> bool {
    let keys = |dict: &Dict<'_>| dict.keys().filter(|key| !but.contains(&key.as_ref())).count();
    keys(old) == keys(new)
        && old.keys().filter(|key| !but.contains(&key.as_ref())).all(|key| {
            matches!((old.get_raw(key.as_ref()), new.get_raw(key.as_ref())), (Some(old), Some(new))
                    if same(&old, &new, depth + 1))
        })
}

fn same(old: &MaybeRef<Object<'_>>, new: &MaybeRef<Object<'_>>, depth: usize) -> bool {
    match (old, new) {
        (MaybeRef::Ref(old), MaybeRef::Ref(new)) => old == new,
        (MaybeRef::NotRef(old), MaybeRef::NotRef(new)) => same_values(old, new, depth),
        _ => false,
    }
}

fn same_values(old: &Object<'_>, new: &Object<'_>, depth: usize) -> bool {
    if depth > DEEPEST {
        return false;
    }
    match (old, new) {
        (Object::Dict(old), Object::Dict(new)) => same_dicts(old, new, &[], depth),
        (Object::Array(old), Object::Array(new)) => {
            let (old, new): (Vec<_>, Vec<_>) = (old.raw_iter().collect(), new.raw_iter().collect());
            old.len() == new.len() && old.iter().zip(&new).all(|(old, new)| same(old, new, depth + 1))
        }
        (Object::Number(old), Object::Number(new)) => old.as_f64() == new.as_f64(),
        (Object::Stream(_), _) | (_, Object::Stream(_)) => false,
        _ => old == new,
    }
}

/// The numbers of all objects that `begin` leads to, by references that `follow` lets through. Those that lead nowhere
/// are among them: whoever defines such a number later changes what it means.
fn reachable<'a>(
    pdf: &'a Pdf,
    begin: Vec<MaybeRef<Object<'a>>>,
    follow: impl Fn(&ObjRef) -> bool,
) -> Option<HashSet<u32>> {
    let mut found = HashSet::new();
    let mut waiting = begin;
    let mut count = 0_usize;
    while let Some(value) = waiting.pop() {
        count += 1;
        (count <= MOST_OBJECTS).then_some(())?;
        let object = match value {
            MaybeRef::Ref(id) => {
                let is_new = found.insert(id.obj_number);
                if !is_new || !follow(&id) {
                    continue;
                }
                pdf.xref().get::<Object<'a>>(id.into())
            }
            MaybeRef::NotRef(object) => Some(object),
        };
        match object {
            Some(Object::Dict(dict)) => waiting.extend(dict.entries().map(|(_, value)| value)),
            Some(Object::Array(array)) => waiting.extend(array.raw_iter()),
            Some(Object::Stream(stream)) => {
                waiting.extend(stream.dict().entries().map(|(_, value)| value));
            }
            _ => {}
        }
    }
    Some(found)
}
