//! What the sandbox holds, as JSON; and its fault knobs, for programs of another process.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use crate::fault::{Fault, Operation};
use crate::kept::{Call, Request, Upload};
use crate::store::Store;

/// `GET /_sandbox/requests`
pub(crate) async fn requests(State(store): State<Arc<Store>>) -> Json<Value> {
    Json(store.requests().iter().map(in_short).collect())
}

/// `GET /_sandbox/requests/{request_pk}`
pub(crate) async fn request(State(store): State<Arc<Store>>, Path(pk): Path<String>) -> Response {
    match pk.parse().ok().and_then(|pk| store.request(pk)) {
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

/// `POST /_sandbox/faults {"operation": "upload_video", "fault": "delay:500"}`
pub(crate) async fn add_fault(State(store): State<Arc<Store>>, Json(body): Json<Value>) -> Response {
    let text = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default();
    let knob = text("operation")
        .parse::<Operation>()
        .and_then(|it| Ok((it, text("fault").parse::<Fault>()?)));
    match knob {
        Ok((operation, fault)) => {
            store.fail_next(operation, fault);
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

fn in_short(request: &Request) -> Map<String, Value> {
    let members = [
        ("request_pk", json!(request.request_pk)),
        ("videoid_pk", json!(request.videoid_pk)),
        ("status", json!(request.status.word())),
        ("created_at", json!(request.create_upload.at.to_string())),
        ("missing", json!(request.missing())),
        ("problems", json!(request.problems())),
        ("bytes_kept", json!(request.bytes_kept())),
        ("page", json!(format!("/requests/{}", request.request_pk))),
    ];
    members
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

fn in_full(store: &Store, request: &Request) -> Value {
    let mut all = in_short(request);
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
