//! One signature in one document (ETSI EN 319 142-1; ISO 32000-2, 12.8).

use jiff::Timestamp;
use jiff::tz::TimeZone;
use lopdf::{Dictionary, Object, ObjectId};
use sha2::{Digest, Sha256};

use super::appearance;
use super::authority::Credential;
use super::cms::sign_detached;
use super::update::{Update, damaged, write_hex, write_literal};

/// Room for what a signature and its time stamp hold besides certificates, bytes. It is about 1 kB, most of it names.
const ROOM: usize = 4 * 1024;
/// What stands for the three numbers of the byte range that are not known before the end.
const UNKNOWN: &str = "          ";
/// Printed with the page, and not to be moved (ISO 32000-2, table 167).
const PRINT_AND_LOCKED: i64 = 4 | 128;
/// Signatures exist, and the document may only be appended to (table 225).
const SIGNATURES_EXIST_APPEND_ONLY: i64 = 1 | 2;

/// What is seen of a signature, and where.
pub(crate) struct Stamp {
    /// From 0.
    pub page: u32,
    /// Two opposite corners in points, from the bottom left of the page: x1, y1, x2, y2.
    pub rect: [f32; 4],
    pub text: Vec<String>,
    pub image_png: Option<Vec<u8>>,
}

/// Why a document was not signed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum SignError {
    NotPdf,
    Encrypted,
    Damaged(String),
    /// From 0.
    NoSuchPage(u32),
    /// A stamp without area, or with a corner that is no number.
    BadRectangle,
    BadImage(String),
    /// An earlier signature allows no change (DocMDP 1; ISO 32000-2, 12.8.2.2).
    Locked,
    /// The certificate is not valid at that time.
    NotValidNow,
}

impl std::fmt::Display for SignError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotPdf => f.write_str("not a PDF document"),
            Self::Encrypted => f.write_str("the document is encrypted"),
            Self::Damaged(why) => write!(f, "the document is damaged: {why}"),
            Self::NoSuchPage(page) => write!(f, "the document has no page {page}"),
            Self::BadRectangle => f.write_str("a stamp has no area"),
            Self::BadImage(why) => write!(f, "a stamp's image cannot be used: {why}"),
            Self::Locked => f.write_str("an earlier signature allows no change to the document"),
            Self::NotValidNow => f.write_str("the certificate is not valid at this time"),
        }
    }
}

impl std::error::Error for SignError {}

impl Credential {
    /// Appends a signature to a document.
    ///
    /// The first stamp is the signature's own look; a signature field has one place only (ISO 32000-2, 12.7.5.5), so
    /// any further ones are put on as plain stamp annotations. Without a stamp the signature cannot be seen.
    pub fn sign(&self, pdf: &[u8], at: Timestamp, stamps: &[Stamp]) -> Result<Vec<u8>, SignError> {
        if !(self.not_before()..=self.not_after()).contains(&at.as_second()) {
            return Err(SignError::NotValidNow);
        }
        let mut update = Update::of(pdf)?;
        let pages: Vec<ObjectId> = update.document().page_iter().collect();
        if pages.is_empty() {
            return Err(damaged("it has no pages"));
        }
        refuse_locked(&update)?;

        let signature = update.reserve();
        let field = update.reserve();
        let name = free_field_name(&update)?;
        let mut widget = Dictionary::new();
        widget.set("Type", name_of("Annot"));
        widget.set("Subtype", name_of("Widget"));
        widget.set("FT", name_of("Sig"));
        widget.set("T", Object::string_literal(name));
        widget.set("V", signature);
        widget.set("F", PRINT_AND_LOCKED);
        let first = stamps.first();
        widget.set(
            "Rect",
            rectangle(first.map(corners).transpose()?.unwrap_or_default()),
        );
        if let Some(stamp) = first {
            let look = appearance::of(&mut update, stamp)?;
            widget.set("AP", look);
        }
        let page = page_of(&pages, first.map_or(0, |stamp| stamp.page))?;
        widget.set("P", page);
        update.set(field, widget);
        annotate(&mut update, page, field)?;
        for stamp in stamps.iter().skip(1) {
            let page = page_of(&pages, stamp.page)?;
            let mut annotation = Dictionary::new();
            annotation.set("Type", name_of("Annot"));
            annotation.set("Subtype", name_of("Stamp"));
            annotation.set("Rect", rectangle(corners(stamp)?));
            annotation.set("F", PRINT_AND_LOCKED);
            annotation.set("P", page);
            let look = appearance::of(&mut update, stamp)?;
            annotation.set("AP", look);
            let annotation = update.add(annotation);
            annotate(&mut update, page, annotation)?;
        }
        add_field(&mut update, field)?;

        let room = ROOM + self.identity.certificates_len() + self.stamper.certificates_len();
        let hollow = HollowSignature::new(&self.common_name, at, room);
        let (mut signed, begins) = update.finish((signature, &hollow.text));
        let gap = begins + hollow.contents..begins + hollow.contents + 2 * room + 2;
        let range = format!("{:<10} {:<10} {:<10}", gap.start, gap.end, signed.len() - gap.end);
        let range_at = begins + hollow.range;
        signed[range_at..range_at + range.len()].copy_from_slice(range.as_bytes());

        let mut digest = Sha256::new();
        digest.update(&signed[..gap.start]);
        digest.update(&signed[gap.end..]);
        let mut padded = sign_detached(&self.identity, &self.stamper, &digest.finalize().into(), at);
        assert!(padded.len() <= room, "room was left for more than all of it");
        // What is left over stays zero, as everybody does it (ISO 32000-2, 12.8.1 allows padding).
        padded.resize(room, 0);
        let mut text = Vec::with_capacity(gap.len());
        write_hex(&mut text, &padded);
        signed[gap].copy_from_slice(&text);
        Ok(signed)
    }
}

