//! A chain tells every change but the loss of its newest end, which its head tells.

use std::collections::BTreeMap;

use evidence::UtcMillis;
use proptest::prelude::*;
use seal::{Broken, Chain, Entry, Why, verify};

fn chain(length: u64) -> (Vec<Entry>, Chain) {
    let mut chain = Chain::new("audit of booth 3");
    let entries = (0..length).map(|n| {
        let data = BTreeMap::from([("case".to_owned(), format!("{n}"))]);
        chain.append(i64::try_from(n).ok().map(UtcMillis), "case_opened", data)
    });
    (entries.collect(), chain)
}

#[test]
fn a_chain_goes_on_from_its_head() {
    let (mut entries, chain) = chain(3);
    let mut later = Chain::resume(chain.head().clone());
    entries.push(later.append(None, "case_closed", BTreeMap::new()));
    assert_eq!(verify("audit of booth 3", &entries), Ok(later.head().clone()));
    assert_eq!(later.head().length, 4);
}

#[test]
fn the_entries_of_another_chain_do_not_fit() {
    let (entries, _) = chain(2);
    let broken = verify("audit of booth 4", &entries).expect_err("another booth's");
    assert_eq!(
        broken,
        Broken {
            n: 0,
            why: Why::Previous
        }
    );
    assert_eq!(broken.to_string(), "entry 0 does not follow the one before it");
}

#[test]
fn an_entry_is_stored_as_it_was() {
    insta::assert_json_snapshot!(chain(2).0);
}

proptest! {
    #[test]
    fn whatever_is_changed_is_told_where_it_is(length in 1..12_u64, place: prop::sample::Index, kind in 0..6) {
        let (good, whole) = chain(length);
        let at = place.index(good.len());
        let mut entries = good.clone();
        match kind {
            0 => entries[at].at = Some(UtcMillis(-1)),
            1 => entries[at].what.push('x'),
            2 => { entries[at].data.insert("more".into(), String::new()); }
            3 => entries.swap(at, 0),
            4 => entries.insert(at, good[at].clone()),
            _ => { entries.remove(at); }
        }
        match verify("audit of booth 3", &entries) {
            Ok(head) => prop_assert!(
                entries == good || (head != *whole.head() && entries == good[..good.len() - 1]),
                "only the loss of the last entry is left to the head"
            ),
            Err(broken) => {
                let first = entries.iter().zip(&good).position(|(now, then)| now != then);
                prop_assert_eq!(usize::try_from(broken.n).ok(), first.or(Some(good.len())));
            }
        }
    }

    #[test]
    fn one_who_rewrites_an_entry_has_to_rewrite_all_after_it(length in 2..12_u64, place: prop::sample::Index) {
        let (good, _) = chain(length);
        let at = place.index(good.len() - 1);
        let mut forger = Chain::new("audit of booth 3");
        for entry in &good[..at] {
            forger.follow(entry).expect("unchanged");
        }
        let mut entries = good.clone();
        entries[at] = forger.append(None, "nothing", BTreeMap::new());
        let broken = verify("audit of booth 3", &entries).expect_err("forged");
        prop_assert_eq!(broken, Broken { n: at as u64 + 1, why: Why::Previous });
    }
}
