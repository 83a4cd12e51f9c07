//! The manifest of a case.

use std::collections::BTreeMap;

use evidence::{
    About, Case, Exhibit, FieldKey, Leg, LegState, Method, ObjectId, Request, Sensitive, Showing, State,
    UtcMillis,
};

use super::{
    CheckEntry, DeliveryEntry, FieldEntry, FileEntry, LegEntry, Manifest, ManifestError, ObjectEntry,
    PlaceEntry, Program, ReadingEntry,
};
use crate::canonical;
use crate::chain::{Chain, Entry};
use crate::key::PublicKey;

const PDF: &str = "application/pdf";
/// Who changed a field where no name was given.
const NOBODY_NAMED: &str = "at the booth";

impl Manifest {
    /// The manifest of `case` as it is now, and its record as it goes into the bundle (`case.json`, canonical JSON).
    /// `clock_offset_ms`: what to add to the machine's clock to have the server's, where that was asked.
    ///
    /// # Errors
    /// A number in the case has no canonical form.
    pub fn of(
        case: &Case,
        device: PublicKey,
        clock_offset_ms: Option<i64>,
        now: UtcMillis,
    ) -> Result<(Self, Vec<u8>), ManifestError> {
        let record = canonical::to_vec(case)?;
        // The other machine goes on with exactly this case: a number JSON cannot hold would be another there.
        if serde_json::from_slice::<Case>(&record).ok().as_ref() != Some(case) {
            return Err(ManifestError::NotCanonical);
        }
        let manifest = Self {
            format: Self::FORMAT,
            program: Program {
                name: "proofbooth".to_owned(),
                version: env!("CARGO_PKG_VERSION").to_owned(),
            },
            device_key: device.to_string(),
            sealed_at: now,
            clock_offset_ms,
            case: case.id,
            booth: case.booth.clone(),
            opened_at: case.opened_at,
            practice: case.practice,
            request: match case.request {
                Request::Known { numbers } => Some(numbers),
                Request::None | Request::Asked { .. } => None,
            },
            consent: case.consent.clone(),
            document: case.document,
            record: FileEntry::of(&record),
            timestamp: None,
            objects: Self::objects_of(case),
            reading: case.reading.as_ref().map(|reading| ReadingEntry {
                method: reading.method.clone(),
                at: reading.at,
                of: reading.of.clone(),
                hints: reading.hints.clone(),
            }),
            faces: case.faces.clone(),
            challenge: case.challenge.clone(),
            register: case.register.clone(),
            script: case.script.clone(),
            fields: fields(case),
            checks: case
                .findings
                .iter()
                .map(|(&check, finding)| CheckEntry {
                    check,
                    finding: finding.clone(),
                })
                .collect(),
            similarity: case.similarity.clone(),
            delivery: delivery(case),
            handover: None,
            events: events(case, now),
        };
        Ok((manifest, record))
    }

    /// Every object of `case`, in the order of the bundle.
    pub(crate) fn objects_of(case: &Case) -> Vec<ObjectEntry> {
        objects(case)
    }
}

fn objects(case: &Case) -> Vec<ObjectEntry> {
    // What was removed here is named by the record, with its digest.
    let kept = !case.is_purged();
    let mut objects: Vec<_> = case
        .exhibits
        .iter()
        .filter(|_| kept)
        .map(|(role, exhibit)| of_exhibit(word(role), exhibit))
        .collect();
    if let State::Capture {
        role,
        showing: Showing::Taken { exhibit },
    } = &case.state
    {
        objects.push(of_exhibit(format!("{} not accepted", word(role)), exhibit));
    }
    let pdf = |label: String, object: ObjectId, sha256: &str, bytes, taken_at, source| ObjectEntry {
        label,
        object,
        sha256: sha256.to_owned(),
        bytes,
        media_type: PDF.to_owned(),
        taken_at,
        since_opening_ms: None,
        source,
        note: None,
        outline: None,
        shutter: None,
        take: None,
        quality: BTreeMap::new(),
    };
    for (index, paper) in case.signing.papers.iter().enumerate() {
        let label = format!("paper {}", index + 1);
        let original = label.clone();
        objects.push(pdf(
            original,
            paper.object,
            &paper.sha256,
            paper.bytes,
            None,
            Method::File,
        ));
        if let Some(copy) = &paper.signed {
            let label = format!("{label} signed");
            objects.push(pdf(
                label,
                copy.object,
                &copy.sha256,
                copy.bytes,
                Some(copy.at),
                Method::Server,
            ));
        }
    }
    if let Some(contract) = &case.signing.contract {
        let label = "contract".to_owned();
        objects.push(pdf(
            label,
            contract.object,
            &contract.sha256,
            contract.bytes,
            None,
            Method::Server,
        ));
    }
    objects
}

