//! A person's way through a case, screen by screen.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};

use crate::page::Page;
use crate::stage::Stage;

/// Who is enrolled in these tests: the person drawn on the practice card.
pub const PERSON: [(&str, &str, &str); 6] = [
    // the page's field, the API's field, what the person says
    ("given_name", "given_name", "Alma"),
    ("first_surname", "surname_1", "Sample"),
    ("second_surname", "surname_2", "Muestra"),
    ("serial_number", "serial_number", "U0427315A"),
    ("mobile_phone", "mobile_phone_number", "+34600000000"),
    ("email", "email", "alma@example.org"),
];
/// The number of the phone, as the person types it.
pub const PHONE: &str = "+34 600 000 000";
pub const EMAIL: &str = "alma@example.org";
/// The shortest video that is kept, and a little.
pub const SHORT: Duration = Duration::from_millis(2600);
/// Who vouches at the review.
pub const OPERATOR: &str = "R. Okoye";

/// What a person saw on the way.
#[derive(Default)]
pub struct Seen {
    /// SHA-256 of each picture as it was shown: front, rear, selfie.
    pub pictures: Vec<(&'static str, String)>,
    /// Between pressing "begin" and pressing "end".
    pub recorded: Duration,
}

/// Walks through screens; keeps a picture of each if told to.
pub struct Walk<'a> {
    page: &'a Page,
    shots: Option<BTreeSet<String>>,
}

impl<'a> Walk<'a> {
    /// A walk without pictures.
    pub fn new(stage: &'a Stage) -> Self {
        Self {
            page: &stage.page,
            shots: None,
        }
    }

    /// A walk that keeps a picture of every screen.
    pub fn with_shots(stage: &'a Stage) -> Self {
        stage.page.forget_shots();
        Self {
            page: &stage.page,
            shots: Some(BTreeSet::new()),
        }
    }

    /// Keeps a picture of the screen, numbered in the order of the walk.
    pub async fn shot(&mut self, name: &str) -> anyhow::Result<()> {
        if let Some(taken) = &mut self.shots {
            ensure!(taken.insert(name.to_owned()), "two screens are called {name}");
            self.page.shot(&format!("{:02}-{name}", taken.len())).await?;
        }
        Ok(())
    }

    /// From the first screen to the first question.
    pub async fn open(&mut self) -> anyhow::Result<()> {
        self.page.step("home").await?;
        self.shot("home").await?;
        self.page.press("new-case").await?;
        self.page.step("start").await
    }

    /// Asks the server for a request.
    pub async fn start(&mut self) -> anyhow::Result<()> {
        self.page.fill("mobile_phone", PHONE).await?;
        self.page.fill("email", EMAIL).await?;
        self.shot("start").await?;
        self.page.press("start-new").await
    }

    /// Consent and document.
    pub async fn agree(&mut self, kind: &str) -> anyhow::Result<()> {
        self.page.step("consent").await?;
        self.page
            .press_where("biometrics", "[data-value='allowed']")
            .await?;
        self.page.press("consent-check").await?;
        self.shot("consent").await?;
        self.page.press("accept").await?;
        self.page.step("document").await?;
        self.page
            .press_where("document-kind", &format!("[data-value='{kind}']"))
            .await?;
        self.shot("document").await?;
        self.page.press("document-next").await
    }

    /// Takes and uses a picture.
    pub async fn still(&mut self, role: &'static str, seen: &mut Seen) -> anyhow::Result<()> {
        self.page.step(role).await?;
        self.page.live().await?;
        self.shot(role).await?;
        self.page.press("take").await?;
        self.page.wait("[data-action='use']").await?;
        seen.pictures.push((role, self.page.shown_picture().await?));
        self.shot(&format!("{role}-taken")).await?;
        self.page.press("use").await
    }

    /// Uses the rectangle that is offered.
    pub async fn portrait(&mut self) -> anyhow::Result<()> {
        self.page.step("portrait").await?;
        self.page.wait("[data-testid='crop']").await?;
        self.shot("portrait").await?;
        self.page.press("portrait-use").await
    }

