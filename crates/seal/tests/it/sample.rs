//! A case with everything in it, and a store in memory.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Read};

use evidence::{
    Basis, Biometrics, Case, CaseId, Challenge, ChallengeFault, ChallengeOutcome, ChallengeStep, Change,
    Chapter, ChapterKind, Check, ClockCheck, Code, Confirmation, Consent, Contract, Corners, CountryCode,
    Crop, Delivery, Document, DocumentType, ErrorKind, Exhibit, FaceMethod, FaceScore, Faces, Facts,
    FieldKey, Finding, Gap, Hint, KnownError, Leg, LegState, Likeness, LookedAt, Method, Motion, NoFace,
    ObjectId, OperatorLikeness, Origin, Outline, OutlinedBy, Paper, PaperId, Passive, Pixels, Prompt,
    PromptEnd, PromptOutcome, Provenance, ReadField, Reading, RegisterAnswer, Request, RequestNumbers, Role,
    Script, ScriptOutcome, ScriptStep, Seal, Shutter, SignedCopy, Similarity, SimilarityWord, Sound,
    SoundTrack, Source, State, StepOutcome, StreamFormat, Take, Upload, UtcMillis, VideoLikeness,
};
use seal::{Contents, DeviceKey, Manifest, ObjectEntry, Objects, Recipient, Sealed, Sink};
use uuid::Uuid;

pub const AT: UtcMillis = UtcMillis(1_790_000_000_000);

/// Objects by their identity.
#[derive(Default, Clone, PartialEq, Debug)]
pub struct Memory(pub HashMap<ObjectId, Vec<u8>>);

impl Objects for Memory {
    fn open(&self, object: ObjectId) -> io::Result<Box<dyn Read + '_>> {
        let bytes = self.0.get(&object).ok_or(io::ErrorKind::NotFound)?;
        Ok(Box::new(bytes.as_slice()))
    }
}

/// A sink that remembers how far it got.
#[derive(Default)]
pub struct Shelf {
    pub kept: Memory,
    pub open: Option<(ObjectId, Vec<u8>)>,
    pub began: bool,
    pub rolled_back: bool,
    pub refuses: bool,
}

impl Sink for Shelf {
    fn begin(&mut self, _: &Manifest) -> io::Result<()> {
        self.began = true;
        Ok(())
    }
    fn begin_object(&mut self, entry: &ObjectEntry) -> io::Result<()> {
        self.open = Some((entry.object, Vec::new()));
        Ok(())
    }
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.refuses {
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.open
            .as_mut()
            .expect("an object was begun")
            .1
            .extend_from_slice(bytes);
        Ok(())
    }
    fn end_object(&mut self) -> io::Result<()> {
        self.kept.0.extend(self.open.take());
        Ok(())
    }
    fn roll_back(&mut self) {
        *self = Self {
            rolled_back: true,
            ..Self::default()
        };
    }
}

/// Bytes that no compression and no chance makes equal to others.
fn noise(seed: u8, length: usize) -> Vec<u8> {
    let mut state = u32::from(seed) + 1;
    std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    })
    .take(length)
    .collect()
}

/// What was measured of the faces in `case`, and the challenge its person answered.
fn faces(case: &Case) -> (Option<Faces>, Option<Challenge>) {
    let digest = |role: Role| case.exhibits[&role].sha256.clone();
    let likeness = Likeness {
        cosine: 0.6231,
        level: 87,
    };
    let faces = Faces {
        method: FaceMethod {
            name: "faces/1 engine".into(),
            model_sha256: "ef".repeat(32),
            threshold: 0.363,
            errors: vec![KnownError {
                kind: ErrorKind::FalseMatch,
                rate: 0.0,
                at_most: 0.0052,
                pairs: 700,
                measured_on: "pairs of selfies".into(),
            }],
        },
        at: AT,
        of: [Role::Portrait, Role::Selfie, Role::Video]
            .map(|role| (role, digest(role)))
            .into(),
        portrait: Some(likeness),
        video: Some(VideoLikeness { likeness, frames: 8 }),
        passive: Some(Passive {
            model_sha256: "ba".repeat(32),
            selfie: Some(0.93),
            video: None,
        }),
        operator: Some(OperatorLikeness {
            operator: "R. Vidal".into(),
            likeness: Likeness {
                cosine: 0.02,
                level: 3,
            },
            flagged: false,
        }),
        operators_missing: [("guard.png".to_owned(), NoFace::Unreadable)].into(),
        missing: BTreeMap::new(),
        measured: BTreeMap::new(),
    };
    let challenge = Challenge {
        nonce: "0123456789abcdef".into(),
        made_at: AT,
        steps: vec![ChallengeStep {
            motion: Motion::Left,
            limit_ms: 8_000,
        }],
        outcome: Some(ChallengeOutcome {
            method: "challenge/1".into(),
            at: AT,
            video: digest(Role::Video),
            steps: vec![StepOutcome {
                motion: Motion::Left,
                asked_ms: Some(1_000),
                done_ms: None,
            }],
            passed: false,
            faults: vec![ChallengeFault::TooSlow],
        }),
    };
    (Some(faces), Some(challenge))
}

