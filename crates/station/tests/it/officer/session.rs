//! Who is signed in, for how long, and what is kept of them.

use std::time::Duration;

use evidence::Step;
use station::credentials::{Credential, Source};
use station::view::SignIn;

use super::{AtDesk, Generation, booth_at, sandbox, with_password, with_token};
use crate::rehearsal::{Rehearsal, code};

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_takes_the_officers_case_off_the_screen() {
    let desk = AtDesk::submitted(Generation::Current).await;
    let booth = &desk.rehearsal.booth;
    desk.signed_in().await;
    booth.desk_open(&desk.view.id).await.expect("opened");
    assert_eq!(booth.officer_sign_out().officer, None);
    assert_eq!(
        code(booth.desk_open(&desk.view.id).await),
        "officer_not_signed_in"
    );
    assert_eq!(code(booth.desk_refresh().await), "officer_not_signed_in");
    for _ in 0..200 {
        if booth.current_case().await.is_none() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the evidence is still on the screen");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_or_wrong_is_said_before_anything_is_decided() {
    let sandbox = sandbox().await;
    for generation in Generation::BOTH {
        let rehearsal = booth_at(&sandbox, generation, "139", |_| {}).await;
        let booth = &rehearsal.booth;
        let nameless = with_token(" ", &sandbox);
        assert_eq!(code(booth.officer_sign_in(nameless).await), "officer_incomplete");
        let without_pin = with_password("");
        assert_eq!(
            code(booth.officer_sign_in(without_pin).await),
            "officer_incomplete"
        );
        let stranger = SignIn {
            token: Some("14185cd9-c6ec-30f4-9f59-a844a77bc234".to_owned()),
            ..with_token("R. Vidal", &sandbox)
        };
        assert_eq!(
            code(booth.officer_sign_in(stranger).await),
            "officer_refused",
            "{generation:?}"
        );
        assert_eq!(booth.officer().officer, None);
        let known = with_token("R. Vidal", &sandbox);
        let view = booth.officer_sign_in(known).await.expect("the token is good");
        assert_eq!(view.officer.expect("signed in").name, "R. Vidal");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_booth_without_a_desk_lets_nobody_in() {
    let rehearsal = Rehearsal::with(|settings| settings.officer.desk = false).await;
    let booth = &rehearsal.booth;
    assert_eq!(
        code(booth.officer_sign_in(with_password("p1n")).await),
        "settings_wrong"
    );
    assert!(!booth.officer().desk);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_officer_is_remembered_where_the_settings_say_so() {
    let sandbox = sandbox().await;
    let rehearsal = booth_at(&sandbox, Generation::Current, "139", |settings| {
        settings.officer.remember = true;
    })
    .await;
    let remember = SignIn {
        remember: true,
        ..with_token("R. Vidal", &sandbox)
    };
    let view = rehearsal
        .booth
        .officer_sign_in(remember)
        .await
        .expect("signed in");
    assert_eq!(view.remembered.as_deref(), Some("R. Vidal"));

    let again = rehearsal.again().await;
    assert_eq!(
        again.booth.officer().officer,
        None,
        "a restart signs everybody out"
    );
    let remembered = SignIn {
        remembered: true,
        ..SignIn::default()
    };
    let view = again.booth.officer_sign_in(remembered).await.expect("signed in");
    let officer = view.officer.expect("signed in");
    assert_eq!(
        (officer.name.as_str(), officer.rao.as_deref()),
        ("R. Vidal", Some("1400"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kiosk_remembers_nobody_and_offers_nobody() {
    let sandbox = sandbox().await;
    let secrets = Source::in_memory([]);
    let at = |kiosk: bool| {
        let secrets = secrets.clone();
        booth_at(&sandbox, Generation::Current, "139", move |settings| {
            settings.officer.remember = true;
            settings.kiosk = kiosk;
            settings.secrets = secrets;
        })
    };
    let remember = SignIn {
        remember: true,
        ..with_token("R. Vidal", &sandbox)
    };
    let kiosk = at(true).await;
    let view = kiosk
        .booth
        .officer_sign_in(remember.clone())
        .await
        .expect("signed in");
    assert_eq!((view.can_remember, view.remembered), (false, None));
    let held = kiosk.settings.credentials().list().await.expect("the store");
    assert_eq!(held, [], "nothing was kept");

    // Somebody was remembered while the machine was no kiosk.
    let office = at(false).await;
    office.booth.officer_sign_in(remember).await.expect("signed in");
    let kiosk = at(true).await;
    assert_eq!(kiosk.booth.officer().remembered, None);
    let remembered = SignIn {
        remembered: true,
        ..SignIn::default()
    };
    assert_eq!(
        code(kiosk.booth.officer_sign_in(remembered).await),
        "officer_incomplete"
    );
    let kept = kiosk.settings.credentials().get(&Credential::OfficerToken).await;
    assert!(
        kept.expect("the store").is_some(),
        "it is there, and was not used"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approved_case_stays_when_the_officer_leaves() {
    let desk = AtDesk::submitted(Generation::Current).await;
    let booth = &desk.rehearsal.booth;
    desk.signed_in().await;
    booth.desk_open(&desk.view.id).await.expect("opened");
    booth.approve().await.expect("approved");
    booth.officer_sign_out();
    let view = booth.current_case().await.expect("the person goes on with it");
    assert_eq!(view.step, Step::Documents);
}
