//! `POST videoid`: opens a request.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::form::{self, Form};
use super::receive::Received;
use crate::settings::Settings;
use crate::store::Store;

pub(crate) fn create(store: &Store, received: Received) -> Result<Answer, Answer> {
    let mut body = form::json_object(received.content_type(), &received.body)?;
    check(store.settings(), &body)?;
    // The one secret in what the sandbox is sent: it has been checked, and is of no use to who looks at the request.
    body.remove("billing_password");
    let request = store.create(Value::Object(body), received.upload);
    let message = if store.settings().quirks.messsage {
        "messsage"
    } else {
        "message"
    };
    let answer = json!({
        "status": "success",
        message: format!("VideoID created with pk {}", request.videoid_pk),
        "detail": {
            "videoid_pk": request.videoid_pk,
            "videoid_link": "",
            "request_pk": request.request_pk,
        },
    });
    Ok(Answer::json(200, &answer).about(request.request_pk))
}

/// What is required by its type answers 422; what may also be set on the server answers with the vendor's own sentences.
fn check(settings: &Settings, body: &Map<String, Value>) -> Result<(), Answer> {
    let place = &["body"];
    let mut form = Form::default();
    let phone = form.required(body, place, "mobile_phone_number");
    let email = form.required(body, place, "email");
    let authority = form.text(body, place, "registration_authority");
    let profile = form.text(body, place, "profile");
    let username = form.text(body, place, "billing_username");
    let password = form.text(body, place, "billing_password");
    let env = form.text(body, place, "env");
    form.answer()?;

    let (Some(phone), Some(email), Some(authority), Some(profile)) = (phone, email, authority, profile)
    else {
        return Err(Answer::detail(400, "Missing required parameters"));
    };
    let Some(known) = settings
        .registration_authorities
        .iter()
        .find(|it| it.id == authority)
    else {
        return Err(Answer::detail(404, "Registration Authority not found"));
    };
    if !known.videoid_enabled {
        let message = format!("Videoid not enabled for Registration Authority {authority}");
        return Err(Answer::detail(400, message));
    }
    if !is_phone(phone) {
        return Err(Answer::detail(
            400,
            "Please use the mobile phone number with an international prefix",
        ));
    }
    if !is_email(email) {
        return Err(Answer::detail(400, "Enter a valid email address"));
    }
    check_billing(settings, username, password)?;
    match env.or(settings.env.as_deref()) {
        Some("sandbox") => {}
        None => {
            let message = "Missing env parameter. Please set it in settings or specify it as parameter";
            return Err(Answer::detail(400, message));
        }
        // A server set up for practice has no certificate for production.
        Some("prod") => {
            let message =
                "Configuration error: Please check the certificates path for the environment selected";
            return Err(Answer::detail(500, message));
        }
        Some(other) => return Err(Answer::detail(400, format!("Environment {other} does not exist"))),
    }
    if !settings.profiles.iter().any(|it| it == profile) {
        let message = r#"Error creating new videoid request: {"detail":"You do not have permission to perform this action."}"#;
        return Err(Answer::detail(403, message));
    }
    Ok(())
}

fn check_billing(settings: &Settings, username: Option<&str>, password: Option<&str>) -> Result<(), Answer> {
    let decoded = password.map(|password| STANDARD.decode(password));
    let Ok(decoded) = decoded.transpose() else {
        let message = "Billing credentials not valid. Please check if they are base64 encoded";
        return Err(Answer::detail(500, message));
    };
    if settings.billing_users.is_empty() {
        return Ok(());
    }
    let (Some(username), Some(password)) = (username, decoded) else {
        return Err(Answer::detail(400, "Missing required parameters"));
    };
    let mut users = settings.billing_users.iter();
    if !users.any(|user| user.username == username && user.password.as_bytes() == password) {
        let message = "Cannot check the remaining credit for the billing user. Please check the credentials.";
        return Err(Answer::detail(500, message));
    }
    Ok(())
}

/// `+` and 7 to 15 digits (ITU-T E.164 allows 15), the first not 0. Blanks are not taken.
fn is_phone(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or_default();
    (7..=15).contains(&digits.len())
        && digits.bytes().all(|it| it.is_ascii_digit())
        && !digits.starts_with('0')
}

/// One `@` with something on both sides. The vendor's samples have no dot in the domain.
fn is_email(text: &str) -> bool {
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
