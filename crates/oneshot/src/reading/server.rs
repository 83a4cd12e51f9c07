//! Tokens, pictures and settings (sections 4.18 to 4.20).

use std::collections::BTreeMap;

use serde_json::Value;

use super::{field, text};
use crate::answer::Answer;
use crate::call::Call;
use crate::error::Error;
use crate::ids::{ImageUid, is_path_piece};
use crate::secret::Secret;
use crate::server::{ListedImage, ServerSettings, ServerVersion, SettingValue, StoredToken, TokenContent};

/// The token of newly stored credentials: a bare string, or `token_uid`.
///
/// # Errors
/// If there is none.
pub(crate) fn created_token(answer: &Answer) -> Result<Secret, Error> {
    uid(answer, &["token_uid", "uid", "token"])
        .map(Secret::new)
        .ok_or_else(|| answer.clone().into_unexpected(Call::CreateToken))
}

/// The uid of an uploaded picture: a bare string, or `image_uid`.
///
/// # Errors
/// If there is none.
pub(crate) fn uploaded_image(answer: &Answer) -> Result<ImageUid, Error> {
    uid(answer, &["image_uid", "uid"])
        .and_then(|uid| ImageUid::new(uid).ok())
        .ok_or_else(|| answer.clone().into_unexpected(Call::UploadImage))
}

fn uid(answer: &Answer, keys: &[&str]) -> Option<String> {
    let payload = answer.payload.as_ref()?;
    let uid = payload.as_str().map(|uid| uid.trim().to_owned());
    uid.or_else(|| field(payload, keys))
        .filter(|uid| is_path_piece(uid))
}

/// What a token stands for.
///
/// # Errors
/// If it does not say.
pub(crate) fn token_content(answer: &Answer) -> Result<TokenContent, Error> {
    let payload = answer.payload.as_ref().filter(|payload| payload.is_object());
    payload
        .map(content)
        .ok_or_else(|| answer.clone().into_unexpected(Call::GetToken))
}

fn content(token: &Value) -> TokenContent {
    // Said as a boolean. Should a server send the word itself, it is stored, and is not kept here.
    let stored = |key: &str| match token.get(key) {
        Some(Value::Bool(stored)) => *stored,
        Some(Value::String(word)) => !matches!(word.to_ascii_lowercase().as_str(), "" | "false"),
        _ => false,
    };
    TokenContent {
        username: field(token, &["username"]),
        password: stored("password"),
        pin: stored("pin"),
    }
}

/// The server's tokens: an object by uid.
///
/// # Errors
/// If it is none.
pub(crate) fn tokens(answer: &Answer) -> Result<Vec<StoredToken>, Error> {
    let listed: Option<Vec<StoredToken>> = match &answer.payload {
        // The demo server keeps a remark among them (section 1.2): it is no object.
        Some(Value::Object(by_uid)) => Some(
            by_uid
                .iter()
                .filter(|(_, token)| token.is_object())
                .map(|(uid, token)| StoredToken {
                    uid: Secret::new(uid.as_str()),
                    content: content(token),
                })
                .collect(),
        ),
        Some(Value::Array(items)) => items
            .iter()
            .map(|token| {
                Some(StoredToken {
                    uid: Secret::new(field(token, &["token_uid", "uid"])?),
                    content: content(token),
                })
            })
            .collect(),
        _ => None,
    };
    listed.ok_or_else(|| answer.clone().into_unexpected(Call::ListTokens))
}

/// The server's pictures: an object by uid.
///
/// # Errors
/// If it is none, or has a picture without a uid.
pub(crate) fn listed_images(answer: &Answer) -> Result<Vec<ListedImage>, Error> {
    let entry = |uid: Option<String>, image: &Value| {
        Some(ListedImage {
            uid: ImageUid::new(uid?).ok()?,
            file_name: field(image, &["filename", "file_name"]),
            media_type: field(image, &["mime", "media_type"]),
            uploaded: field(image, &["upload_date"]),
            size_px: image.get("size").and_then(size),
        })
    };
    let listed: Option<Vec<ListedImage>> = match &answer.payload {
        Some(Value::Object(by_uid)) => by_uid
            .iter()
            .map(|(uid, image)| entry(Some(uid.clone()), image).filter(|_| image.is_object()))
            .collect(),
        Some(Value::Array(items)) => items
            .iter()
            .map(|image| entry(field(image, &["image_uid", "uid"]), image))
            .collect(),
        _ => None,
    };
    listed.ok_or_else(|| answer.clone().into_unexpected(Call::ListImages))
}

fn size(value: &Value) -> Option<(u32, u32)> {
    match value.as_array()?.as_slice() {
        [width, height] => {
            let side = |side: &Value| side.as_u64().and_then(|side| u32::try_from(side).ok());
            Some((side(width)?, side(height)?))
        }
        _ => None,
    }
}

/// What the server calls itself.
///
/// # Errors
/// If it does not say.
pub(crate) fn version(answer: &Answer) -> Result<ServerVersion, Error> {
    let payload = answer.payload.as_ref();
    let version = match payload {
        Some(Value::String(version)) => ServerVersion {
            name: None,
            version: text(&Value::String(version.clone())),
        },
        Some(object) => ServerVersion {
            name: field(object, &["name"]),
            version: field(object, &["version"]),
        },
        None => ServerVersion {
            name: None,
            version: None,
        },
    };
    if version.name.is_none() && version.version.is_none() {
        return Err(answer.clone().into_unexpected(Call::Version));
    }
    Ok(version)
}

/// The server's settings, without its secrets.
///
/// # Errors
/// If there are none.
pub(crate) fn settings(answer: Answer) -> Result<ServerSettings, Error> {
    let Some(Value::Object(groups)) = &answer.payload else {
        return Err(answer.into_unexpected(Call::ReadSettings));
    };
    let shown = |name: &str, value: &Value| {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Null => String::new(),
            other => other.to_string(),
        };
        SettingValue::of(name, text)
    };
    let groups: BTreeMap<String, BTreeMap<String, SettingValue>> = groups
        .iter()
        .map(|(group, settings)| {
            let settings = match settings {
                Value::Object(settings) => settings
                    .iter()
                    .map(|(name, value)| (name.clone(), shown(name, value)))
                    .collect(),
                // A setting without a group.
                value => BTreeMap::from([(String::new(), shown(group, value))]),
            };
            (group.clone(), settings)
        })
        .collect();
    Ok(ServerSettings { groups })
}