/// The signature dictionary with room for what is known only when everything else is written.
struct HollowSignature {
    text: Vec<u8>,
    /// Where the `<` of the contents is.
    contents: usize,
    /// Where the second number of the byte range is.
    range: usize,
}

impl HollowSignature {
    fn new(signer: &str, at: Timestamp, room: usize) -> Self {
        let date = at.to_zoned(TimeZone::UTC).strftime("D:%Y%m%d%H%M%SZ").to_string();
        let mut text = b"<</Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached\n/M ".to_vec();
        write_literal(&mut text, date.as_bytes());
        text.extend_from_slice(b"\n/Name ");
        write_literal(&mut text, &text_string(signer));
        text.extend_from_slice(b"\n/ByteRange [0 ");
        let range = text.len();
        text.extend_from_slice(format!("{UNKNOWN} {UNKNOWN} {UNKNOWN}]\n/Contents ").as_bytes());
        let contents = text.len();
        write_hex(&mut text, &vec![0; room]);
        text.extend_from_slice(b">>");
        Self {
            text,
            contents,
            range,
        }
    }
}

/// PDFDocEncoding is ASCII where it matters; anything else is written as UTF-16 (ISO 32000-2, 7.9.2.2).
fn text_string(text: &str) -> Vec<u8> {
    if text.is_ascii() {
        return text.as_bytes().to_vec();
    }
    let mut bytes = vec![0xfe, 0xff];
    bytes.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
    bytes
}

fn page_of(pages: &[ObjectId], number: u32) -> Result<ObjectId, SignError> {
    usize::try_from(number)
        .ok()
        .and_then(|number| pages.get(number))
        .copied()
        .ok_or(SignError::NoSuchPage(number))
}

/// Bottom left and top right, whichever way round they were given.
pub(super) fn corners(stamp: &Stamp) -> Result<[f32; 4], SignError> {
    let [x1, y1, x2, y2] = stamp.rect;
    let sorted = [x1.min(x2), y1.min(y2), x1.max(x2), y1.max(y2)];
    let [left, bottom, right, top] = sorted;
    let sound = stamp.rect.iter().all(|n| n.is_finite() && n.abs() <= 1e5);
    // Less than a point each way is no place for a text.
    if !sound || right - left < 1.0 || top - bottom < 1.0 {
        return Err(SignError::BadRectangle);
    }
    Ok(sorted)
}

fn rectangle(corners: [f32; 4]) -> Object {
    Object::Array(corners.into_iter().map(Object::Real).collect())
}

pub(super) fn name_of(name: &str) -> Object {
    Object::Name(name.as_bytes().to_vec())
}