fn of_exhibit(label: String, exhibit: &Exhibit) -> ObjectEntry {
    ObjectEntry {
        label,
        object: exhibit.object,
        sha256: exhibit.sha256.clone(),
        bytes: exhibit.bytes,
        media_type: exhibit.facts.media_type().to_owned(),
        taken_at: Some(exhibit.taken_at),
        since_opening_ms: exhibit.since_opening_ms,
        source: exhibit.method.clone(),
        note: exhibit.note.clone(),
        outline: exhibit.outline,
        shutter: exhibit.shutter.clone(),
        take: exhibit.take.as_deref().cloned(),
        quality: exhibit.quality.clone(),
    }
}

fn fields(case: &Case) -> Vec<FieldEntry> {
    FieldKey::ALL
        .into_iter()
        .filter(|&field| !case.fields.get(field).is_empty())
        .map(|field| {
            let read = case
                .reading
                .as_ref()
                .and_then(|reading| reading.fields.get(&field));
            let change = case.changes.get(&field);
            FieldEntry {
                field,
                read: read.map(|read| read.value.clone()),
                place: read.map(|read| PlaceEntry {
                    source: read.source,
                    confidence: read.confidence,
                    repaired: read.repaired,
                    role: read.role,
                    corners: read.corners,
                    other: read.other.clone(),
                }),
                value: Sensitive::from(case.fields.get(field)),
                by: change.map(|change| change.by.clone().unwrap_or_else(|| NOBODY_NAMED.to_owned())),
                at: change.map(|change| change.at),
            }
        })
        .collect()
}

fn delivery(case: &Case) -> DeliveryEntry {
    let arrived = |leg| match case.delivery.leg(leg) {
        LegState::Arrived { at } => Some(LegEntry { leg, arrived_at: at }),
        LegState::Waiting | LegState::Sending { .. } => None,
    };
    DeliveryEntry {
        submitted_at: case.delivery.submitted_at,
        arrived: [Leg::Evidences, Leg::Video]
            .into_iter()
            .filter_map(arrived)
            .collect(),
        confirmed: case.delivery.confirmed.clone(),
    }
}

/// What happened to the case, from its opening to the sealing, as a chain.
fn events(case: &Case, now: UtcMillis) -> Vec<Entry> {
    let mut chain = Chain::new(&Manifest::chain_subject(case.id));
    let mut events = vec![chain.append(Some(case.opened_at), "opened", BTreeMap::new())];
    for happened in case.history.happened() {
        let about = happened.about.map(about).unwrap_or_default();
        events.push(chain.append(happened.at, &word(&happened.what), about));
    }
    let omitted = case.history.omitted();
    if omitted > 0 {
        let count = BTreeMap::from([("count".to_owned(), omitted.to_string())]);
        events.push(chain.append(None, "attempts_omitted", count));
    }
    events.push(chain.append(Some(now), "sealed", BTreeMap::new()));
    events
}

/// What an event is about, as one key and its value.
fn about(about: About) -> BTreeMap<String, String> {
    let (key, value) = match about {
        About::Role(role) => ("role", word(&role)),
        About::Check(check) => ("check", word(&check)),
        About::Step(step) => ("step", word(&step)),
        About::Leg(leg) => ("leg", word(&leg)),
        About::Problem(code) => ("problem", code.as_str().to_owned()),
        About::Standing(standing) => ("standing", word(&standing)),
        About::Paper(paper) => ("paper", paper.to_string()),
    };
    BTreeMap::from([(key.to_owned(), value)])
}

/// The name a closed enum has wherever it is written.
fn word(value: &impl serde::Serialize) -> String {
    let value = serde_json::to_value(value).ok();
    value
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}
