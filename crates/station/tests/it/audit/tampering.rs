//! Lines that were changed, moved, removed, torn; two programs at once; files that grew.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::sync::Arc;

use evidence::{Code, UtcMillis};
use station::audit::{AuditLog, Broken, Decided, Fault, What, verify_lines};

use super::{BEGAN, case, log, text, words, written};

#[test]
fn the_stored_form_is_this() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = log(folder.path());
    let everything = [
        What::Started {
            version: "0.1.0".to_owned(),
            profile: Some("kiosk".to_owned()),
            settings: "ab".repeat(32),
        },
        What::CaseOpened,
        What::DeliveryStopped {
            code: Code::ServerUnreachable,
        },
        What::DecisionMade {
            decision: Decided::Approved,
        },
    ];
    for (n, what) in everything.into_iter().enumerate() {
        let about = (n > 0).then(case);
        let at = UtcMillis(BEGAN + i64::try_from(n).expect("few"));
        log.append(what, about, at).expect("a line is added");
    }
    insta::assert_snapshot!("audit_log_format_1", text(folder.path()));
    insta::assert_snapshot!(
        "audit_head_format_1",
        fs::read_to_string(folder.path().join("audit.head")).expect("a head")
    );
}

#[test]
fn an_untouched_log_holds() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = written(folder.path(), 20);
    let verdict = log.verify(&[]).expect("it can be read");
    assert_eq!((verdict.entries, verdict.broken, verdict.torn), (20, None, false));
    let kept = verdict.head.expect("it has an end");
    assert_eq!(
        kept.to_string().parse(),
        Ok(kept),
        "it can be written down and typed in"
    );
}

#[test]
fn no_log_at_all_is_no_fault_until_a_head_knows_better() {
    let folder = tempfile::tempdir().expect("a folder");
    assert_eq!(
        log(folder.path()).verify(&[]).expect("nothing to read").broken,
        None
    );
    written(folder.path(), 3);
    fs::remove_file(folder.path().join("audit.log")).expect("removed");
    let broken = log(folder.path())
        .verify(&[])
        .expect("the head can be read")
        .broken;
    assert_eq!(
        broken,
        Some(Broken {
            n: 0,
            fault: Fault::Missing
        })
    );
}

#[test]
fn every_changed_byte_is_found_in_its_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = written(folder.path(), 4);
    let mark = log.verify(&[]).expect("it can be read").head.expect("an end");
    let whole = text(folder.path()).into_bytes();
    for at in 0..whole.len() {
        let mut changed = whole.clone();
        changed[at] ^= 0x01;
        let line = whole[..at].iter().filter(|&&byte| byte == b'\n').count() as u64;
        let broken = verify_lines(&changed, std::slice::from_ref(&mark)).broken;
        assert_eq!(broken.map(|broken| broken.n), Some(line), "byte {at}");
    }
}

#[test]
fn lines_that_were_removed_moved_or_written_anew_are_named() {
    let folder = tempfile::tempdir().expect("a folder");
    written(folder.path(), 5);
    let whole = text(folder.path());
    let lines: Vec<&str> = whole.lines().collect();
    let broken = |order: &[usize]| {
        let changed: String = order.iter().map(|&n| format!("{}\n", lines[n])).collect();
        fs::write(folder.path().join("audit.log"), changed).expect("written");
        log(folder.path()).verify(&[]).expect("it can be read").broken
    };
    let found = |n, fault| Some(Broken { n, fault });
    assert_eq!(broken(&[0, 1, 3, 4]), found(2, Fault::OutOfPlace), "one removed");
    assert_eq!(
        broken(&[0, 2, 1, 3, 4]),
        found(1, Fault::OutOfPlace),
        "two changed places"
    );
    assert_eq!(
        broken(&[1, 2, 3, 4]),
        found(0, Fault::OutOfPlace),
        "the first removed"
    );
    assert_eq!(broken(&[0, 1, 2]), found(3, Fault::Missing), "the end removed");

    let other = tempfile::tempdir().expect("a folder");
    let forged = super::log(other.path());
    for n in 0..6 {
        forged
            .append(What::CaseDiscarded, None, UtcMillis(BEGAN + n))
            .expect("a line");
    }
    fs::copy(other.path().join("audit.log"), folder.path().join("audit.log")).expect("copied");
    assert_eq!(
        log(folder.path()).verify(&[]).expect("it can be read").broken,
        found(4, Fault::NotAsKept),
        "the whole log written anew, but for the head"
    );
}

#[test]
fn a_log_and_head_written_anew_are_found_by_a_head_kept_elsewhere() {
    let folder = tempfile::tempdir().expect("a folder");
    let kept = written(folder.path(), 3)
        .verify(&[])
        .expect("read")
        .head
        .expect("an end");
    for file in ["audit.log", "audit.head"] {
        fs::remove_file(folder.path().join(file)).expect("removed");
    }
    let forged = written(folder.path(), 2);
    assert_eq!(
        forged.verify(&[]).expect("read").broken,
        None,
        "by itself it looks whole"
    );
    let fault = forged.verify(&[kept]).expect("read").broken.expect("found").fault;
    assert_eq!(fault, Fault::Missing);
}

