//! The description of the API, made from the table the server finds its calls by.

use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::routes::{Body, Media, Route};
use super::table::ROUTES;
use crate::settings::{Dialect, Settings};

/// OpenAPI 3.1 of the dialects served, with the whole prefix in every path.
pub(crate) fn describe(settings: &Settings, host: &str) -> Value {
    let mut paths = Map::new();
    let served = ROUTES
        .iter()
        .filter(|route| settings.dialects.serve(route.dialect));
    for route in served {
        let path = format!("{}/{}", prefix(route.dialect), route.path);
        let item = paths.entry(path).or_insert_with(|| json!({}));
        item[route.method.to_lowercase()] = operation(route);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "One-Shot sandbox",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "The One-Shot API's VideoID External mode, pretended for practice. Not the service.",
        },
        "servers": [{ "url": format!("http://{host}") }],
        "paths": paths,
    })
}

fn prefix(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Current => "/oneshot/api/v1",
        Dialect::Legacy => "/api/v1",
    }
}

fn operation(route: &Route) -> Value {
    let place = route.path.replace(['{', '}'], "").replace('/', "_");
    let mut said = json!({
        "operationId": format!("{}_{}_{place}", route.dialect.name(), route.method.to_lowercase()),
        "tags": [route.dialect.name()],
        "summary": route.summary,
        "parameters": parameters(route),
        "responses": responses(route),
        "x-operation": route.operation.name(),
        // The vendor documents 500 as an answer to something a client did.
        "x-documented-500": route.statuses.contains(&500),
    });
    if let Some(body) = request_body(route) {
        said["requestBody"] = body;
    }
    said
}

fn parameters(route: &Route) -> Vec<Value> {
    let names = route
        .path
        .split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let mut parameters: Vec<Value> = names
        .map(|name| {
            let schema = if name.ends_with("_pk") {
                json!({ "type": "integer", "minimum": 0, "maximum": 9_007_199_254_740_991_u64 })
            } else if name == "document_type" {
                json!({ "type": "string", "enum": ["original", "signed"] })
            } else {
                json!({ "type": "string", "pattern": "^[0-9A-Za-z-]{1,64}$" })
            };
            json!({ "name": name, "in": "path", "required": true, "schema": schema })
        })
        .collect();
    if route.path == "document/{request_pk}/{document_uid}" {
        parameters.push(json!({
            "name": "document_type",
            "in": "query",
            "required": false,
            "schema": { "type": "string", "enum": ["original", "signed"] },
        }));
    }
    parameters
}

fn responses(route: &Route) -> Map<String, Value> {
    let mut responses = Map::new();
    for status in route.statuses {
        let content = match (*status, route.media) {
            (200, Media::Json) => json!({ "application/json": { "schema": success(route.dialect) } }),
            (200, media) => {
                json!({ media.media_type(): { "schema": { "type": "string", "format": "binary" } } })
            }
            (status, _) => json!({ "application/json": { "schema": refusal(route.dialect, status) } }),
        };
        let reason = Answer::status_line(*status);
        responses.insert(
            status.to_string(),
            json!({ "description": reason, "content": content }),
        );
    }
    // What stands in front of the server finds a body too large, whatever the call.
    responses.insert(
        "413".to_owned(),
        json!({
            "description": "413 Payload Too Large",
            "content": { "text/html": { "schema": { "type": "string" } } },
        }),
    );
    responses
}

fn success(dialect: Dialect) -> Value {
    match dialect {
        Dialect::Current => json!({
            "type": "object",
            "required": ["status"],
            "properties": {
                "status": { "const": "success" },
                "message": { "type": "string" },
                "messsage": { "type": "string" },
            },
        }),
        Dialect::Legacy => json!({
            "type": "object",
            "required": ["status", "details"],
            "properties": { "status": { "const": "200 OK" } },
        }),
    }
}

/// Where refusing has one form. A 412 and a 404 of the older specification may be the back end's own.
fn refusal(dialect: Dialect, status: u16) -> Value {
    match (dialect, status) {
        (Dialect::Current, 422) => json!({
            "type": "object",
            "required": ["detail"],
            "properties": {
                "detail": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["loc", "msg", "type"],
                        "properties": {
                            "loc": { "type": "array" },
                            "msg": { "type": "string" },
                            "type": { "type": "string" },
                        },
                    },
                },
            },
        }),
        _ => json!({
            "type": "object",
            "anyOf": [
                { "required": ["detail"] },
                { "required": ["status"] },
                { "required": ["code", "id", "error"] },
            ],
        }),
    }
}

fn request_body(route: &Route) -> Option<Value> {
    let (media_type, schema, required) = match route.body {
        Body::Nothing => return None,
        Body::Video => ("multipart/form-data", form("video"), true),
        Body::Documents => ("multipart/form-data", form("file"), true),
        Body::Image => ("multipart/form-data", form("image"), true),
        Body::Classic => ("multipart/form-data", json!({ "type": "object" }), false),
        Body::Delivery => ("application/json", fields(route.body), false),
        other => ("application/json", fields(other), true),
    };
    Some(json!({ "required": required, "content": { media_type: { "schema": schema } } }))
}