/// How the video was recorded: with everything a take can have.
fn a_take() -> Take {
    Take {
        lasted_ms: Some(9_020),
        longest_gap_ms: 700,
        gaps: vec![Gap {
            at_ms: 3_000,
            for_ms: 700,
        }],
        dropped: Some(2),
        stream_sha256: Some("cd".repeat(32)),
        remuxed: true,
        stamp: Some("proofbooth-stamp/1".into()),
        clock: Some(ClockCheck {
            source: "ntp:time.example.org".into(),
            offset_ms: -12,
            within_ms: 8,
            at: AT,
        }),
        damaged: Some(1),
        delivered: Some(Pixels {
            width: 1920,
            height: 1080,
        }),
        altered: true,
        chapters: vec![
            Chapter::at(120, ChapterKind::FaceSeen),
            Chapter {
                prompt: Some(Prompt::Fingers),
                digits: Some("35".into()),
                ..Chapter::at(1_000, ChapterKind::Asked)
            },
        ],
        sound: Some(Box::new(a_sound())),
    }
}

/// All that can be known of what stands behind a camera.
fn a_provenance() -> Provenance {
    let format = |rate: &str| StreamFormat {
        width: 1920,
        height: 1080,
        rate: rate.to_owned(),
        pixels: "mjpeg".to_owned(),
    };
    Provenance {
        bus: Some("usb".into()),
        vendor: Some("046d".into()),
        product: Some("0825".into()),
        serial: Some("1A2B3C".into()),
        driver: Some("uvcvideo".into()),
        path: Some("pci0000:00/0000:00:14.0/usb1/1-2/1-2:1.0".into()),
        physical: Some(true),
        asked: Some(format("30")),
        delivered: Some(format("15/2")),
    }
}

fn a_sound() -> Sound {
    Sound {
        device: Some("mic:alsa:plughw:CARD=U0x46d0x825,DEV=0".into()),
        microphone: Some("USB Device 0x46d:0x825".into()),
        synthetic: Some(false),
        track: Some(SoundTrack {
            codec: "opus".into(),
            channels: 1,
            rate: 48_000,
            captured_rate: Some(44_100),
            lasted_ms: 7_500,
            longest_silence_ms: Some(3_100),
            clipped_ppm: Some(40),
            offset_us: Some(-1_250),
            pauses: Some(1),
            sound_sha256: Some("ef".repeat(32)),
        }),
        failed: Some(Code::MicrophoneUnplugged),
    }
}

/// What was asked for in the video of `case`.
fn script(case: &Case) -> Script {
    Script {
        nonce: "0123456789abcdef".into(),
        made_at: AT,
        steps: vec![ScriptStep {
            prompt: Prompt::Fingers,
            digits: Some("35".into()),
            limit_ms: 7_000,
        }],
        outcome: Some(ScriptOutcome {
            method: Some("beside/1".into()),
            at: AT,
            video: case.exhibits[&Role::Video].sha256.clone(),
            steps: vec![PromptOutcome {
                asked_ms: Some(1_000),
                ended_ms: Some(8_000),
                end: Some(PromptEnd::TimePassed),
            }],
        }),
    }
}

