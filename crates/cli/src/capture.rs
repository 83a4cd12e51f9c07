//! `proofbooth capture`: a case from files or a camera.

use std::path::Path;
use std::time::Duration;

use serde_json::json;
use station::view::{
    CaseView, ChallengeState, ChallengeView, DocumentView, FieldValue, Notice, PromptView, RequestView,
};
use station::{Biometrics, Booth, Code, Problem, Prompt, Role, Step, TryAgain};
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

use crate::arguments::CaptureOptions;
use crate::delivery;
use crate::output::{Output, Stopwatch, describe};
use crate::words::key;

/// How long a comparison of faces is waited for.
pub const COMPARED: Duration = Duration::from_secs(30);
/// How long a script is waited for: more than all its prompts have together.
const ASKED: Duration = Duration::from_mins(3);
/// Larger files are no pictures of a document.
const LARGEST_PICTURE: u64 = 50 * 1024 * 1024;

/// Walks the case as far as the options go.
pub async fn run(booth: &Booth, options: &CaptureOptions, output: &Output) -> Result<(), Problem> {
    if options.show_consent {
        let text = booth.consent_text(options.consented.as_deref().unwrap_or("en"));
        output.value(&json!(text));
        for paragraph in &text.paragraphs {
            output.line(&format!("{paragraph}\n"));
        }
        output.line(&format!("{}\n{}", text.terms_url, text.privacy_url));
        return Ok(());
    }
    let view = booth.open_case().await?;
    output.line(&format!("case {}  {}", view.code, view.id));
    let walked = walk(booth, options, output).await;
    if let Err(problem) = walked {
        // The case is kept: what was captured is not lost to a wrong option.
        output.line(&format!("  the case is kept: proofbooth status {}", view.code));
        return Err(problem);
    }
    if options.submit {
        let view = delivery::deliver(booth, output).await?;
        delivery::summary(booth, &view, output);
    } else {
        output.line(&format!("  ready: proofbooth submit {}", view.code));
        output.value(&json!({ "case": view.id, "code": view.code, "step": "review" }));
    }
    Ok(())
}

async fn walk(booth: &Booth, options: &CaptureOptions, output: &Output) -> Result<(), Problem> {
    let mut watch = Stopwatch::start();
    let view = start(booth, options).await?;
    output.step(Step::Start, watch.lap(), &request(&view));

    let text = booth.consent_text(options.consented.as_deref().unwrap_or_default());
    let biometrics = if options.biometrics {
        Biometrics::Allowed
    } else {
        Biometrics::Refused
    };
    booth
        .accept_consent(&text.language, &text.version, biometrics)
        .await?;
    output.step(
        Step::Consent,
        watch.lap(),
        &format!("text {}, {}", text.version, text.language),
    );

    let country = match &options.country {
        Some(country) => country.clone(),
        None => booth.view().await?.home_country,
    };
    let document = DocumentView {
        kind: options.document.into(),
        country,
    };
    let mut view = booth.choose_document(document).await?;
    output.step(Step::Document, watch.lap(), "");

    loop {
        let step = view.step;
        let (after, what) = match step {
            Step::Front => picture(booth, Role::Front, options.front.as_deref()).await?,
            Step::Rear => picture(booth, Role::Rear, options.rear.as_deref()).await?,
            Step::Selfie => picture(booth, Role::Selfie, options.selfie.as_deref()).await?,
            Step::Portrait => {
                let crop = options
                    .portrait
                    .ok_or_else(|| Problem::new(Code::CropOutside, TryAgain::AfterChange))?;
                let view = booth.cut_portrait(crop).await?;
                let what = shown(&view, Role::Portrait);
                (view, what)
            }
            Step::Fields => {
                let values = options.fields.iter().map(|(key, value)| FieldValue {
                    key: *key,
                    value: value.clone(),
                });
                (booth.confirm_fields(values.collect(), "").await?, String::new())
            }
            Step::Video => {
                video(
                    booth,
                    Duration::from_secs_f64(options.video_seconds.clamp(0.5, 600.0)),
                    output,
                )
                .await?
            }
            _ => break,
        };
        output.step(step, watch.lap(), &what);
        view = after;
    }
    judge(booth, options).await?;
    output.step(Step::Review, watch.lap(), "");
    Ok(())
}

async fn start(booth: &Booth, options: &CaptureOptions) -> Result<CaseView, Problem> {
    let view = match (
        options.request_pk,
        options.videoid_pk,
        &options.phone,
        &options.email,
    ) {
        (Some(request_pk), Some(videoid_pk), ..) => booth.start_existing(request_pk, videoid_pk).await?,
        (_, _, Some(phone), Some(email)) => booth.start_new(phone, email).await?,
        _ => {
            return Err(Problem::new(Code::FieldWrong, TryAgain::AfterChange)
                .because("either --phone and --email, or --request-pk and --videoid-pk"));
        }
    };
    match view.problem.clone() {
        None => Ok(view),
        Some(problem) if options.offline && problem.code != Code::RequestUncertain => {
            booth.start_defer().await
        }
        Some(problem) => Err(delivery::from_view(problem)),
    }
}