/// Puts an annotation on a page, wherever the page keeps its list.
fn annotate(update: &mut Update<'_>, page: ObjectId, annotation: ObjectId) -> Result<(), SignError> {
    let mut dictionary = update.dictionary(page)?.clone();
    match dictionary.get(b"Annots") {
        Ok(Object::Reference(list)) => {
            let list = *list;
            let mut annotations = array(update.object(list)?, "annotations of a page")?;
            annotations.push(annotation.into());
            update.set(list, annotations);
            return Ok(());
        }
        Ok(direct) => {
            let mut annotations = array(direct, "annotations of a page")?;
            annotations.push(annotation.into());
            dictionary.set("Annots", annotations);
        }
        Err(_) => dictionary.set("Annots", vec![annotation.into()]),
    }
    update.set(page, dictionary);
    Ok(())
}

/// Where the document keeps its form, if it has one.
fn form(update: &Update<'_>) -> Result<(Option<ObjectId>, Dictionary), SignError> {
    match update.dictionary(update.root()?)?.get(b"AcroForm") {
        Ok(Object::Reference(id)) => Ok((Some(*id), update.dictionary(*id)?.clone())),
        Ok(Object::Dictionary(direct)) => Ok((None, direct.clone())),
        Ok(Object::Null) | Err(_) => Ok((None, Dictionary::new())),
        Ok(_) => Err(damaged("its form is no dictionary")),
    }
}

fn fields(update: &Update<'_>, form: &Dictionary) -> Result<(Option<ObjectId>, Vec<Object>), SignError> {
    match form.get(b"Fields") {
        Ok(Object::Reference(id)) => Ok((Some(*id), array(update.object(*id)?, "fields")?)),
        Ok(direct) => Ok((None, array(direct, "fields")?)),
        Err(_) => Ok((None, Vec::new())),
    }
}

fn add_field(update: &mut Update<'_>, field: ObjectId) -> Result<(), SignError> {
    let (home, mut form) = form(update)?;
    let (list, mut fields) = fields(update, &form)?;
    fields.push(field.into());
    match list {
        Some(list) => update.set(list, fields),
        None => form.set("Fields", fields),
    }
    let flags = form.get(b"SigFlags").and_then(Object::as_i64).unwrap_or(0);
    form.set("SigFlags", flags | SIGNATURES_EXIST_APPEND_ONLY);
    match home {
        Some(id) => update.set(id, form),
        None => {
            let root = update.root()?;
            let mut catalog = update.dictionary(root)?.clone();
            catalog.set("AcroForm", form);
            update.set(root, catalog);
        }
    }
    Ok(())
}

/// `Signature1`, or the next number nobody uses.
fn free_field_name(update: &Update<'_>) -> Result<String, SignError> {
    let (_, form) = form(update)?;
    let (_, fields) = fields(update, &form)?;
    let taken: Vec<Vec<u8>> = fields
        .iter()
        .filter_map(|field| field.as_reference().ok())
        .filter_map(|id| update.dictionary(id).ok()?.get(b"T").ok()?.as_str().ok())
        .map(<[u8]>::to_vec)
        .collect();
    Ok((1..=taken.len() + 1)
        .map(|n| format!("Signature{n}"))
        .find(|name| !taken.iter().any(|other| other == name.as_bytes()))
        .expect("one more name than there are fields"))
}

/// Whether a certification allows no change at all: `/Perms /DocMDP`, transform parameter P of 1.
fn refuse_locked(update: &Update<'_>) -> Result<(), SignError> {
    let document = update.document();
    let allowed = || {
        let permissions = update
            .dictionary(update.root().ok()?)
            .ok()?
            .get_deref(b"Perms", document);
        let certification = permissions
            .ok()?
            .as_dict()
            .ok()?
            .get_deref(b"DocMDP", document)
            .ok()?;
        let references = certification
            .as_dict()
            .ok()?
            .get_deref(b"Reference", document)
            .ok()?;
        references.as_array().ok()?.iter().find_map(|reference| {
            let (_, reference) = document.dereference(reference).ok()?;
            let parameters = reference
                .as_dict()
                .ok()?
                .get_deref(b"TransformParams", document)
                .ok()?;
            // 2, "forms and signatures", unless said otherwise (table 257).
            Some(
                parameters
                    .as_dict()
                    .ok()?
                    .get(b"P")
                    .and_then(Object::as_i64)
                    .unwrap_or(2),
            )
        })
    };
    match allowed() {
        Some(1) => Err(SignError::Locked),
        _ => Ok(()),
    }
}

fn array(object: &Object, what: &str) -> Result<Vec<Object>, SignError> {
    match object {
        Object::Array(items) => Ok(items.clone()),
        Object::Null => Ok(Vec::new()),
        _ => Err(damaged(format!("the {what} are no list"))),
    }
}
