//! What an address of `cam://` names.

use station::Role;
use tauri::http::Uri;

/// What the page asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Asked {
    /// `preview/{role}?after={sequence}`: the camera's newest picture after that one.
    Preview { role: Role, after: u64 },
    /// `trial?after={sequence}`: the same of the camera that is being tried out behind the booth.
    Trial { after: u64 },
    /// `object/{case}/{object}`: stored bytes.
    Object { case: String, object: String },
    /// `clip/{case}/{object}?t={milliseconds}`: a picture of a video.
    ClipPicture {
        case: String,
        object: String,
        at_ms: u64,
    },
    /// `page/{case}/{object}/{n}?w={pixels}`: a page of a document, from 0.
    Page {
        case: String,
        object: String,
        page: u32,
        width: u32,
    },
}

/// How wide a page is drawn when the address does not say, and the widest it is drawn: twice a large screen's height.
const PAGE_WIDTH: u64 = 1200;
const WIDEST_PAGE: u64 = 3000;

impl Asked {
    /// Reads an address. `None`: it names nothing we have.
    pub(super) fn read(uri: &Uri) -> Option<Self> {
        let path = uri.path().strip_prefix('/')?;
        if path == "trial" {
            let after = number(uri, "after").unwrap_or(Some(0))?;
            return Some(Self::Trial { after });
        }
        let mut parts = path.split('/');
        let asked = match (parts.next()?, parts.next()?, parts.next()) {
            ("preview", role, None) => Self::Preview {
                role: role_named(role)?,
                after: number(uri, "after").unwrap_or(Some(0))?,
            },
            ("object", case, Some(object)) => Self::Object {
                case: name(case)?,
                object: name(object)?,
            },
            ("clip", case, Some(object)) => Self::ClipPicture {
                case: name(case)?,
                object: name(object)?,
                at_ms: number(uri, "t").unwrap_or(Some(0))?,
            },
            ("page", case, Some(object)) => Self::Page {
                case: name(case)?,
                object: name(object)?,
                page: parts.next()?.parse().ok()?,
                width: u32::try_from(
                    number(uri, "w")
                        .unwrap_or(Some(PAGE_WIDTH))?
                        .clamp(1, WIDEST_PAGE),
                )
                .ok()?,
            },
            _ => return None,
        };
        parts.next().is_none().then_some(asked)
    }
}

fn role_named(word: &str) -> Option<Role> {
    serde_json::from_value(word.into()).ok()
}

/// Names of cases and objects are letters, digits and `-`: nothing that could lead out of the store.
fn name(text: &str) -> Option<String> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (!text.is_empty() && text.len() <= 128 && text.bytes().all(plain)).then(|| text.to_owned())
}

/// The number called `key` in the query: `None` if it is not there, `Some(None)` if it is no number.
fn number(uri: &Uri, key: &str) -> Option<Option<u64>> {
    let pairs = uri.query()?.split('&').filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.into_iter().find(|(name, _)| *name == key)?;
    Some(value.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(address: &str, expected: Option<Asked>) {
        let uri: Uri = address.parse().expect("an address");
        assert_eq!(Asked::read(&uri), expected, "{address}");
    }

    #[test]
    fn a_pull_names_the_role_and_the_last_picture_seen() {
        let front = |after| {
            Some(Asked::Preview {
                role: Role::Front,
                after,
            })
        };
        check("cam://localhost/preview/front?after=41", front(41));
        check("cam://localhost/preview/front", front(0));
        check("cam://localhost/preview/front?x=1&after=7", front(7));
        check("http://cam.localhost/preview/front?after=41", front(41));
        check(
            "cam://localhost/preview/video",
            Some(Asked::Preview {
                role: Role::Video,
                after: 0,
            }),
        );
    }

    #[test]
    fn an_address_that_names_nothing_is_not_guessed_at() {
        for address in [
            "cam://localhost/",
            "cam://localhost/preview",
            "cam://localhost/trial/usb",
            "cam://localhost/trial?after=soon",
            "cam://localhost/preview/",
            "cam://localhost/preview/Front",
            "cam://localhost/preview/front/more",
            "cam://localhost/preview/front?after=-1",
            "cam://localhost/preview/front?after=99999999999999999999",
            "cam://localhost/preview/front?after=",
            "cam://localhost/clip/c/o?t=soon",
            "cam://localhost/elsewhere/c/o",
        ] {
            check(address, None);
        }
    }

    #[test]
    fn the_camera_that_is_tried_out_needs_no_name() {
        check("cam://localhost/trial?after=3", Some(Asked::Trial { after: 3 }));
        check("http://cam.localhost/trial", Some(Asked::Trial { after: 0 }));
    }

    #[test]
    fn evidence_is_named_by_case_and_object() {
        let (case, object) = ("0b6f-1".to_owned(), "a9".to_owned());
        check(
            "cam://localhost/object/0b6f-1/a9",
            Some(Asked::Object {
                case: case.clone(),
                object: object.clone(),
            }),
        );
        check(
            "cam://localhost/clip/0b6f-1/a9?t=1500",
            Some(Asked::ClipPicture {
                case,
                object,
                at_ms: 1500,
            }),
        );
    }

    #[test]
    fn no_name_leads_out_of_the_store() {
        for name in [
            "..",
            ".",
            "%2e%2e",
            "a%2Fb",
            "",
            "a.b",
            "caf%C3%A9",
            &"a".repeat(129),
        ] {
            check(&format!("cam://localhost/object/{name}/a"), None);
            check(&format!("cam://localhost/object/a/{name}"), None);
        }
    }

    #[test]
    fn a_page_is_named_by_its_number_and_drawn_no_wider_than_a_screen_needs() {
        let page = |page, width| {
            Some(Asked::Page {
                case: "c".to_owned(),
                object: "o".to_owned(),
                page,
                width,
            })
        };
        check("cam://localhost/page/c/o/0", page(0, 1200));
        check("cam://localhost/page/c/o/11?w=800", page(11, 800));
        check("cam://localhost/page/c/o/1?w=99999999", page(1, 3000));
        for address in [
            "cam://localhost/page/c/o",
            "cam://localhost/page/c/o/first",
            "cam://localhost/page/c/o/-1",
            "cam://localhost/page/c/o/0/more",
            "cam://localhost/page/c/o/0?w=wide",
        ] {
            check(address, None);
        }
    }
}
