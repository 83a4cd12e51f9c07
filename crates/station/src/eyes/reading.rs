//! Reading accepted pictures in the background: what each side says becomes one reading of the document.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use evidence::{
    Case, CaseId, Corners, Crop, Document, DocumentType, Event, FieldKey, Hint, LookedAt, ObjectId, Problem,
    ReadField, Reading, Role, Sensitive, Source, UtcMillis,
};
use jiff::civil::Date;
use vision::agreement::Agreement;
use vision::find::{Shape, straighten};
use vision::geometry::{Homography, Point, Quad, Rect};
use vision::holder::{Doubt, Entry, Holder, Source as Zone};
use vision::mrz::Mrz;
use vision::net::NetError;
use vision::pixels::Picture;
use vision::sides::{CodedZone, Side};
use vision::viz;

use super::{corners_of, decoded, pixels};
use crate::{Booth, clock, judge};

/// Pixels along the longer side of a picture that is read: twice what 300 dots to the inch need of a passport's page.
const READ_PIXELS: u32 = 3000;

/// Reads one side of a document.
pub(crate) trait Reads: Send + Sync {
    /// What a picture says; `on` is the day of capture. Where it has an MRZ that cannot be read surely, `frames`, JPEGs
    /// of the same moment, are read too.
    fn read(&self, picture: &Picture, frames: &[Bytes], on: Date) -> Result<SideRead, NetError>;

    /// Whether an identity document is recognised surely enough for its picture to be taken by itself.
    fn recognises(&self, picture: &Picture, on: Date) -> Result<bool, NetError>;

    /// The name and version of the method, with the engine that runs it.
    fn method(&self) -> String;
}

/// What was read on one side, its places in pixels of the picture that was given.
#[derive(Default)]
pub(crate) struct SideRead {
    /// Its MRZ, where it is, and how sure the reading is.
    pub coded: Option<(Mrz, Quad, f32)>,
    /// Its visual zone.
    pub printed: Option<viz::Fields>,
    /// Whether there is a document at all.
    pub is_document: bool,
    /// Its portrait, and how sure the search is.
    pub portrait: Option<(Quad, f32)>,
    /// Whether no colours were seen, or the pattern of a screen or of print.
    pub hints: Vec<Hint>,
}

/// A side as it was read, with the way back to the picture as it was taken.
struct Read {
    role: Role,
    said: SideRead,
    whole: (usize, usize),
    /// From the straightened picture to the whole one, where a person had put the corners.
    back: Option<Homography>,
}

/// A side to be read.
pub(super) struct ToRead {
    pub role: Role,
    pub looked_at: LookedAt,
    pub bytes: Vec<u8>,
    /// More frames of the moment it was taken in.
    pub frames: Vec<Bytes>,
}

/// What the sides say. A side that is no picture, or that no engine takes, is left out and told in the log.
pub(super) fn read(reader: &dyn Reads, sides: &[ToRead], chosen: Option<Document>, at: UtcMillis) -> Reading {
    let on = clock::local_day(at);
    let read: Vec<Read> = sides
        .iter()
        .filter_map(|side| read_side(reader, side, on))
        .collect();
    let of = sides
        .iter()
        .map(|side| (side.role, side.looked_at.clone()))
        .collect();
    understood(&read, reader.method(), of, chosen, on, at)
}

fn read_side(reader: &dyn Reads, side: &ToRead, on: Date) -> Option<Read> {
    let whole = decoded(&side.bytes, READ_PIXELS)?;
    let size = (whole.width(), whole.height());
    let by_hand = side
        .looked_at
        .corners
        .and_then(|corners| straightened(&whole, corners));
    let (picture, back) = by_hand.map_or((whole, None), |(straight, back)| (straight, Some(back)));
    match reader.read(&picture, &side.frames, on) {
        Ok(said) => Some(Read {
            role: side.role,
            said,
            whole: size,
            back,
        }),
        Err(error) => {
            tracing::warn!(%error, "a side of a document could not be read");
            None
        }
    }
}

/// What lies between a person's corners, and the way back.
fn straightened(whole: &Picture, corners: Corners) -> Option<(Picture, Homography)> {
    let (width, height) = (pixels(whole.width()), pixels(whole.height()));
    #[expect(clippy::cast_possible_truncation, reason = "pixels need no more")]
    let quad = Quad(
        corners
            .0
            .map(|[x, y]| Point::new((x * width) as f32, (y * height) as f32)),
    );
    let (across, down) = quad.size();
    let ratio = across.max(down) / across.min(down).max(1.0);
    let shape = if (ratio - Shape::Id1.ratio()).abs() < (ratio - Shape::Page.ratio()).abs() {
        Shape::Id1
    } else {
        Shape::Page
    };
    let straight = straighten(whole, &quad, shape);
    #[expect(clippy::cast_precision_loss, reason = "sides of pictures are small numbers")]
    let upright = Rect::new(0.0, 0.0, straight.width() as f32, straight.height() as f32);
    let back = Homography::between(&Quad::of(upright), &quad)?;
    Some((straight, back))
}