/// A delivered case and its objects.
#[expect(clippy::too_many_lines, reason = "everything a case can have, once")]
pub fn a_case() -> (Case, Memory) {
    let mut memory = Memory::default();
    let mut object = |number: u8, length: usize| {
        let id = ObjectId(Uuid::from_u128(u128::from(number)));
        let bytes = noise(number, length);
        let sha256 = seal::canonical::sha256(&bytes);
        memory.0.insert(id, bytes);
        (id, sha256, length as u64)
    };
    let camera = Method::Camera {
        device: "usb:1".into(),
        name: "Webcam".into(),
        synthetic: true,
        provenance: Some(Box::new(a_provenance())),
    };
    let jpeg = Facts::Jpeg {
        width: 1280,
        height: 720,
    };
    let mut exhibit = |number, length, facts, method| {
        let (object, sha256, bytes) = object(number, length);
        Exhibit {
            object,
            sha256,
            bytes,
            facts,
            taken_at: UtcMillis(AT.0 + i64::from(number) * 1_000),
            since_opening_ms: (number == 2).then_some(2_003),
            method,
            note: None,
            outline: None,
            shutter: None,
            take: None,
            quality: BTreeMap::new(),
        }
    };
    let crop = Crop {
        x: 0.1,
        y: 0.3,
        width: 0.7,
        height: 1.0 / 3.0,
    };
    let video = Facts::Mp4 {
        width: 1280,
        height: 720,
        duration_ms: 9_000,
        frames: 270,
    };
    let mut case = Case::open(CaseId(Uuid::from_u128(1)), "Booth 3", true, AT);
    case.exhibits = BTreeMap::from([
        (Role::Front, exhibit(2, 5_000, jpeg, camera.clone())),
        (Role::Portrait, exhibit(3, 512, jpeg, Method::Crop(crop))),
        (Role::Rear, exhibit(4, 0, jpeg, Method::File)),
        (Role::Selfie, exhibit(5, 1_023, jpeg, camera.clone())),
        (
            Role::Video,
            Exhibit {
                note: Some("the take was cut at its longest".into()),
                take: Some(Box::new(a_take())),
                ..exhibit(6, 150_000, video, camera)
            },
        ),
    ]);
    case.register = Some(RegisterAnswer {
        register: "Registro de muestra".into(),
        reference: Some("R-7".into()),
        at: AT,
        measured: Finding {
            passed: true,
            basis: Basis::Measured {
                method: "register: Registro de muestra".into(),
                score: 1.0,
                threshold: 1.0,
                at: AT,
            },
        },
    });
    case.state = State::Submitted {
        at: AT,
        status: "VIDEOREVIEW".into(),
    };
    case.origin = Some(Origin::New);
    case.request = Request::Known {
        numbers: RequestNumbers {
            request_pk: 45_836,
            videoid_pk: 150,
        },
    };
    case.consent = Some(Consent {
        version: "1".into(),
        language: "es".into(),
        text_sha256: "cd".repeat(32),
        terms_url: "https://example.org/terms".into(),
        privacy_url: "https://example.org/privacy".into(),
        accepted_at: AT,
        address: None,
        biometrics: Some(Biometrics::Allowed),
    });
    case.document = Some(Document {
        kind: DocumentType::IdentityCard,
        country: CountryCode::new("ES").expect("two letters"),
    });
    case.fields.set(FieldKey::GivenName, "Alma");
    case.fields.set(FieldKey::FirstSurname, "Muñoz");
    case.fields.set(FieldKey::SerialNumber, "99999999R");
    case.fields_confirmed = true;
    let corners = Corners([[0.1, 0.2], [0.9, 0.2], [0.9, 0.8], [0.1, 1.0 / 1.3]]);
    let selfie = case.exhibits.get_mut(&Role::Selfie).expect("a selfie");
    let wide = FaceScore {
        value: 93.25,
        good: Some(true),
    };
    selfie.quality = [("inter_eye_distance".to_owned(), wide)].into();
    let front = case.exhibits.get_mut(&Role::Front).expect("a front");
    front.outline = Some(Outline {
        corners,
        by: OutlinedBy::Person,
    });
    front.shutter = Some(Shutter {
        frames: 5,
        best_before_ms: 133,
        why: "sharpness 1.25".into(),
    });
    let read = |value: &str, other: Option<&str>| ReadField {
        value: value.into(),
        source: Source::Mrz,
        confidence: 0.1 + 0.2,
        repaired: other.is_some(),
        role: Role::Front,
        corners: Some(corners),
        other: other.map(Into::into),
    };
    case.reading = Some(Reading {
        method: "reading/1 engine".into(),
        at: AT,
        of: [(Role::Front, LookedAt::of(front))].into(),
        fields: [
            (FieldKey::GivenName, read("ALMA", None)),
            (FieldKey::SerialNumber, read("99999999R", Some("99999999B"))),
        ]
        .into(),
        portrait: Some(crop),
        measured: BTreeMap::new(),
        hints: vec![Hint::NoColour],
    });
    case.changes = [(FieldKey::GivenName, Change { by: None, at: AT })].into();
    let attested = Basis::Attested {
        by: "R. Vidal".into(),
        at: AT,
    };
    let measured = Basis::Measured {
        method: "blink 1".into(),
        score: 0.2,
        threshold: 0.1 + 0.2,
        at: AT,
    };
    let finding = |passed, basis| Finding { passed, basis };
    (case.faces, case.challenge) = faces(&case);
    case.script = Some(script(&case));
    case.findings = BTreeMap::from([
        (Check::DocumentNotExpired, finding(true, attested)),
        (Check::Liveness, finding(false, measured)),
    ]);
    case.similarity = Some(Similarity::Attested {
        word: SimilarityWord::High,
        by: "R. Vidal".into(),
        at: AT,
    });
    case.delivery = Delivery {
        evidences: LegState::Arrived { at: AT },
        video: LegState::Arrived { at: AT },
        attempts: evidence::Attempts::default(),
        begun: [Leg::Evidences, Leg::Video].into(),
        submitted_at: Some(AT),
        confirmed: Some(Confirmation {
            at: AT,
            status: "VIDEOREVIEW".into(),
        }),
    };
    let (paper, paper_sha256, paper_bytes) = object(7, 700);
    let (copy, copy_sha256, copy_bytes) = object(8, 900);
    let (contract, contract_sha256, contract_bytes) = object(9, 100);
    case.signing.papers = vec![Paper {
        id: PaperId(Uuid::from_u128(20)),
        file_name: "Alma's account.pdf".into(),
        object: paper,
        bytes: paper_bytes,
        sha256: paper_sha256,
        pages: 1,
        upload: Upload::Waiting,
        read_at: Some(AT),
        signed: Some(SignedCopy {
            object: copy,
            bytes: copy_bytes,
            sha256: copy_sha256,
            at: AT,
            seal: Seal {
                intact: true,
                covers_whole: true,
                extends_original: true,
                signer: "ALMA MUÑOZ".into(),
                is_holder: Some(true),
                issuer: "CN=Issuing CA".into(),
                certificate: "0a1b".into(),
                signed_at: Some(AT),
                timestamped: true,
                trusted: None,
            },
        }),
    }];
    case.signing.contract = Some(Contract {
        object: contract,
        bytes: contract_bytes,
        sha256: contract_sha256,
        pages: 1,
        read_at: None,
    });
    case.history = serde_json::from_value(serde_json::json!({
        "happened": [
            { "what": "consented", "at": AT },
            { "what": "taken", "about": { "role": "front" }, "at": AT },
            { "what": "fields_confirmed" },
            { "what": "checked", "about": { "check": "document_not_expired" }, "at": AT },
            { "what": "stopped", "about": { "problem": "server_unreachable" } },
            { "what": "confirmed", "at": AT },
        ],
        "omitted": 12,
    }))
    .expect("a history as it is stored");
    (case, memory)
}

/// A key that is the same in every run.
pub fn device() -> DeviceKey {
    let der = [
        b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20".as_slice(),
        &[7; 32],
    ]
    .concat();
    DeviceKey::from_pkcs8(&der).expect("an Ed25519 key")
}

/// The case sealed, with its record.
pub fn sealed(case: &Case) -> (Sealed, Vec<u8>) {
    let key = device();
    let now = UtcMillis(AT.0 + 60_000);
    let (manifest, record) = Manifest::of(case, key.public(), Some(-120), now).expect("every number is one");
    (seal::seal(manifest, &key).expect("it names its key"), record)
}

/// The bundle of [`a_case`].
pub fn bundle(recipients: &[Recipient]) -> Vec<u8> {
    let (case, objects) = a_case();
    let (sealed, record) = sealed(&case);
    let contents = Contents {
        sealed: &sealed,
        record: &record,
        timestamp: None,
        objects: &objects,
    };
    seal::write_bundle(&contents, Vec::new(), recipients).expect("written")
}
