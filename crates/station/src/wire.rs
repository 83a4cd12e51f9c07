//! The API's names of the fields.

use evidence::FieldKey;

/// What the API calls a field (One-Shot API, evidences body).
pub(crate) const fn name(key: FieldKey) -> &'static str {
    match key {
        FieldKey::GivenName => "given_name",
        FieldKey::FirstSurname => "surname_1",
        FieldKey::SecondSurname => "surname_2",
        FieldKey::SerialNumber => "serial_number",
        FieldKey::MobilePhone => "mobile_phone_number",
        FieldKey::Email => "email",
    }
}

/// The field the API calls so, if it is one of ours.
pub(crate) fn field(name: &str) -> Option<FieldKey> {
    FieldKey::ALL
        .into_iter()
        .find(|key| self::name(*key) == name.trim())
}
