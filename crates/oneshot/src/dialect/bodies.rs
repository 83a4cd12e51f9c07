//! What each call carries. Bodies with a secret in them are overwritten when they are dropped; the copy in the
//! connection's own buffer is out of reach.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use serde::Serialize;
use serde_json::{Map, Value, json};
use zeroize::Zeroizing;

use super::Dialect;
use crate::body::Pieces;
use crate::call::Call;
use crate::config::{AppearanceShape, Config, Env};
use crate::error::{Error, ErrorKind};
use crate::evidences::Evidences;
use crate::officer::Officer;
use crate::reason::Reason;
use crate::record::{NewRequest, RequestUpdate};
use crate::secret::Secret;
use crate::server::{NewToken, SettingsUpdate};
use crate::signing::{Countersigner, DeliveryMethod, SignOrder, Stamp, Unlock};
use crate::source::BytesSource;

/// A small body. Large enough at once: a buffer that grows leaves copies of itself behind.
fn sealed(value: &impl Serialize) -> Bytes {
    let mut text = Zeroizing::new(Vec::with_capacity(16 * 1024));
    serde_json::to_writer(&mut *text, value)
        .expect("strings, numbers and booleans under string keys always serialise");
    Bytes::from_owner(text)
}

fn json_text(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("strings, numbers and booleans under string keys always serialise")
}

/// EXPOSE: the secrets of a body go into it.
fn exposed(secret: Option<&Secret>) -> Option<&str> {
    secret.map(Secret::expose)
}

/// The body of the create call (section 4.1). What is not configured is left out: the server has it in its settings.
pub(crate) fn create(config: &Config, request: &NewRequest) -> Bytes {
    #[derive(Serialize)]
    struct Create<'a> {
        mobile_phone_number: &'a str,
        email: &'a str,
        registration_authority: &'a str,
        profile: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        billing_username: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        billing_password: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        env: Option<Env>,
        #[serde(skip_serializing_if = "Option::is_none")]
        videoid_mode: Option<u8>,
        #[serde(flatten)]
        extra: BTreeMap<&'a str, &'a str>,
    }
    const OWN: [&str; 8] = [
        "mobile_phone_number",
        "email",
        "registration_authority",
        "profile",
        "billing_username",
        "billing_password",
        "env",
        "videoid_mode",
    ];
    let billing = config.billing.as_ref();
    let password = billing.map(crate::config::Billing::encoded_password);
    let extra = config
        .extra
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    sealed(&Create {
        mobile_phone_number: &request.mobile_phone_number,
        email: &request.email,
        registration_authority: config.registration_authority.trim(),
        profile: config.profile.trim(),
        billing_username: billing.map(|billing| billing.username.as_str()),
        billing_password: password.as_ref().map(|password| password.as_str()),
        env: config.env,
        videoid_mode: config.videoid_mode.then_some(1),
        extra: extra.filter(|(name, _)| !OWN.contains(name)).collect(),
    })
}

/// The body of the evidences call (section 5), its pictures not yet read.
///
/// # Errors
/// If two pictures claim the same slot: one of them would be lost without a word.
pub(crate) fn evidences(evidences: &Evidences) -> Result<Pieces, Error> {
    let data = &evidences.videoid_data;
    let mut body = Pieces::default();
    let mut text = b"{\"acceptance\":".to_vec();
    text.extend(json_text(&evidences.acceptance));
    text.extend_from_slice(b",\"videoid_data\":{\"images\":{");
    for (index, image) in data.images.iter().enumerate() {
        if data.images[..index]
            .iter()
            .any(|earlier| earlier.slot == image.slot)
        {
            let message = format!("two pictures for {}", image.slot.wire_name());
            return Err(Error::local(Call::Evidences, ErrorKind::Invalid, Some(message)));
        }
        let separator = if index == 0 { "" } else { "," };
        text.extend(format!("{separator}\"{}\":\"", image.slot.wire_name()).into_bytes());
        body.text(std::mem::take(&mut text));
        body.base64(Arc::clone(&image.source));
        text.push(b'"');
    }
    text.extend_from_slice(b"},\"ocr_data\":");
    text.extend(json_text(&data.ocr));
    text.extend_from_slice(b",\"security_checks\":");
    text.extend(json_text(&data.checks));
    if let Some(similarity) = &data.similarity {
        text.extend_from_slice(b",\"similarity_level\":");
        text.extend(json_text(similarity));
    }
    text.extend_from_slice(b"}}");
    body.text(text);
    Ok(body)
}

/// One file of a form.
pub(crate) struct Part<'a> {
    pub(crate) name: &'a str,
    pub(crate) file_name: &'a str,
    pub(crate) media_type: &'a str,
    pub(crate) source: Arc<dyn BytesSource>,
}