fn understood(
    read: &[Read],
    method: String,
    of: BTreeMap<Role, LookedAt>,
    chosen: Option<Document>,
    on: Date,
    at: UtcMillis,
) -> Reading {
    let sides: Vec<Side<'_>> = read.iter().map(Read::side).collect();
    let holder = Holder::of(&sides);
    let agreement = Agreement::of(&sides, on, judge::ADULT);
    let mended = read
        .iter()
        .filter_map(|side| side.said.coded.as_ref())
        .any(|(mrz, ..)| !mrz.repaired.is_empty());
    let entries = [
        (FieldKey::GivenName, &holder.given_name),
        (FieldKey::FirstSurname, &holder.surname_1),
        (FieldKey::SecondSurname, &holder.surname_2),
        (FieldKey::SerialNumber, &holder.serial_number),
    ];
    let front = read.iter().find(|side| side.role == Role::Front);
    Reading {
        method,
        at,
        of,
        fields: entries
            .into_iter()
            .filter_map(|(key, entry)| Some((key, field(entry, read)?)))
            .collect(),
        portrait: front.and_then(Read::portrait),
        measured: judge::measured(&agreement, mended, at),
        hints: hints(read, &holder, &agreement, chosen),
    }
}

fn field(entry: &Entry, read: &[Read]) -> Option<ReadField> {
    let found = entry.found()?;
    let side = read.get(found.side)?;
    Some(ReadField {
        value: Sensitive::new(found.value.clone()),
        source: match found.source {
            Zone::Mrz => Source::Mrz,
            Zone::VisualZone => Source::VisualZone,
            Zone::Both => Source::Both,
        },
        confidence: f64::from(found.confidence.clamp(0.0, 1.0)),
        repaired: found.doubts.contains(&Doubt::Repaired),
        role: side.role,
        corners: side.corners(&found.quad),
        other: found.other.clone().map(Sensitive::new),
    })
}

/// What a person should look for; none of it is sent.
fn hints(read: &[Read], holder: &Holder, agreement: &Agreement, chosen: Option<Document>) -> Vec<Hint> {
    let failed = |measure: &vision::agreement::Measure| measure.measured().is_some_and(|it| !it.passed);
    let mut hints: Vec<Hint> = read
        .iter()
        .flat_map(|side| side.said.hints.iter().copied())
        .collect();
    hints.extend(failed(&agreement.check_digits).then_some(Hint::CheckDigits));
    hints.extend(failed(&agreement.sides).then_some(Hint::OtherSide));
    hints.extend(
        chosen
            .is_some_and(|chosen| is_another(holder, chosen))
            .then_some(Hint::OtherDocument),
    );
    hints.sort_unstable();
    hints.dedup();
    hints
}

/// Whether the document says that it is of another country or kind than was chosen. What it does not say is no
/// contradiction.
fn is_another(holder: &Holder, chosen: Document) -> bool {
    let country = holder.id_document_country.value();
    let kind = holder.id_document_type.value();
    let passport = chosen.kind == DocumentType::Passport;
    country.is_some_and(|country| country != chosen.country.as_str())
        || kind.is_some_and(|kind| (kind == "PAS") != passport)
}

impl Read {
    fn side(&self) -> Side<'_> {
        Side {
            coded: self.said.coded.as_ref().map(|(mrz, quad, confidence)| CodedZone {
                mrz,
                quad: *quad,
                confidence: *confidence,
            }),
            printed: self.said.printed.as_ref(),
            // Both sides are looked at, and a rear without a portrait says nothing.
            portrait: (self.role == Role::Front && self.said.is_document)
                .then(|| self.said.portrait.map_or(0.0, |(_, sure)| sure)),
        }
    }

    /// A place in the picture as it was taken, in fractions of it.
    fn corners(&self, quad: &Quad) -> Option<Corners> {
        let there = self.back.as_ref().map_or(*quad, |back| back.apply_quad(quad));
        corners_of(&there, self.whole)
    }

    fn portrait(&self) -> Option<Crop> {
        let (quad, _) = self.said.portrait?;
        let there = self
            .back
            .as_ref()
            .map_or(quad, |back| back.apply_quad(&quad))
            .bounds();
        let (width, height) = (pixels(self.whole.0), pixels(self.whole.1));
        let inside = |from: f32, length: f32, whole: f64| {
            let start = (f64::from(from) / whole).clamp(0.0, 1.0);
            let end = (f64::from(from + length) / whole).clamp(0.0, 1.0);
            (start, end - start)
        };
        let (x, across) = inside(there.x, there.width, width);
        let (y, down) = inside(there.y, there.height, height);
        let crop = Crop {
            x,
            y,
            width: across,
            height: down,
        };
        crop.is_inside().then_some(crop)
    }
}

