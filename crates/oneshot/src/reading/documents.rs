//! Documents and signing (sections 4.11, 4.12, 4.17, 4.21).

use serde_json::Value;

use super::{field, integer, sha256};
use crate::answer::Answer;
use crate::call::Call;
use crate::error::Error;
use crate::ids::DocumentUid;
use crate::signing::{AsyncStatus, ListedDocument, SignAnswer, UploadedDocument};

/// The document of an upload: a bare uid, an object, or a list. One was sent under `part`; of a list, whose order is
/// not guaranteed, the one with that key is taken.
///
/// # Errors
/// If there is no uid. The server said it took the document, so that repeating the call would leave two.
pub(crate) fn uploaded_document(answer: &Answer, part: &str) -> Result<UploadedDocument, Error> {
    let key = |item: &&Value| field(item, &["key", "name"]).is_some_and(|key| key == part);
    let found = match &answer.payload {
        Some(Value::Array(items)) => match items.as_slice() {
            [only] => Some(only),
            several => several.iter().find(key),
        },
        Some(payload) => Some(payload),
        None => None,
    };
    let document = found.and_then(|document| {
        let uid = document
            .as_str()
            .map(|uid| uid.trim().to_owned())
            .or_else(|| field(document, &["uid", "document_uid"]))?;
        Some(UploadedDocument {
            uid: DocumentUid::new(uid).ok()?,
            digest: sha256(document),
            file_name: field(document, &["filename", "file_name"]),
        })
    });
    document.ok_or_else(|| answer.clone().into_unexpected(Call::UploadDocument))
}

/// The documents of a request: an object by uid, or a list.
///
/// # Errors
/// If it is neither, or has a document without a uid: nothing may be missing from a list that proves a deletion.
pub(crate) fn listed_documents(answer: &Answer) -> Result<Vec<ListedDocument>, Error> {
    let entry = |uid: Option<String>, document: &Value| {
        Some(ListedDocument {
            uid: DocumentUid::new(uid?).ok()?,
            file_name: field(document, &["filename", "file_name"]),
            bytes: document
                .get("size")
                .and_then(integer)
                .and_then(|size| size.try_into().ok()),
            media_type: field(document, &["mime", "media_type"]),
            uploaded: field(document, &["upload_date"]),
            digest: sha256(document),
        })
    };
    let listed: Option<Vec<ListedDocument>> = match &answer.payload {
        Some(Value::Object(by_uid)) => by_uid
            .iter()
            .map(|(uid, document)| entry(Some(uid.clone()), document).filter(|_| document.is_object()))
            .collect(),
        Some(Value::Array(items)) => items
            .iter()
            .map(|document| entry(field(document, &["uid", "document_uid"]), document))
            .collect(),
        _ => None,
    };
    let mut listed = listed.ok_or_else(|| answer.clone().into_unexpected(Call::ListDocuments))?;
    listed.sort_by(|one, other| one.uid.cmp(&other.uid));
    Ok(listed)
}

/// Whether the documents are signed, or going to be.
pub(crate) fn signed(answer: &Answer) -> SignAnswer {
    let said = answer.message.as_deref().unwrap_or_default().to_lowercase();
    if said.contains("going to be signed") {
        SignAnswer::Underway
    } else {
        SignAnswer::Signed
    }
}

/// The word for a request that is signed in the background.
///
/// # Errors
/// If there is none.
pub(crate) fn async_status(answer: &Answer) -> Result<AsyncStatus, Error> {
    let word = answer
        .payload
        .as_ref()
        .and_then(|payload| {
            payload
                .as_str()
                .map(str::to_owned)
                .or_else(|| field(payload, &["status"]))
        })
        .or_else(|| answer.message.clone());
    let word = word
        .map(|word| word.trim().to_owned())
        .filter(|word| !word.is_empty());
    let word = word.ok_or_else(|| answer.clone().into_unexpected(Call::AsyncStatus))?;
    Ok(if word.eq_ignore_ascii_case("approved") {
        AsyncStatus::Approved
    } else if word.to_ascii_lowercase().starts_with("unknown") {
        AsyncStatus::Unknown
    } else {
        AsyncStatus::Other(word)
    })
}
