//! What the sandbox holds, as JSON; and its fault knobs, for programs of another process.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use crate::fault::{Fault, Operation};
use crate::kept::{Call, KeptDocument, Request, Upload};
use crate::store::Store;

/// `GET /_sandbox/requests`
pub(crate) async fn requests(State(store): State<Arc<Store>>) -> Json<Value> {
    Json(store.requests().iter().map(|it| in_short(&store, it)).collect())
}

/// `GET /_sandbox/requests/{request_pk}`
pub(crate) async fn request(State(store): State<Arc<Store>>, Path(pk): Path<String>) -> Response {
    match super::find(&store, &pk) {
        Some(request) => Json(in_full(&store, &request)).into_response(),
        None => super::not_found().await,
    }
}

/// `GET /_sandbox/calls`
pub(crate) async fn calls(State(store): State<Arc<Store>>) -> Json<Value> {
    Json(store.calls().iter().map(call).collect())
}

/// `GET /_sandbox/faults`
pub(crate) async fn faults(State(store): State<Arc<Store>>) -> Json<Value> {
    let waiting = store.faults_waiting();
    let fault = |(operation, fault): (Operation, Fault)| json!({ "operation": operation.name(), "fault": fault.to_string() });
    Json(waiting.into_iter().map(fault).collect())
}

/// `POST /_sandbox/faults {"operation": "upload_video", "fault": "delay:500"}`, with `times` for more than one call
pub(crate) async fn add_fault(State(store): State<Arc<Store>>, Json(body): Json<Value>) -> Response {
    let text = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default();
    let knob = text("operation")
        .parse::<Operation>()
        .and_then(|it| Ok((it, text("fault").parse::<Fault>()?)));
    match knob {
        Ok((operation, fault)) => {
            let times = body.get("times").and_then(Value::as_u64).unwrap_or(1);
            for _ in 0..times.min(1_000) {
                store.fail_next(operation, fault);
            }
            faults(State(store)).await.into_response()
        }
        Err(error) => (
            StatusCode::BAD_REQUEST,
            Json(json!({ "detail": error.to_string() })),
        )
            .into_response(),
    }
}

/// `DELETE /_sandbox/faults`
pub(crate) async fn clear_faults(State(store): State<Arc<Store>>) -> StatusCode {
    store.clear_faults();
    StatusCode::NO_CONTENT
}

fn in_short(store: &Store, request: &Request) -> Map<String, Value> {
    let documents: Vec<Value> = request.documents.iter().map(document).collect();
    let members = [
        ("request_pk", json!(request.request_pk)),
        ("videoid_pk", json!(request.videoid_pk)),
        ("status", json!(request.status.word())),
        ("created_at", json!(request.create_upload.at.to_string())),
        ("missing", json!(request.missing())),
        ("problems", json!(request.problems())),
        ("bytes_kept", json!(request.bytes_kept())),
        ("page", json!(format!("/requests/{}", request.request_pk))),
        ("dialect", json!(request.dialect.name())),
        ("registration_authority", json!(request.registration_authority)),
        ("otp", json!(store.good_code(request).map(|it| &it.digits))),
        ("documents", json!(documents)),
        ("refusal_reason", json!(request.refusal_reason)),
        (
            "approved_by",
            json!(request.approved_by.as_ref().map(|(rao, _)| rao)),
        ),
        (
            "certificate",
            json!(request.certificate.as_ref().map(|it| &it.serial_number)),
        ),
        ("contract", json!(request.contract.is_some())),
    ];
    members
        .into_iter()
        .chain(counters(request).map(|(name, count)| (name, json!(count))))
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// What really happened, whether or not the answer arrived.
pub(super) fn counters(request: &Request) -> [(&'static str, u32); 11] {
    [
        ("evidences_taken", request.evidences_taken),
        ("videos_taken", request.videos_taken),
        ("validations", request.validations),
        ("approvals", request.approvals),
        ("refusals", request.refusals),
        ("cancellations", request.cancellations),
        ("updates", request.updates),
        ("otps_sent", request.otps_sent),
        ("wrong_codes", request.wrong_codes),
        ("documents_taken", request.documents_taken),
        ("signatures", request.signatures),
    ]
}

fn document(document: &KeptDocument) -> Value {
    json!({
        "uid": document.uid,
        "file_name": document.file_name,
        "digest": document.digest,
        "original": document.original.is_some(),
        "signed": document.signed.is_some(),
    })
}

fn in_full(store: &Store, request: &Request) -> Value {
    let mut all = in_short(store, request);
    let mut add = |name: &str, value: Value| all.insert(name.to_owned(), value);
    let change = |change: &crate::Change| json!({ "at": change.at.to_string(), "status": change.status.word(), "cause": change.cause });
    add("history", request.history.iter().map(change).collect());
    add(
        "create",
        json!({ "body": request.create, "upload": upload(&request.create_upload) }),
    );
    add(
        "evidences",
        request.evidences.as_ref().map_or(Value::Null, |evidences| {
            let pictures = evidences.pictures.iter().map(|(name, picture)| {
                let mut said = json!({ "bytes": picture.bytes.len() });
                match &picture.look {
                    Ok(look) => {
                        said["content_type"] = look.format.media_type().into();
                        said["width"] = look.width.into();
                        said["height"] = look.height.into();
                    }
                    Err(problem) => said["problem"] = problem.as_str().into(),
                }
                (name.clone(), said)
            });
            let pictures: Map<String, Value> = pictures.collect();
            json!({ "body": evidences.body, "pictures": pictures, "upload": upload(&evidences.upload) })
        }),
    );
    add(
        "video",
        request.video.as_ref().map_or(Value::Null, |video| {
            let mut said = json!({
                "bytes": video.bytes.len(),
                "file_name": video.file_name,
                "content_type": video.content_type,
                "upload": upload(&video.upload),
            });
            match &video.footage {
                Ok(footage) => {
                    said["footage"] = json!({
                        "frames": footage.frames,
                        "seconds": footage.duration.as_secs_f64(),
                        "width": footage.width,
                        "height": footage.height,
                        "sound": footage.sound,
                        "faststart": footage.faststart,
                        "fragmented": footage.fragmented,
                    });
                }
                Err(problem) => said["problem"] = problem.as_str().into(),
            }
            said
        }),
    );
    let calls = store.calls();
    let of_this = calls
        .iter()
        .filter(|call| call.request_pk == Some(request.request_pk));
    add("calls", of_this.map(call).collect());
    Value::Object(all)
}

fn upload(upload: &Upload) -> Value {
    json!({ "at": upload.at.to_string(), "body_bytes": upload.body_bytes, "headers": upload.headers })
}

fn call(call: &Call) -> Value {
    json!({
        "number": call.number,
        "at": call.at.to_string(),
        "method": call.method,
        "path": call.path,
        "operation": call.operation.map(Operation::name),
        "request_pk": call.request_pk,
        "status": call.status,
        "fault": call.fault.map(|fault| fault.to_string()),
    })
}