#[test]
fn a_torn_last_line_is_noticed_and_said_and_is_no_fault() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = written(folder.path(), 3);
    OpenOptions::new()
        .append(true)
        .open(folder.path().join("audit.log"))
        .and_then(|mut file| file.write_all(b"{\"at\":17000"))
        .expect("a power cut");
    let verdict = log.verify(&[]).expect("it can be read");
    assert_eq!((verdict.torn, verdict.broken), (true, None));
    log.append(What::CaseResumed, Some(case()), UtcMillis(BEGAN + 9_000))
        .expect("it goes on");
    assert_eq!(words(&log)[3..], ["line_torn", "case_resumed"]);
    let verdict = log.verify(&[]).expect("it can be read");
    assert_eq!((verdict.entries, verdict.torn, verdict.broken), (5, false, None));
}

#[test]
fn a_power_cut_before_the_head_was_written_is_no_fault() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = written(folder.path(), 3);
    let head = fs::read(folder.path().join("audit.head")).expect("a head");
    log.append(What::CaseResumed, Some(case()), UtcMillis(BEGAN + 9_000))
        .expect("a line");
    fs::write(folder.path().join("audit.head"), head).expect("as it was before");
    assert_eq!(log.verify(&[]).expect("it can be read").broken, None);
}

#[test]
fn going_on_does_not_hide_what_was_removed() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = written(folder.path(), 5);
    let whole = text(folder.path());
    let shortened: String = whole.lines().take(2).map(|line| format!("{line}\n")).collect();
    fs::write(folder.path().join("audit.log"), shortened).expect("written");
    log.append(What::CaseResumed, Some(case()), UtcMillis(BEGAN + 9_000))
        .expect("the booth goes on");
    assert_eq!(words(&log)[2..], ["log_shortened", "case_resumed"]);
    let broken = log.verify(&[]).expect("it can be read").broken;
    assert_eq!(
        broken,
        Some(Broken {
            n: 2,
            fault: Fault::Noticed
        })
    );

    fs::remove_file(folder.path().join("audit.head")).expect("removed");
    assert!(
        log.verify(&[]).expect("it can be read").broken.is_some(),
        "nor does removing the head"
    );
}

#[test]
fn a_damaged_last_line_stops_nothing_and_stays_visible() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = written(folder.path(), 3);
    let damaged = text(folder.path()).replace("\"n\":2", "\"n\":7");
    fs::write(folder.path().join("audit.log"), damaged).expect("written");
    log.append(What::CaseResumed, Some(case()), UtcMillis(BEGAN + 9_000))
        .expect("the booth goes on");
    let broken = log.verify(&[]).expect("it can be read").broken;
    assert_eq!(
        broken,
        Some(Broken {
            n: 2,
            fault: Fault::Changed
        })
    );
}

#[test]
fn a_removed_head_is_noticed() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = written(folder.path(), 3);
    fs::remove_file(folder.path().join("audit.head")).expect("removed");
    let broken = log.verify(&[]).expect("it can be read").broken;
    assert_eq!(
        broken,
        Some(Broken {
            n: 2,
            fault: Fault::NoHead
        })
    );
}

#[test]
fn a_clock_that_was_set_back_is_said_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = written(folder.path(), 3);
    for at in [BEGAN - 60_000, BEGAN - 59_000] {
        log.append(What::CaseResumed, Some(case()), UtcMillis(at))
            .expect("a line");
    }
    assert_eq!(
        words(&log)[3..],
        ["clock_set_back", "case_resumed", "case_resumed"]
    );
    let entries = log.entries().expect("it can be read");
    assert_eq!(entries[3].details["by_ms"], "62000");
}

#[test]
fn the_chain_goes_on_through_all_its_files() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = log(folder.path()).with_files_of(2_000);
    for n in 0..40 {
        log.append(What::CaseOpened, Some(case()), UtcMillis(BEGAN + n))
            .expect("a line");
    }
    assert!(folder.path().join("audit.2.log").exists(), "it has grown");
    let verdict = log.verify(&[]).expect("it can be read");
    assert_eq!((verdict.entries, verdict.broken), (40, None));
    assert_eq!(words(&log).len(), 40);

    // The power went between the renaming and the new file.
    fs::rename(
        folder.path().join("audit.log"),
        folder.path().join("audit.99.log"),
    )
    .expect("renamed");
    log.append(What::CaseResumed, Some(case()), UtcMillis(BEGAN + 99))
        .expect("it goes on");
    assert_eq!(log.verify(&[]).expect("it can be read").entries, 41);

    fs::remove_file(folder.path().join("audit.2.log")).expect("removed");
    let fault = log
        .verify(&[])
        .expect("it can be read")
        .broken
        .expect("found")
        .fault;
    assert_eq!(fault, Fault::OutOfPlace, "a file in the middle was removed");
}

#[test]
fn two_programs_write_one_chain() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = Arc::new(folder.path().join("audit.log"));
    let writers: Vec<_> = (0..4)
        .map(|_| {
            let path = Arc::clone(&path);
            std::thread::spawn(move || {
                // Each with a log of its own, as programs have; the lock is the file's.
                let log = AuditLog::beside_its_head(path.to_path_buf());
                for n in 0..10 {
                    log.append(What::CaseOpened, Some(case()), UtcMillis(BEGAN + n))
                        .expect("a line");
                }
            })
        })
        .collect();
    for writer in writers {
        writer.join().expect("it wrote");
    }
    let verdict = log(folder.path()).verify(&[]).expect("it can be read");
    assert_eq!((verdict.entries, verdict.broken), (40, None));
}

#[test]
fn a_log_of_anything_at_all_gets_a_verdict() {
    for garbage in [
        &b""[..],
        b"\n",
        b"{}",
        b"{}\n",
        b"[1]\n\n",
        b"\xff\xfe\n{\n",
        b"null\n",
    ] {
        let verdict = verify_lines(garbage, &[]);
        assert_eq!(verdict.entries, 0);
    }
}
