use super::*;

fn settings(text: &str) -> Settings {
    Settings::parse(text).expect("settings")
}

fn found(settings: &Settings) -> Sounds {
    let (sender, _) = broadcast::channel(8);
    Sounds::find(settings, sender)
}

#[test]
fn sound_is_off_until_the_settings_want_it() {
    let sounds = found(&settings("practice = true\n"));
    assert!(!sounds.wanted() && sounds.trouble().is_none());
    assert_eq!((sounds.choice(), sounds.chosen()), (None, None));
}

#[test]
fn practice_has_something_that_stands_in_for_a_microphone() {
    let sounds = found(&settings("practice = true\n[recording]\nsound = true\n"));
    assert_eq!(sounds.chosen().as_deref(), Some("clip:generated"));
    assert!(sounds.trouble().is_none());
}

#[test]
fn a_microphone_that_is_not_there_is_told_and_no_other_is_taken_for_it() {
    let text =
        "practice = true\n[recording]\nsound = true\nmicrophone = \"mic:alsa:plughw:CARD=Gone,DEV=0\"\n";
    let problem = found(&settings(text)).trouble().expect("a problem");
    let expected = if sound::BUILT_IN {
        Code::MicrophoneNone
    } else {
        Code::SoundNotBuilt
    };
    assert_eq!(problem.code, expected);
}

#[tokio::test]
async fn a_replay_is_no_microphone_outside_practice() {
    let text = "[recording]\nsound = true\nmicrophone = \"Cargo.toml\"\n";
    let heard = found(&settings(text)).hear().await.expect("sound is wanted");
    assert!(heard.feed.is_none());
    assert_eq!(heard.facts.with(None).failed, Some(Code::SyntheticRefused));
}

#[tokio::test]
async fn the_level_is_told_and_a_microphone_nobody_wants_is_given_back() {
    let (sender, mut told) = broadcast::channel(8);
    let sounds = Sounds::find(&settings("practice = true\n[recording]\nsound = true\n"), sender);
    let heard = sounds.hear().await.expect("sound is wanted");
    assert!(heard.feed.is_some());
    tokio::time::sleep(Duration::from_millis(300)).await;
    sounds.tell_level().await;
    let Ok(Notice::Sound { sound }) = told.recv().await else {
        panic!("no level")
    };
    assert!(sound.problem.is_none());
    assert!((sound.peak_dbfs + 20.0).abs() < 1.0, "{sound:?}");
    let past = Instant::now()
        .checked_sub(IDLE * 2)
        .expect("the machine has been up for a while");
    sounds.lent.lock().await.as_mut().expect("it is open").last_wanted = past;
    sounds.tell_level().await;
    assert!(sounds.lent.lock().await.is_some(), "a recording has it");
    drop(heard);
    sounds.tell_level().await;
    assert!(sounds.lent.lock().await.is_none());
}
