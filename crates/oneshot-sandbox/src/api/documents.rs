//! The documents of a request, and the contract that is signed with them.

use bytes::Bytes;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::answer::Answer;
use super::ask::Asked;
use super::multipart::{self, Part};
use super::voice::Voice;
use crate::kept::{DocumentCopy, KeptDocument};
use crate::store::{Refused, Removed, new_uid};
use crate::webhook::stamp;

/// How every PDF begins (ISO 32000-2, 7.5.2).
const PDF: &[u8] = b"%PDF-";

pub(crate) async fn upload(asked: Asked) -> Result<Answer, Answer> {
    let voice = asked.voice;
    let which = asked.which()?;
    let parts = multipart::files(voice, &asked.received, "")?;
    if parts.is_empty() {
        return Err(multipart::missing(voice, "file"));
    }
    let pk = asked.text("request_pk").to_owned();
    let refused = |refused| match refused {
        Refused::NotFound => voice.refuse(
            404,
            format!("Cannot upload document: Request {pk} not found on disk"),
        ),
        // No source says when documents may come; every guide uploads them after the approval.
        Refused::State(pk) => voice.refuse(412, "Invalid request status").about(pk),
    };
    let (room, request_pk) = asked.store.may_take_documents(which).map_err(refused)?;
    let too_many = || {
        let said = format!("Maximum number of document reached for Request {pk}");
        voice.refuse(400, said).about(request_pk)
    };
    if parts.len() > room {
        return Err(too_many());
    }
    // Hash signing is not pretended: a `hashfile` of JSON is refused as every other file that is no PDF.
    if let Some(part) = parts.iter().find(|part| !part.bytes.starts_with(PDF)) {
        let said = format!("Unsupported file type: {}", part.kind());
        return Err(voice.refuse(415, said).about(request_pk));
    }
    let at = asked.store.now();
    let keep = move |part: Part| KeptDocument {
        uid: new_uid(),
        file_name: part.file_name.unwrap_or_default(),
        key: part.name,
        digest: hex(&Sha256::digest(&part.bytes)),
        uploaded_at: at,
        original: Some(part.bytes),
        signed: None,
    };
    let work = move || parts.into_iter().map(keep).collect::<Vec<_>>();
    let documents = super::aside(voice, work).await?;
    let answer = uploaded(voice, &documents);
    match asked.store.take_documents(which, documents).map_err(refused)? {
        Some(pk) => Ok(answer.about(pk)),
        None => Err(too_many()),
    }
}

/// One document is told by itself; several in a list, which in the older dialect is in another order than they came in.
fn uploaded(voice: Voice, documents: &[KeptDocument]) -> Answer {
    let current = |it: &KeptDocument| json!({ "name": it.key, "uid": it.uid });
    let legacy = |it: &KeptDocument| json!({ "digest": it.digest, "uid": it.uid, "key": it.key, "filename": it.file_name });
    voice.told(match (documents, voice.is_legacy()) {
        ([one], true) => json!(one.uid),
        ([one], false) => current(one),
        (several, true) => several.iter().rev().map(legacy).collect(),
        (several, false) => several.iter().map(current).collect(),
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn none_found(voice: Voice) -> Answer {
    voice.refuse(404, "No documents found for specified Request")
}

pub(crate) fn list(asked: &Asked) -> Result<Answer, Answer> {
    let voice = asked.voice;
    let request = asked.store.request(asked.which()?);
    let request = request.ok_or_else(|| none_found(voice))?;
    let show = |it: &KeptDocument| {
        let bytes = it.original.as_ref().or(it.signed.as_ref()).map_or(0, Bytes::len);
        let said = json!({
            "upload_date": stamp("%d/%m/%Y %H:%M:%S", it.uploaded_at),
            "ext": ".pdf",
            "size": bytes,
            "mime": "application/pdf",
            "filename": it.file_name,
        });
        (it.uid.clone(), said)
    };
    let documents: Map<String, Value> = request.documents_held().map(show).collect();
    if documents.is_empty() {
        return Err(none_found(voice).about(request.request_pk));
    }
    Ok(voice.told(Value::Object(documents)).about(request.request_pk))
}

pub(crate) fn get(asked: &Asked) -> Result<Answer, Answer> {
    let voice = asked.voice;
    let which = asked.which()?;
    let not_found = || voice.refuse(404, "Document not found");
    let copy = match asked.copy() {
        Ok(copy) => copy,
        Err(_) if voice.is_legacy() => return Err(not_found()),
        Err(answer) => return Err(answer),
    };
    let request = asked.store.request(which).ok_or_else(not_found)?;
    let mut documents = request.documents.iter();
    let document = documents.find(|it| it.uid == asked.text("document_uid"));
    let bytes = document.and_then(|it| match copy {
        Some(copy) => it.copy(copy),
        // What no source says: the newest.
        None => it.signed.as_ref().or(it.original.as_ref()),
    });
    let bytes = bytes.ok_or_else(|| not_found().about(request.request_pk))?;
    let media_type = asked.route.media.media_type();
    Ok(Answer::bytes(media_type, bytes.clone()).about(request.request_pk))
}

pub(crate) fn delete(asked: &Asked) -> Result<Answer, Answer> {
    let voice = asked.voice;
    let which = asked.which()?;
    let copy = match asked.copy() {
        Ok(copy) => copy,
        Err(_) if voice.is_legacy() => return Err(voice.refuse(400, "Missing required parameters")),
        Err(answer) => return Err(answer),
    };
    let uid = asked.text("document_uid");
    let not_found = || {
        let kind = copy.map_or("None", DocumentCopy::word);
        voice.refuse(404, format!("Document not found with uid {uid} and type {kind}"))
    };
    match asked.store.remove_document(which, uid, copy) {
        Ok(Removed::Gone(pk)) => Ok(voice.done("Document successfully deleted").about(pk)),
        Ok(Removed::Nothing(pk)) => Err(not_found().about(pk)),
        Err(_) => Err(not_found()),
    }
}

pub(crate) fn delete_all(asked: &Asked) -> Result<Answer, Answer> {
    let voice = asked.voice;
    let which = asked.which()?;
    match asked.store.remove_documents(which) {
        Ok(Removed::Gone(pk)) if voice.is_legacy() => {
            Ok(voice.done("Documents deleted successfully").about(pk))
        }
        Ok(Removed::Gone(pk)) => {
            let said = format!("Documents deleted for Request {pk}");
            Ok(voice.done(&said).about(pk))
        }
        Ok(Removed::Nothing(pk)) => Err(none_found(voice).about(pk)),
        Err(_) => Err(none_found(voice)),
    }
}

pub(crate) fn contract(asked: &Asked) -> Result<Answer, Answer> {
    let voice = asked.voice;
    let which = asked.which()?;
    let not_found = || voice.not_found(format!("Request {} not found", asked.text("request_pk")));
    let request = asked.store.request(which).ok_or_else(not_found)?;
    let pk = request.request_pk;
    // Before the approval there is none; the vendor lists only this one sentence.
    let contract = request.contract.ok_or_else(|| not_found().about(pk))?;
    Ok(Answer::bytes(asked.route.media.media_type(), contract).about(pk))
}