impl Booth {
    /// Reads the accepted sides of the document in the background, unless that was done or is being done.
    pub(crate) fn read_what_is_new(&self, case: &Case) {
        let Some(of) = case.to_be_read().filter(|_| self.0.settings.eyes.read) else {
            return;
        };
        if !self.0.eyes.is_new(case.id, &of) {
            return;
        }
        let sides: Vec<(Role, LookedAt, ObjectId)> = of
            .into_iter()
            .filter_map(|(role, looked_at)| Some((role, looked_at, case.exhibits.get(&role)?.object)))
            .collect();
        let at = case
            .exhibits
            .get(&Role::Front)
            .map_or_else(clock::now, |front| front.taken_at);
        let (booth, id, chosen) = (Arc::downgrade(&self.0), case.id, case.document);
        tokio::spawn(async move {
            let Some(inner) = booth.upgrade() else { return };
            let loaded = Self(inner).load_sides(id, sides).await;
            // Nothing of the booth is held while it is read: it may be closed meanwhile.
            let Ok((reader, sides)) = loaded.inspect_err(|problem| {
                tracing::warn!(code = %problem, "a document was not read");
            }) else {
                return;
            };
            let read = tokio::task::spawn_blocking(move || read(&*reader, &sides, chosen, at)).await;
            let (Ok(reading), Some(inner)) = (read, booth.upgrade()) else {
                return;
            };
            Self(inner).take_reading(id, reading).await;
        });
    }

    async fn load_sides(
        &self,
        case: CaseId,
        sides: Vec<(Role, LookedAt, ObjectId)>,
    ) -> Result<(Arc<dyn Reads>, Vec<ToRead>), Problem> {
        let reader = self.0.eyes.reader(&self.0.settings).await?;
        let with_frames: Vec<_> = sides
            .into_iter()
            .map(|(role, looked_at, object)| {
                let frames = self.0.eyes.frames.beside(case, role, &looked_at);
                (role, looked_at, object, frames)
            })
            .collect();
        let sides = self
            .with_store(move |store| {
                let load = |(role, looked_at, object, frames)| {
                    let bytes = vault::get(store, case, object)?;
                    Ok(ToRead {
                        role,
                        looked_at,
                        bytes,
                        frames,
                    })
                };
                with_frames.into_iter().map(load).collect()
            })
            .await?;
        Ok((reader, sides))
    }

    /// Gives a reading to its case, if that is still open and still wants it.
    async fn take_reading(&self, case: CaseId, reading: Reading) {
        let Some(desk) = self.open_desk(case) else { return };
        if let Err(problem) = self.apply(&desk, Event::Read(Box::new(reading))).await {
            // A picture was taken anew meanwhile, or the case went on: it is read again or not needed.
            tracing::debug!(code = %problem, "a reading came too late");
        }
        self.put_away(desk);
    }
}

#[cfg(test)]
mod tests {
    use evidence::{Basis, Check, CountryCode};
    use vision::mrz;

    use super::*;

    const DAY: UtcMillis = UtcMillis(1_790_000_000_000);
    const MRZ: [&str; 3] = [
        "I<UTOU0427315A4<<<<<<<<<<<<<<<",
        "9205141F3501014UTO<<<<<<<<<<<4",
        "SAMPLE<MUESTRA<<ALMA<<<<<<<<<<",
    ];