fn form(part: &str) -> Value {
    json!({
        "type": "object",
        "required": [part],
        "properties": { part: { "type": "string", "format": "binary" } },
    })
}

/// An object with these members, all texts, the first `required` of them required.
fn texts(names: &[&str], required: usize) -> Value {
    let members: Map<String, Value> = names
        .iter()
        .map(|name| ((*name).to_owned(), json!({ "type": "string" })))
        .collect();
    json!({
        "type": "object",
        "required": names.get(..required).unwrap_or_default(),
        "properties": members,
    })
}

fn fields(body: Body) -> Value {
    match body {
        Body::NewRequest => texts(
            &[
                "mobile_phone_number",
                "email",
                "registration_authority",
                "profile",
                "billing_username",
                "billing_password",
                "env",
            ],
            4,
        ),
        Body::Evidences => evidences(),
        Body::Officer => officer(&[]),
        Body::Refusal => officer(&["reason"]),
        Body::Update => texts(
            &[
                "scratchcard",
                "email",
                "profile",
                "registration_authority",
                "country_name",
                "given_name",
                "surname_1",
                "surname_2",
                "birth_date",
                "mobile_phone_number",
                "serial_number",
            ],
            5,
        ),
        Body::Delivery => json!({
            "type": "object",
            "properties": { "delivery_method": { "type": "string", "enum": ["sms", "whatsapp"] } },
        }),
        Body::Signature => signature(),
        Body::Credentials => texts(&["username", "password", "pin", "env"], 1),
        Body::Settings => json!({
            "type": "object",
            "properties": {
                "tsa": texts(&["tsa_url"], 0),
                "request": texts(&["default_profile", "default_ra"], 0),
                "billing": texts(&["billing_username", "billing_password"], 0),
                "general": texts(&["environment", "rootstore", "configuration", "usepdfclean"], 0),
                "proxy": texts(
                    &[
                        "useproxy",
                        "proxy_host",
                        "proxy_port",
                        "proxy_protocol",
                        "proxy_username",
                        "proxy_password",
                        "useproxycredentials",
                    ],
                    0,
                ),
            },
        }),
        Body::Nothing | Body::Video | Body::Documents | Body::Image | Body::Metadata | Body::Classic => {
            json!({ "type": "object" })
        }
    }
}

/// `rao` is a text or a number; all else is text.
fn officer(more: &[&str]) -> Value {
    let names = [&["token", "username", "password", "pin"], more].concat();
    let mut schema = texts(&names, 0);
    for name in ["rao", "rao_id"] {
        schema["properties"][name] = json!({ "type": ["string", "integer"] });
    }
    schema["required"] = json!(more);
    schema
}

fn evidences() -> Value {
    let names = [
        "given_name",
        "surname_1",
        "serial_number",
        "surname_2",
        "mobile_phone_number",
        "email",
        "id_document_type",
        "id_document_country",
        "birth_date",
        "id_document_validity",
    ];
    let mut fields = texts(&names, 3);
    fields["properties"]["id_document_type"] =
        json!({ "type": "string", "enum": ["IDC", "PAS", "PNO", "TIN"] });
    fields["properties"]["id_document_country"] = json!({ "type": "string", "pattern": "^[A-Z]{2}$" });
    let mut acceptance = texts(
        &[
            "description",
            "url-doc-privacypolicy",
            "url-doc-termsconditions",
            "ip",
            "url-web-videoid",
            "user-agent",
        ],
        6,
    );
    acceptance["properties"]["date"] = json!({ "type": "integer" });
    json!({
        "type": "object",
        "required": ["videoid_data"],
        "properties": {
            "acceptance": acceptance,
            "videoid_data": {
                "type": "object",
                "required": ["ocr_data"],
                "properties": {
                    "images": texts(
                        &["document_front", "document_rear", "document_photo", "document_owner"],
                        0,
                    ),
                    "ocr_data": fields,
                    "security_checks": {
                        "type": "object",
                        "additionalProperties": { "type": "boolean" },
                    },
                    "similarity_level": { "type": ["integer", "string"] },
                },
            },
        },
    })
}

fn signature() -> Value {
    let stamp = json!({
        "type": "object",
        "properties": {
            "position": { "type": "string" },
            "page": { "type": ["integer", "string"] },
            "image": { "type": "string" },
            "text": { "type": "string" },
        },
    });
    let mut schema = texts(&["secret", "ext_unlock_type", "ext_unlock_value"], 1);
    schema["properties"]["signature"] = json!({ "type": "object", "properties": { "appearance": stamp } });
    schema["properties"]["options"] = json!({ "type": "object", "additionalProperties": stamp });
    schema["properties"]["use_signature_text"] = json!({ "type": "boolean" });
    schema["properties"]["disable_ltv"] = json!({ "type": "boolean" });
    schema["properties"]["signature_format"] = json!({ "type": "object" });
    schema["properties"]["countersignature"] = json!({ "type": "object" });
    schema
}
