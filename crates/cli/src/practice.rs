//! `proofbooth practice`: one whole case, nothing leaves the machine.

use std::time::{Duration, Instant};

use serde_json::json;
use station::view::{CaseView, DocumentView, FieldValue, RequestView, SignIn, UnlockInput};
use station::{
    Biometrics, Booth, CodeMethod, DocumentType, FieldKey, PRACTICE_AGREEMENT, Problem, Role, StartUp, Step,
    practice_person,
};

use crate::after::signing;
use crate::alone;
use crate::arguments::PracticeOptions;
use crate::capture::{COMPARED, picture, request, shown, video};
use crate::delivery;
use crate::output::{Output, Stopwatch};

/// Walks the case with the drawn person and card.
pub async fn run(start_up: StartUp, options: &PracticeOptions, output: &Output) -> Result<(), Problem> {
    // Practice on the command line leaves nothing behind unless it is told where.
    let folder = tempfile::tempdir().map_err(|error| {
        Problem::new(station::Code::StoreFailed, station::TryAgain::Now).because(error.kind().to_string())
    })?;
    let start_up = StartUp {
        practice: true,
        data_dir: start_up.data_dir.or_else(|| Some(folder.path().to_owned())),
        ..start_up
    };
    let booth = Booth::open(alone(start_up)?).await?;
    let began = Instant::now();
    let view = booth.open_case().await?;
    output.line(&format!(
        "Practice case {}: nothing leaves this machine",
        view.code
    ));
    walk(&booth, options, output).await?;
    let view = delivery::deliver(&booth, output).await?;
    delivery::summary(&booth, &view, output);
    after(&booth, &view, output).await?;
    output.line("");
    output.line(&format!("  {:.1} s in all", began.elapsed().as_secs_f64()));
    if let Some(sandbox) = booth.sandbox().filter(|_| options.stay) {
        output.line(&format!("  what arrived: {}   (Ctrl-C ends)", sandbox.page_url()));
        let _ = tokio::signal::ctrl_c().await;
    }
    Ok(())
}

/// The officer's part and the person's, with the sandbox's own officer and phone.
async fn after(booth: &Booth, view: &CaseView, output: &Output) -> Result<(), Problem> {
    let mut watch = Stopwatch::start();
    let RequestView::Known { request_pk, .. } = view.request else {
        return Ok(());
    };
    let Some(practice) = booth.officer().practice else {
        // A server of one's own has officers of its own.
        return Ok(());
    };
    let sign_in = SignIn {
        name: practice.name,
        rao: Some(practice.rao),
        token: Some(practice.token),
        ..SignIn::default()
    };
    booth.officer_sign_in(sign_in).await?;
    booth.desk_open(&view.id).await?;
    booth.approve().await?;
    booth.officer_sign_out();
    output.step(Step::Submitted, watch.lap(), "approved by the practice officer");

    let agreement = PRACTICE_AGREEMENT.to_vec();
    booth.paper_add_bytes("agreement.pdf", agreement).await?;
    booth.papers_upload().await?;
    output.step(Step::Documents, watch.lap(), "1 document");

    let view = booth.contract_fetch().await?;
    for object in signing::unread(&view) {
        booth.mark_read(&object).await?;
    }
    output.step(Step::Reading, watch.lap(), "contract and agreement");

    booth.code_request(CodeMethod::Sms).await?;
    let code = booth
        .sandbox()
        .zip(u64::try_from(request_pk).ok())
        .and_then(|(sandbox, request_pk)| sandbox.otp(request_pk))
        .unwrap_or_default();
    booth.sign(UnlockInput::Code { code }).await?;
    output.step(Step::Code, watch.lap(), "signed");

    let view = booth.signed_fetch().await?;
    let papers = view.signing.map(|signing| signing.papers).unwrap_or_default();
    let verdicts: Vec<_> = papers.iter().filter_map(|paper| paper.signed.as_ref()).collect();
    let told = verdicts
        .iter()
        .map(|signed| signing::verdict(signed))
        .collect::<Vec<_>>();
    output.step(Step::Signed, watch.lap(), &told.join(", "));

    let view = booth.server_delete().await?;
    output.step(Step::Closed, watch.lap(), "nothing is left at the sandbox");
    let deleted_at = view.signing.as_ref().and_then(|signing| signing.deleted_at);
    output.value(&json!({ "case": view.id, "signed": verdicts, "deleted_at": deleted_at }));
    Ok(())
}

async fn walk(booth: &Booth, options: &PracticeOptions, output: &Output) -> Result<(), Problem> {
    let person = practice_person();
    let mut watch = Stopwatch::start();
    let view = booth.start_new("+34600000000", "alma@example.org").await?;
    if let Some(problem) = view.problem {
        return Err(delivery::from_view(problem));
    }
    output.step(Step::Start, watch.lap(), &request(&view));

    let text = booth.consent_text("en");
    booth
        .accept_consent(&text.language, &text.version, Biometrics::Allowed)
        .await?;
    output.step(
        Step::Consent,
        watch.lap(),
        &format!("text {}, {}", text.version, text.language),
    );

    let country = booth.view().await?.home_country;
    booth
        .choose_document(DocumentView {
            kind: DocumentType::IdentityCard,
            country,
        })
        .await?;
    output.step(Step::Document, watch.lap(), "identity card");

    let (_, what) = picture(booth, Role::Front, None).await?;
    output.step(Step::Front, watch.lap(), &what);
    let view = booth.cut_portrait(person.portrait).await?;
    output.step(Step::Portrait, watch.lap(), &shown(&view, Role::Portrait));
    let (_, what) = picture(booth, Role::Rear, None).await?;
    output.step(Step::Rear, watch.lap(), &what);
    let (_, what) = picture(booth, Role::Selfie, None).await?;
    output.step(Step::Selfie, watch.lap(), &what);

    let field = |key, value: &str| FieldValue {
        key,
        value: value.to_owned(),
    };
    let fields = vec![
        field(FieldKey::GivenName, &person.given_name),
        field(FieldKey::FirstSurname, &person.surname_1),
        field(FieldKey::SecondSurname, &person.surname_2),
        field(FieldKey::SerialNumber, &person.serial_number),
    ];
    booth.confirm_fields(fields, "").await?;
    output.step(Step::Fields, watch.lap(), "4 fields");

    let length = Duration::from_secs_f64(options.video_seconds.clamp(2.5, 120.0));
    let (_, what) = video(booth, length, output).await?;
    output.step(Step::Video, watch.lap(), &what);

    booth.faces_compared(COMPARED).await;
    // Nobody looks at anything here, so nothing is vouched for, not even in practice.
    output.step(
        Step::Review,
        watch.lap(),
        "nobody looked: only what was measured is sent",
    );
    Ok(())
}
