//! The commands of the page. Each unpacks, asks the booth, and returns; a file a topic.

mod booth;
mod capture;
mod cases;
mod check;
mod delivery;
mod desk;
mod operator;
mod picture_file;
pub(crate) mod signing;
mod start;

use tauri::Wry;
use tauri::ipc::Invoke;

/// Registers the commands, and lists the names they are registered under.
macro_rules! commands {
    ($($topic:ident: $($name:ident),+;)+) => {
        /// Answers what the page invokes.
        pub(crate) fn handler() -> impl Fn(Invoke<Wry>) -> bool + Send + Sync + 'static {
            tauri::generate_handler![$($($topic::$name),+),+]
        }

        #[cfg(test)]
        const REGISTERED: &[&str] = &[$($(stringify!($name)),+),+];
    };
}

commands! {
    booth: booth_view, booth_unlock, consent_text, cameras_refresh, camera_choose, camera_restart, camera_look, microphone_choose;
    cases: case_open, case_resume, case_current, case_close, case_discard, go_to;
    start: start_new, start_existing, start_defer, start_declare_none, consent_accept, document_choose;
    capture: still_take, capture_use, capture_retake, document_outline, portrait_cut, video_begin, video_end,
        video_next;
    picture_file: still_from_file;
    check: fields_confirm, check_attest, similarity_judge, case_assurance;
    delivery: submit, receipt_save, evidence_purge;
    desk: officer_view, officer_sign_in, officer_sign_out, desk_list, desk_refresh, desk_open, desk_fetch, desk_approve,
        desk_refuse;
    operator: queue_view, queue_send, queue_hand_over, carry_keys, bundle_take_in, audit_page, audit_chain, doctor_examine,
        camera_try;
    signing: status_refresh, papers_pick, paper_remove, papers_upload, contract_fetch, paper_read, code_request, sign,
        signed_fetch, signed_save, signed_print, server_delete;
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::REGISTERED;

    /// What `build.rs` puts under the access-control list.
    const LISTED: &[&str] = &include!("names.rs");

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn what_is_listed_is_what_is_registered() {
        assert_eq!(
            set(LISTED),
            set(REGISTERED),
            "a command outside the list could be called by any page"
        );
        assert_eq!(LISTED.len(), set(LISTED).len(), "no name twice");
    }

    #[test]
    fn the_window_is_granted_the_commands_and_hearing_notices_and_nothing_else() {
        let capability: serde_json::Value =
            serde_json::from_str(include_str!("../capabilities/main.json")).expect("JSON");
        let granted = capability["permissions"].as_array().expect("a list").iter();
        let granted: BTreeSet<&str> = granted.map(|it| it.as_str().expect("a name")).collect();
        let own = LISTED
            .iter()
            .map(|name| format!("allow-{}", name.replace('_', "-")));
        let expected: BTreeSet<String> = own
            .chain(["core:event:allow-listen", "core:event:allow-unlisten"].map(str::to_owned))
            .collect();
        assert_eq!(granted, expected.iter().map(String::as_str).collect());
        assert_eq!(
            capability["windows"],
            serde_json::json!(["main"]),
            "no other window is granted anything"
        );
    }
}