/// A picture from a file or from the step's camera, used at once.
pub async fn picture(booth: &Booth, role: Role, file: Option<&Path>) -> Result<(CaseView, String), Problem> {
    match file {
        Some(path) => booth.add_picture(read(path).await?).await?,
        None => booth.take_still().await?,
    };
    let view = booth.use_capture().await?;
    let what = shown(&view, role);
    Ok((view, what))
}

/// A video of the given length from the step's camera, or as long as its script takes; used at once.
pub async fn video(booth: &Booth, length: Duration, output: &Output) -> Result<(CaseView, String), Problem> {
    let notices = booth.notices();
    booth.begin_video().await?;
    let recorded = async {
        output.wait("recording", length).await;
        booth.script_over(ASKED).await;
    };
    tokio::select! {
        () = recorded => {}
        () = say_what_is_asked(notices, output) => {}
    }
    let answer = booth
        .end_video()
        .await?
        .capture
        .and_then(|capture| capture.challenge);
    let view = booth.use_capture().await?;
    let mut what = shown(&view, Role::Video);
    if let Some(answer) = answer {
        let verdict = match answer.passed {
            Some(true) => "passed",
            Some(false) => "failed",
            None => "unseen",
        };
        what = format!("{what}. {}", output.words.answer(verdict));
    }
    Ok((view, what))
}

/// Tells the person before the camera what to do, for as long as it is listened to.
async fn say_what_is_asked(mut notices: broadcast::Receiver<Notice>, output: &Output) {
    let mut said = String::new();
    loop {
        let text = match notices.recv().await {
            Ok(Notice::Challenge { challenge }) => of_challenge(&challenge, output).to_owned(),
            // How movements stand is told by the challenge.
            Ok(Notice::Prompt { prompt }) if prompt.prompt != Some(Prompt::Movements) => {
                of_prompt(&prompt, output)
            }
            // What was missed is told again.
            Ok(_) | Err(RecvError::Lagged(_)) => continue,
            Err(RecvError::Closed) => return std::future::pending().await,
        };
        if text != said {
            output.line(&format!("      {text}"));
            said = text;
        }
    }
}

fn of_challenge<'a>(challenge: &ChallengeView, output: &'a Output) -> &'a str {
    let asked = challenge.motion.filter(|_| !challenge.straighten);
    match (challenge.state, asked) {
        (ChallengeState::Asking, Some(motion)) => output.words.motion(motion),
        (ChallengeState::Asking, None) => output.words.challenge("straighten"),
        (ChallengeState::Waiting, _) => output.words.challenge("waiting"),
        (ChallengeState::Passed, _) => output.words.challenge("passed"),
        (ChallengeState::Failed, _) => output.words.challenge("failed"),
        (ChallengeState::Off, _) => output.words.challenge("off"),
    }
}

fn of_prompt(view: &PromptView, output: &Output) -> String {
    let (Some(prompt), None) = (view.prompt, view.end) else {
        let word = view.end.map_or_else(|| "over".to_owned(), |end| key(&end));
        return output.words.prompt_end(&word).to_owned();
    };
    let digits: Vec<String> = view
        .digits
        .iter()
        .flat_map(|text| text.chars())
        .map(String::from)
        .collect();
    let text = format!("{} {}", output.words.prompt(prompt), digits.join(" "));
    format!("{} / {}  {}", view.number + 1, view.of, text.trim_end())
}

async fn judge(booth: &Booth, options: &CaptureOptions) -> Result<(), Problem> {
    booth.faces_compared(COMPARED).await;
    let operator = options.operator.as_deref().unwrap_or_default();
    for &(check, passed) in &options.attestations {
        booth.attest(check, Some(passed), operator).await?;
    }
    if let Some(likeness) = options.similarity {
        booth.judge_similarity(Some(likeness.into()), operator).await?;
    }
    Ok(())
}

async fn read(path: &Path) -> Result<Vec<u8>, Problem> {
    let unreadable = |why: String| Problem::new(Code::PictureUnreadable, TryAgain::AfterChange).because(why);
    let metadata = tokio::fs::metadata(path)
        .await
        .map_err(|error| unreadable(error.kind().to_string()))?;
    if metadata.len() > LARGEST_PICTURE {
        return Err(unreadable(format!(
            "{} bytes are too many for a picture",
            metadata.len()
        )));
    }
    tokio::fs::read(path)
        .await
        .map_err(|error| unreadable(error.kind().to_string()))
}

/// What there is now of `role`.
pub fn shown(view: &CaseView, role: Role) -> String {
    view.exhibits
        .iter()
        .find(|exhibit| exhibit.role == role)
        .map(describe)
        .unwrap_or_default()
}

/// What is known of the request.
pub fn request(view: &CaseView) -> String {
    match view.request {
        RequestView::Known {
            request_pk,
            videoid_pk,
        } => format!("request {request_pk}, videoid {videoid_pk}"),
        _ => "the request is created on submission".to_owned(),
    }
}
