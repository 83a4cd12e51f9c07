//! The log as the window reads it.

use station::audit::What;
use station::view::AuditKind;

use crate::rehearsal::Rehearsal;

#[tokio::test(flavor = "multi_thread")]
async fn the_log_is_read_from_its_end_a_page_at_a_time_and_by_what_it_is_about() {
    let rehearsal = Rehearsal::new().await;
    let log = rehearsal
        .settings
        .audit_log()
        .expect("a place")
        .with_files_of(4_000);
    for at in 0..130 {
        log.append(What::OfficerSignedOut, None, evidence::UtcMillis(at))
            .expect("a line");
    }
    rehearsal.begun().await;

    let mut before = None;
    let mut numbers = Vec::new();
    loop {
        let page = rehearsal.booth.audit_page(before, None).await.expect("read");
        numbers.extend(page.entries.iter().map(|entry| entry.n));
        before = page.entries.last().map(|entry| entry.n);
        if !page.more {
            break;
        }
    }
    let newest = numbers[0];
    assert!(newest >= 131, "{newest}");
    assert!(
        numbers.iter().copied().eq((0..=newest).rev()),
        "each line once, the newest first, through all files: {numbers:?}"
    );

    let cases = rehearsal
        .booth
        .audit_page(None, Some(AuditKind::Cases))
        .await
        .expect("read");
    let what: Vec<&str> = cases.entries.iter().map(|entry| entry.what.as_str()).collect();
    assert_eq!(what, ["case_opened"]);
    assert!(cases.entries[0].code.is_some() && !cases.more);

    let chain = rehearsal.booth.audit_chain().await.expect("read");
    assert_eq!((chain.entries, chain.broken_at), (newest + 1, None));
    assert!(chain.holds_until.is_some() && chain.head.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_line_is_told_with_its_number() {
    let rehearsal = Rehearsal::new().await;
    rehearsal.begun().await;
    let folder = rehearsal.settings.data_dir.clone().expect("a folder");
    let file = folder.join("practice-audit.log");
    let text = std::fs::read_to_string(&file).expect("a log");
    std::fs::write(&file, text.replace("case_opened", "case_signed")).expect("written");
    let chain = rehearsal.booth.audit_chain().await.expect("read");
    assert_eq!((chain.broken_at, chain.holds_until), (Some(1), None), "{chain:?}");
    assert_eq!(chain.entries, 1, "what is before it holds");
}