    /// Says who the person is.
    pub async fn fields(&mut self) -> anyhow::Result<()> {
        self.page.step("fields").await?;
        for (field, _, value) in PERSON {
            if self.page.shows(&format!("[data-field='{field}']")).await? {
                self.page.fill(field, value).await?;
            }
        }
        self.shot("fields").await?;
        self.page.press("fields-confirm").await
    }

    /// Records for about `length`, looks at what was recorded, and uses it.
    pub async fn video(&mut self, length: Duration, seen: &mut Seen) -> anyhow::Result<()> {
        self.page.step("video").await?;
        self.page.live().await?;
        // The page's own clock, so that WebDriver's way to it does not count.
        let clock = "window.pressed = {};
             document.addEventListener('click', (event) => {
               const button = event.target.closest?.('[data-action]');
               if (button) window.pressed[button.dataset.action] = performance.now();
             }, true);";
        self.page.client.execute(clock, vec![]).await?;
        self.shot("video").await?;
        self.page.press("video-begin").await?;
        self.page.wait("[data-action='video-end']").await?;
        tokio::time::sleep(length / 2).await;
        self.shot("video-recording").await?;
        tokio::time::sleep(length / 2).await;
        self.page.press("video-end").await?;
        self.page.wait("[data-action='use']").await?;
        let between = "return window.pressed['video-end'] - window.pressed['video-begin']";
        let between = self.page.client.execute(between, vec![]).await?;
        seen.recorded =
            Duration::from_secs_f64(between.as_f64().context("both buttons were pressed")? / 1000.0);
        self.shot("video-taken").await?;
        self.page.press("use").await
    }

    /// From the document to the review.
    pub async fn capture(&mut self, length: Duration) -> anyhow::Result<Seen> {
        let mut seen = Seen::default();
        self.agree("identity_card").await?;
        self.still("front", &mut seen).await?;
        self.portrait().await?;
        self.still("rear", &mut seen).await?;
        self.still("selfie", &mut seen).await?;
        self.fields().await?;
        self.video(length, &mut seen).await?;
        self.page.step("review").await?;
        Ok(seen)
    }

    /// Vouches for one check and for the likeness, by name.
    pub async fn vouch(&mut self) -> anyhow::Result<()> {
        self.shot("review").await?;
        self.page.fill("operator", OPERATOR).await?;
        self.page
            .press_where("check", "[data-check='document_not_copy'][data-value='passed']")
            .await?;
        self.until(|case| {
            case["checks"]
                .as_array()?
                .iter()
                .find(|it| it["check"] == "document_not_copy")?["passed"]
                .as_bool()
        })
        .await?;
        self.page.press_where("similarity", "[data-value='high']").await?;
        self.until(|case| case["similarity"]["word"].as_str().map(|_| true))
            .await?;
        self.shot("review-vouched").await
    }

    /// Submits and waits for the receipt.
    pub async fn submit(&mut self) -> anyhow::Result<()> {
        self.page.press("submit").await?;
        self.page.step("submitted").await?;
        self.shot("submitted").await
    }

    /// Waits until the program's own view of the case says so.
    pub async fn until(&self, holds: impl Fn(&Value) -> Option<bool>) -> anyhow::Result<Value> {
        for _ in 0..300 {
            let case = self.page.case().await?;
            if holds(&case) == Some(true) {
                return Ok(case);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        anyhow::bail!("the case never got there: {:#}", self.page.case().await?)
    }
}

/// The SHA-256 of every picture the page shows now, bytes fetched by the page itself.
pub async fn pictures_shown(page: &Page) -> anyhow::Result<BTreeSet<String>> {
    let hashes = page
        .run(
            "const hashes = [];
             for (const img of document.querySelectorAll(\"img[src*='/object/']\")) {
               const bytes = await (await fetch(img.src, { cache: 'no-store' })).arrayBuffer();
               const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
               hashes.push(Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join(''));
             }
             return hashes;",
            vec![],
        )
        .await?;
    serde_json::from_value(hashes).context("a list of hashes")
}

/// The exhibit of a role in the program's view of a case.
pub fn exhibit<'a>(case: &'a Value, role: &str) -> anyhow::Result<&'a Value> {
    let exhibits = case["exhibits"].as_array().context("a list")?;
    exhibits
        .iter()
        .find(|it| it["role"] == role)
        .with_context(|| format!("no {role} in {}", json!(exhibits)))
}
