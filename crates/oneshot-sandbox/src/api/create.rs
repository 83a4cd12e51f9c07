//! `POST videoid`: opens a request.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::ask::Asked;
use super::form::Form;
use super::voice::Voice;
use crate::settings::Settings;
use crate::store::{NewRequest, Store};

pub(crate) fn create(asked: Asked) -> Result<Answer, Answer> {
    let voice = asked.voice;
    let mut body = asked.object()?;
    let store = &asked.store;
    complete(store, &mut body);
    check(voice, store.settings(), &body)?;
    // The one secret in what the sandbox is sent: it has been checked, and is of no use to who looks at the request.
    body.remove("billing_password");
    let text = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
    let new = NewRequest {
        dialect: voice.dialect,
        registration_authority: text("registration_authority").unwrap_or_default(),
        // Only the older specification has it, "for testing purposes".
        webhook_url: text("webhook_url").filter(|url| voice.is_legacy() && !url.is_empty()),
        body: Value::Object(body),
        upload: asked.received.upload,
    };
    let request = store.create(new);
    let ids = json!({
        "videoid_pk": request.videoid_pk,
        "videoid_link": "",
        "request_pk": request.request_pk,
    });
    if voice.is_legacy() {
        return Ok(voice.told(ids).about(request.request_pk));
    }
    let message = if voice.quirks.messsage {
        "messsage"
    } else {
        "message"
    };
    let answer = json!({
        "status": "success",
        message: format!("VideoID created with pk {}", request.videoid_pk),
        "detail": ids,
    });
    Ok(Answer::json(200, &answer).about(request.request_pk))
}

/// Creating without VideoID is another flow, which begins with papers and an officer; nothing here leads on from it.
pub(crate) fn classic(asked: &Asked) -> Result<Answer, Answer> {
    let said = "The sandbox does not pretend the classic flow; create a request with POST videoid";
    Err(asked.voice.refuse(400, said))
}

/// Adds what a call leaves out and the server's own settings say.
fn complete(store: &Store, body: &mut Map<String, Value>) {
    let saved = [
        ("registration_authority", "request", "default_ra"),
        ("profile", "request", "default_profile"),
        ("billing_username", "billing", "billing_username"),
        ("billing_password", "billing", "billing_password"),
        ("env", "general", "environment"),
    ];
    for (name, group, setting) in saved {
        if !body.contains_key(name)
            && let Some(value) = store.shelf(|shelf| shelf.saved(group, setting))
        {
            body.insert(name.to_owned(), Value::String(value));
        }
    }
}

/// What is required by its type answers 422; what may also be set on the server answers with the vendor's own sentences.
fn check(voice: Voice, settings: &Settings, body: &Map<String, Value>) -> Result<(), Answer> {
    let place = &["body"];
    let mut form = Form::default();
    // The older dialect has one sentence for whatever is missing.
    let (phone, email) = if voice.is_legacy() {
        (
            form.text(body, place, "mobile_phone_number"),
            form.text(body, place, "email"),
        )
    } else {
        (
            form.required(body, place, "mobile_phone_number"),
            form.required(body, place, "email"),
        )
    };
    let authority = form.text(body, place, "registration_authority");
    let profile = form.text(body, place, "profile");
    let username = form.text(body, place, "billing_username");
    let password = form.text(body, place, "billing_password");
    let env = form.text(body, place, "env");
    form.answer(voice)?;

    let (Some(phone), Some(email), Some(authority), Some(profile)) = (phone, email, authority, profile)
    else {
        return Err(voice.refuse(400, "Missing required parameters"));
    };
    let mut authorities = settings.registration_authorities.iter();
    let Some(known) = authorities.find(|it| it.id == authority) else {
        return Err(voice.refuse(404, "Registration Authority not found"));
    };
    if !known.videoid_enabled {
        let message = format!("Videoid not enabled for Registration Authority {authority}");
        return Err(voice.refuse(400, message));
    }
    if !is_phone(phone) {
        let message = "Please use the mobile phone number with an international prefix";
        return Err(voice.refuse(400, message));
    }
    if !is_email(email) {
        return Err(voice.refuse(400, "Enter a valid email address"));
    }
    check_billing(voice, settings, username, password)?;
    match env {
        Some("sandbox") => {}
        None => {
            let message = "Missing env parameter. Please set it in settings or specify it as parameter";
            return Err(voice.refuse(400, message));
        }
        // A server set up for practice has no certificate for production.
        Some("prod") => {
            let message =
                "Configuration error: Please check the certificates path for the environment selected";
            return Err(voice.trouble(400, message));
        }
        Some(other) => return Err(voice.refuse(400, format!("Environment {other} does not exist"))),
    }
    if !settings.profiles.iter().any(|it| it == profile) {
        let message = r#"Error creating new videoid request: {"detail":"You do not have permission to perform this action."}"#;
        return Err(voice.refuse(403, message));
    }
    Ok(())
}

fn check_billing(
    voice: Voice,
    settings: &Settings,
    username: Option<&str>,
    password: Option<&str>,
) -> Result<(), Answer> {
    let decoded = password.map(|password| STANDARD.decode(password));
    let Ok(decoded) = decoded.transpose() else {
        let message = "Billing credentials not valid. Please check if they are base64 encoded";
        return Err(voice.trouble(400, message));
    };
    if settings.billing_users.is_empty() {
        return Ok(());
    }
    let (Some(username), Some(password)) = (username, decoded) else {
        return Err(voice.refuse(400, "Missing required parameters"));
    };
    let mut users = settings.billing_users.iter();
    if !users.any(|user| user.username == username && user.password.as_bytes() == password) {
        let message = "Cannot check the remaining credit for the billing user. Please check the credentials.";
        return Err(voice.trouble(400, message));
    }
    Ok(())
}

/// `+` and 7 to 15 digits (ITU-T E.164 allows 15), the first not 0. Blanks are not taken.
pub(crate) fn is_phone(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or_default();
    (7..=15).contains(&digits.len())
        && digits.bytes().all(|it| it.is_ascii_digit())
        && !digits.starts_with('0')
}

/// One `@` with something on both sides. The vendor's samples have no dot in the domain.
pub(crate) fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    let fine = |part: &str| {
        !part.is_empty()
            && part
                .chars()
                .all(|it| it.is_alphanumeric() || "._%+-'".contains(it))
    };
    fine(local)
        && fine(domain)
        && !domain.starts_with(['.', '-'])
        && !domain.ends_with(['.', '-'])
        && !text.contains("..")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phones_have_a_prefix() {
        for good in ["+34699999999", "+4915112345678"] {
            assert!(is_phone(good), "{good}");
        }
        for bad in [
            "",
            "+",
            "699999999",
            "0034699999999",
            "+34 699 999 999",
            "+34",
            "+3469999999a",
            "+0123456789",
        ] {
            assert!(!is_phone(bad), "{bad}");
        }
    }

    #[test]
    fn emails_have_two_sides() {
        for good in ["mail@domain", "ana.garcia+booth@example.org", "josé@example.org"] {
            assert!(is_email(good), "{good}");
        }
        for bad in [
            "", "mail", "@domain", "mail@", "a b@c", "a@b@c", "a@.org", "a@b..org",
        ] {
            assert!(!is_email(bad), "{bad}");
        }
    }
}