/// A form of one file, framed as RFC 7578 has it. `boundary` must not occur in the file; 128 random bits do not.
pub(crate) fn form(part: Part<'_>, boundary: &str) -> Pieces {
    let mut body = Pieces::default();
    body.text(format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"; filename=\"{}\"\r\nContent-Type: {}\r\n\r\n",
        part.name,
        quoted(part.file_name),
        part.media_type,
    ));
    body.raw(part.source);
    body.text(format!("\r\n--{boundary}--\r\n"));
    body
}

/// A file's name between quotes: what would end them, or the line, as browsers escape it; other control characters
/// and everything before the last separator are left out.
fn quoted(file_name: &str) -> String {
    let name = file_name.rsplit(['/', '\\']).next().unwrap_or_default();
    name.chars()
        .filter_map(|c| match c {
            '"' => Some("%22".to_owned()),
            '\r' | '\n' => None,
            c if c.is_control() => None,
            c => Some(c.to_string()),
        })
        .collect()
}

/// The body of an officer's call (sections 4.5 to 4.7).
pub(crate) fn officer(dialect: Dialect, officer: &Officer, reason: Option<&str>) -> Bytes {
    #[derive(Serialize)]
    struct Decision<'a> {
        #[serde(skip_serializing_if = "Option::is_none")]
        token: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        username: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        password: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        pin: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        rao: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        rao_id: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<&'a str>,
    }
    let [token, username, password, pin] = officer.parts().map(exposed);
    let rao = officer
        .rao
        .as_deref()
        .map(str::trim)
        .filter(|rao| !rao.is_empty());
    // The older refusal has `rao` in its schema and `rao_id` in its sample (section 4.7).
    let both = dialect == Dialect::Legacy && reason.is_some();
    sealed(&Decision {
        token,
        username,
        password,
        pin,
        rao,
        rao_id: rao.filter(|_| both),
        reason,
    })
}

/// The body of an update (section 4.9).
pub(crate) fn update(update: &RequestUpdate) -> Bytes {
    #[derive(Serialize)]
    struct Update<'a> {
        scratchcard: &'a str,
        email: &'a str,
        profile: &'a str,
        registration_authority: &'a str,
        country_name: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        given_name: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        surname_1: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        surname_2: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        birth_date: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        mobile_phone_number: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        serial_number: Option<&'a str>,
    }
    sealed(&Update {
        // EXPOSE: it proves that the caller knows the request.
        scratchcard: update.scratchcard.expose(),
        email: &update.email,
        profile: &update.profile,
        registration_authority: &update.registration_authority,
        country_name: &update.country_name,
        given_name: update.given_name.as_deref(),
        surname_1: update.surname_1.as_deref(),
        surname_2: update.surname_2.as_deref(),
        birth_date: update.birth_date.as_deref(),
        mobile_phone_number: update.mobile_phone_number.as_deref(),
        serial_number: update.serial_number.as_deref(),
    })
}

/// The body of the call for a code (section 4.16).
pub(crate) fn otp(method: DeliveryMethod) -> Bytes {
    sealed(&json!({"delivery_method": method.wire_name()}))
}

/// The body of the signing call (section 4.17).
///
/// # Errors
/// If the dialect, or the shape that is set for it, cannot say what is ordered.
pub(crate) fn sign(config: &Config, order: &SignOrder) -> Result<Bytes, Error> {
    #[derive(Serialize)]
    struct Sign<'a> {
        secret: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        ext_unlock_type: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        ext_unlock_value: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        signature: Option<Value>,
        #[serde(skip_serializing_if = "Option::is_none")]
        options: Option<Value>,
        #[serde(skip_serializing_if = "Option::is_none")]
        use_signature_text: Option<bool>,
        #[serde(skip_serializing_if = "Option::is_none")]
        signature_format: Option<Value>,
        #[serde(skip_serializing_if = "Option::is_none")]
        countersignature: Option<CountersignatureBody<'a>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        disable_ltv: Option<bool>,
    }
    order.check()?;
    let older = config.dialect == Dialect::Legacy || config.appearance == AppearanceShape::Options;
    if !older && (order.countersigner.is_some() || order.stamps.iter().any(|stamp| stamp.countersign)) {
        return Err(unsayable("a countersignature is of the older dialect"));
    }
    // EXPOSE: these release the person's key, and go into the body.
    let (secret, kind, value) = match &order.unlock {
        Unlock::Otp(code) => (code.expose().trim(), None, None),
        Unlock::External { secret, kind, value } => {
            (secret.expose(), Some(kind.as_str()), Some(value.expose()))
        }
    };
    Ok(sealed(&Sign {
        secret,
        ext_unlock_type: kind,
        ext_unlock_value: value,
        signature: if older {
            None
        } else {
            signature(config.appearance, order)?
        },
        options: if older { options(order) } else { None },
        use_signature_text: order.text.shown.filter(|_| older),
        signature_format: if older { signature_format(order) } else { None },
        countersignature: order.countersigner.as_ref().map(CountersignatureBody::of),
        disable_ltv: order.disable_ltv.then_some(true),
    }))
}