    /// A card whose back carries these lines, and whose front carries nothing.
    struct Card([&'static str; 3]);

    impl Reads for Card {
        fn read(&self, picture: &Picture, _frames: &[Bytes], on: Date) -> Result<SideRead, NetError> {
            // The back is the wider picture.
            let is_rear = picture.width() > picture.height();
            let quad = Quad::of(Rect::new(10.0, 20.0, 40.0, 10.0));
            Ok(SideRead {
                coded: is_rear.then(|| (mrz::parse(&self.0, on), quad, 0.9)),
                portrait: (!is_rear).then_some((quad, 0.95)),
                is_document: true,
                ..SideRead::default()
            })
        }

        fn recognises(&self, _picture: &Picture, _on: Date) -> Result<bool, NetError> {
            Ok(true)
        }

        fn method(&self) -> String {
            "card/1".to_owned()
        }
    }

    fn picture(width: u32, height: u32) -> Vec<u8> {
        // A JPEG of the practice material stands for any picture of its size.
        let clip = crate::practice::CLIPS[0].2;
        let first = capture::jpeg::split(clip).swap_remove(0);
        let part = capture::picture::Rect {
            x: 0.0,
            y: 0.0,
            width: f64::from(width) / 1280.0,
            height: f64::from(height) / 720.0,
        };
        capture::picture::crop_jpeg(&clip[first], part)
            .expect("a picture")
            .to_vec()
    }

    fn sides() -> Vec<ToRead> {
        let side = |role, width, height| ToRead {
            role,
            looked_at: LookedAt {
                sha256: "ab".repeat(32),
                corners: None,
            },
            bytes: picture(width, height),
            frames: Vec::new(),
        };
        vec![side(Role::Front, 100, 200), side(Role::Rear, 200, 100)]
    }

    fn chosen(country: &str, kind: DocumentType) -> Option<Document> {
        let country = CountryCode::new(country).expect("two letters");
        Some(Document { kind, country })
    }

    #[test]
    fn each_value_comes_with_its_source_its_side_and_its_place() {
        let reading = read(&Card(MRZ), &sides(), None, DAY);
        let number = &reading.fields[&FieldKey::SerialNumber];
        // EXPOSE: the specimen's number.
        assert_eq!(number.value.expose(), "U0427315A");
        assert_eq!((number.role, number.source), (Role::Rear, Source::Mrz));
        let corners = number.corners.expect("a place");
        // The sixth to the fourteenth character of the upper of three lines, in a picture of 200x100.
        let [upper_left, _, lower_right, _] = corners.0;
        let (from, to) = (10.0 + 40.0 * 5.0 / 30.0, 10.0 + 40.0 * 14.0 / 30.0);
        assert!((upper_left[0] - from / 200.0).abs() < 1e-6 && (upper_left[1] - 0.2).abs() < 1e-6);
        let lower = (20.0 + 10.0 / 3.0) / 100.0;
        assert!((lower_right[0] - to / 200.0).abs() < 1e-6 && (lower_right[1] - lower).abs() < 1e-6);
        let portrait = reading.portrait.expect("a portrait");
        assert!((portrait.x - 0.1).abs() < 1e-6 && (portrait.width - 0.4).abs() < 1e-6);
        assert_eq!(reading.method, "card/1");
        assert_eq!(reading.of.len(), 2);
    }

    #[test]
    fn dates_are_measured_and_what_was_not_is_absent() {
        let reading = read(&Card(MRZ), &sides(), None, DAY);
        let passed = |check| {
            reading
                .measured
                .get(&check)
                .map(|finding: &evidence::Finding| finding.passed)
        };
        assert_eq!(passed(Check::DocumentNotExpired), Some(true));
        assert_eq!(passed(Check::DocumentNotUnderage), Some(true));
        assert_eq!(
            passed(Check::DataIntegrity),
            None,
            "there was nothing to compare it with"
        );
        assert_eq!(passed(Check::DocumentNotCopy), None);
        assert!(
            reading
                .measured
                .values()
                .all(|it| matches!(it.basis, Basis::Measured { .. }))
        );
    }

    #[test]
    fn a_wrong_check_digit_and_another_document_are_hints() {
        let mut lines = MRZ;
        lines[0] = "I<UTOU0427315A5<<<<<<<<<<<<<<<";
        let card = read(&Card(lines), &sides(), chosen("ES", DocumentType::Passport), DAY);
        assert_eq!(card.hints, [Hint::OtherDocument, Hint::CheckDigits]);
        let right = read(&Card(MRZ), &sides(), None, DAY);
        assert!(right.hints.is_empty());
    }

    #[test]
    fn places_inside_a_persons_corners_are_places_of_the_whole_picture() {
        let mut sides = sides();
        let corners = Corners([[0.5, 0.5], [1.0, 0.5], [1.0, 1.0], [0.5, 1.0]]);
        sides[1].looked_at.corners = Some(corners);
        let reading = read(&Card(MRZ), &sides, None, DAY);
        let there = reading.fields[&FieldKey::SerialNumber].corners.expect("a place");
        assert!(
            there.0.iter().flatten().all(|&v| (0.5..=1.0).contains(&v)),
            "{there:?}"
        );
    }
}