#[derive(Serialize)]
struct CountersignatureBody<'a> {
    username: &'a str,
    password: &'a str,
    pin: &'a str,
}

impl<'a> CountersignatureBody<'a> {
    fn of(signer: &'a Countersigner) -> Self {
        // EXPOSE: they go into the body.
        Self {
            username: signer.username.expose(),
            password: signer.password.expose(),
            pin: signer.pin.expose(),
        }
    }
}

fn unsayable(what: &str) -> Error {
    Error {
        reason: Some(Reason::StampIncomplete),
        ..Error::local(Call::Sign, ErrorKind::Invalid, Some(what.to_owned()))
    }
}

/// The current dialect's `signature.appearance`: its keys are in prose only, `text`, `position` and optionally `image`.
fn signature(shape: AppearanceShape, order: &SignOrder) -> Result<Option<Value>, Error> {
    let Some(first) = order.stamps.first() else {
        return Ok(None);
    };
    let look = |stamp: &Stamp| {
        let mut look = placed(stamp);
        if !order.text.lines.is_empty() {
            look.insert("text".into(), order.text.lines.join("\n").into());
        }
        Value::Object(look)
    };
    let alike = order.stamps.iter().all(|stamp| stamp.looks_like(first));
    let appearance = match shape {
        AppearanceShape::Single if !alike => {
            return Err(unsayable(
                "stamps that differ, where one is set for all documents",
            ));
        }
        AppearanceShape::Single => look(first),
        AppearanceShape::ByAgreement if alike => look(first),
        AppearanceShape::ByAgreement | AppearanceShape::ByDocument | AppearanceShape::Options => {
            let looks = order.stamps.iter();
            Value::Object(
                looks
                    .map(|stamp| (stamp.document.to_string(), look(stamp)))
                    .collect(),
            )
        }
    };
    Ok(Some(json!({"appearance": appearance})))
}

fn placed(stamp: &Stamp) -> Map<String, Value> {
    let mut place = Map::new();
    place.insert("position".into(), stamp.position().into());
    place.insert("page".into(), stamp.page.into());
    if let Some(image) = &stamp.image {
        place.insert("image".into(), image.as_str().into());
    }
    place
}

/// The older dialect's `options`, by document.
fn options(order: &SignOrder) -> Option<Value> {
    let option = |stamp: &Stamp| {
        let mut place = placed(stamp);
        if stamp.countersign {
            place.insert("usecountersignature".into(), true.into());
        }
        (stamp.document.to_string(), Value::Object(place))
    };
    (!order.stamps.is_empty()).then(|| Value::Object(order.stamps.iter().map(option).collect()))
}

fn signature_format(order: &SignOrder) -> Option<Value> {
    let text = &order.text;
    let mut format = Map::new();
    if !text.lines.is_empty() {
        format.insert("text_format".into(), text.lines.clone().into());
    }
    for (key, value) in [("date_format", &text.date_format), ("timezone", &text.timezone)] {
        if let Some(value) = value {
            format.insert(key.into(), value.as_str().into());
        }
    }
    (!format.is_empty()).then_some(Value::Object(format))
}

/// The body of the call that stores credentials (section 4.18).
pub(crate) fn token(config: &Config, token: &NewToken) -> Bytes {
    #[derive(Serialize)]
    struct Token<'a> {
        username: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        password: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        pin: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        env: Option<Env>,
    }
    sealed(&Token {
        // EXPOSE: storing them is what the call is for.
        username: token.username.expose(),
        password: exposed(token.password.as_ref()),
        pin: exposed(token.pin.as_ref()),
        env: token.env.or(config.env),
    })
}

/// The body of the call that changes the server's settings (section 4.20).
pub(crate) fn settings(update: &SettingsUpdate) -> Bytes {
    let groups: BTreeMap<&str, BTreeMap<&str, &str>> = update
        .groups
        .iter()
        .map(|(group, settings)| {
            // EXPOSE: some are passwords, and all are meant for the server.
            let settings = settings
                .iter()
                .map(|(name, value)| (name.as_str(), value.expose()));
            (group.as_str(), settings.collect())
        })
        .collect();
    sealed(&groups)
}
