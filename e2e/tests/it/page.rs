//! The page as a person meets it: screens, buttons, fields, sentences. Names are those of `ui/src/shared/hooks.ts`.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use fantoccini::actions::{InputSource as _, KeyAction, KeyActions};
use fantoccini::elements::Element;
use fantoccini::{Client, Locator};
use serde_json::{Value, json};

use crate::screen::{Pixels, Size};

/// How long a person would wait before they call somebody. The machine may be busy with other things.
const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(40);

pub struct Page {
    pub client: Client,
    size: Size,
    pixels: Pixels,
}

impl Page {
    pub fn new(client: Client, size: Size, pixels: Pixels) -> Self {
        Self { client, size, pixels }
    }

    /// The screen the window fills.
    pub fn size(&self) -> Size {
        self.size
    }

    /// Waits until the screen of `step` is shown.
    pub async fn step(&self, step: &str) -> anyhow::Result<()> {
        self.wait(&format!("[data-step='{step}']")).await?;
        Ok(())
    }

    /// Waits until a problem of this code is shown, with a sentence and something to do.
    pub async fn problem(&self, code: &str) -> anyhow::Result<String> {
        let sentence = self.text(&format!("[data-problem='{code}']")).await?;
        if sentence.split_whitespace().count() < 6 {
            bail!("{code} is explained to nobody: {sentence:?}");
        }
        if sentence.contains("problems.") || sentence.contains("undefined") {
            bail!("{code} has no sentence of its own: {sentence:?}");
        }
        Ok(sentence)
    }

    /// Presses the button of this name, once it can be pressed.
    pub async fn press(&self, action: &str) -> anyhow::Result<()> {
        self.press_where(action, "").await
    }

    /// The same where several buttons have the name; `which` is the rest of a CSS selector.
    pub async fn press_where(&self, action: &str, which: &str) -> anyhow::Result<()> {
        let selector = format!("[data-action='{action}']{which}:not([disabled]):not([aria-disabled='true'])");
        self.click(&selector).await
    }

    /// Clicks what `selector` finds. An element that moves or is replaced meanwhile is tried again.
    pub async fn click(&self, selector: &str) -> anyhow::Result<()> {
        let since = Instant::now();
        loop {
            let element = self.wait(selector).await?;
            match element.click().await {
                Ok(()) => return Ok(()),
                Err(_) if since.elapsed() < PATIENCE => tokio::time::sleep(PAUSE).await,
                Err(error) => return Err(self.lost(selector, &error.to_string()).await),
            }
        }
    }

    /// Writes `text` into a field, in place of what stood there. A field that is replaced meanwhile is tried again.
    pub async fn fill(&self, field: &str, text: &str) -> anyhow::Result<()> {
        let selector = format!("[data-field='{field}']");
        let since = Instant::now();
        loop {
            let input = self.wait(&selector).await?;
            let written = match input.clear().await {
                Ok(()) => input.send_keys(text).await,
                Err(error) => Err(error),
            };
            match written {
                Ok(()) => return Ok(()),
                Err(_) if since.elapsed() < PATIENCE => tokio::time::sleep(PAUSE).await,
                Err(error) => return Err(self.lost(&selector, &error.to_string()).await),
            }
        }
    }

    /// What can be read there, once it can be seen. An element that is replaced meanwhile is read again.
    pub async fn text(&self, selector: &str) -> anyhow::Result<String> {
        let since = Instant::now();
        loop {
            match self.wait(selector).await?.text().await {
                Ok(text) => return Ok(text),
                Err(_) if since.elapsed() < PATIENCE => tokio::time::sleep(PAUSE).await,
                Err(error) => return Err(self.lost(selector, &error.to_string()).await),
            }
        }
    }

    /// Whether something is on the screen now.
    pub async fn shows(&self, selector: &str) -> anyhow::Result<bool> {
        Ok(!self.found(selector).await?.is_empty())
    }

    /// What `selector` finds now. The driver fails where an element goes between being found and being named: then it
    /// is asked again.
    async fn found(&self, selector: &str) -> anyhow::Result<Vec<Element>> {
        let since = Instant::now();
        loop {
            match self.client.find_all(Locator::Css(selector)).await {
                Ok(elements) => return Ok(elements),
                Err(_) if since.elapsed() < PATIENCE => tokio::time::sleep(PAUSE).await,
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Waits until something is on the screen and can be seen.
    pub async fn wait(&self, selector: &str) -> anyhow::Result<Element> {
        let since = Instant::now();
        loop {
            for element in self.found(selector).await? {
                if element.is_displayed().await.unwrap_or(false) {
                    return Ok(element);
                }
            }
            if since.elapsed() > PATIENCE {
                return Err(self.lost(selector, "not on the screen").await);
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Waits until the live picture moves: two different pictures of the camera were shown.
    pub async fn live(&self) -> anyhow::Result<()> {
        let since = Instant::now();
        let mut first: Option<u64> = None;
        loop {
            let shown = self.client.execute(
                "return document.querySelector('canvas[data-sequence]')?.dataset.sequence",
                vec![],
            );
            let shown = shown
                .await?
                .as_str()
                .and_then(|text| text.parse::<u64>().ok())
                .filter(|number| *number > 0);
            match (first, shown) {
                (Some(first), Some(now)) if now > first => return Ok(()),
                (None, Some(now)) => first = Some(now),
                _ => {}
            }
            if since.elapsed() > PATIENCE {
                return Err(self.lost("canvas[data-sequence]", "no live picture").await);
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Runs `body`, the inside of an async function, in the page.
    pub async fn run(&self, body: &str, arguments: Vec<Value>) -> anyhow::Result<Value> {
        let script = format!(
            "const done = arguments[arguments.length - 1];
             (async (...given) => {{ {body} }})(...Array.from(arguments).slice(0, -1))
               .then((value) => done({{ value: value === undefined ? null : value }}))
               .catch((error) => done({{ error: typeof error === 'object' && error && error.code ? error : String(error) }}));"
        );
        let answer = self.client.execute_async(&script, arguments).await?;
        if let Some(error) = answer.get("error") {
            bail!("the page says: {error}");
        }
        Ok(answer["value"].clone())
    }

    /// Asks the program directly, as the page does.
    pub async fn invoke(&self, command: &str, arguments: Value) -> anyhow::Result<Value> {
        self.run(
            "return await window.__TAURI_INTERNALS__.invoke(given[0], given[1])",
            vec![json!(command), arguments],
        )
        .await
    }

    /// The case on the screen as the program sees it.
    pub async fn case(&self) -> anyhow::Result<Value> {
        self.invoke("case_current", json!({})).await
    }

    /// SHA-256 in hex of the picture shown, its bytes fetched by the page from where it shows them.
    pub async fn shown_picture(&self) -> anyhow::Result<String> {
        self.wait("img[src^='cam:']").await?;
        let hash = self
            .run(
                "const img = document.querySelector(\"img[src^='cam:']\");
                 await img.decode();
                 if (!(img.naturalWidth > 0)) throw new Error('the picture is not shown');
                 const answer = await fetch(img.src, { cache: 'no-store' });
                 if (!answer.ok) throw new Error('answered ' + answer.status);
                 const bytes = await answer.arrayBuffer();
                 const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
                 const hash = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
                 if (answer.headers.get('x-sha256') !== hash) throw new Error('x-sha256 is not that of the bytes');
                 return hash;",
                vec![],
            )
            .await?;
        Ok(hash.as_str().context("a hash")?.to_owned())
    }

    /// Keeps a picture of the window under `artifacts/screenshots/<size>/<name>.png`.
    pub async fn shot(&self, name: &str) -> anyhow::Result<()> {
        // Screens come in with a short motion; a picture of it shows nothing.
        self.settled().await?;
        save(
            &format!("screenshots/{}/{name}.png", self.size),
            &self.pixels.png()?,
        )
    }

    /// Throws away the numbered pictures of an earlier walk: the numbers of this one may be others.
    pub fn forget_shots(&self) {
        let folder = artifacts().join(format!("screenshots/{}", self.size));
        let numbered =
            |name: &std::ffi::OsStr| name.as_encoded_bytes().first().is_some_and(u8::is_ascii_digit);
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            if numbered(&entry.file_name()) {
                let _ = std::fs::remove_file(entry.path());
            }
        }
    }

    /// Waits until nothing on the page moves any more, but for what moves for ever.
    async fn settled(&self) -> anyhow::Result<()> {
        self.run(
            "await document.fonts.ready;
             const ending = document.getAnimations().filter((it) => it.effect?.getComputedTiming().endTime !== Infinity);
             await Promise.race([
               Promise.allSettled(ending.map((it) => it.finished)),
               new Promise((go) => setTimeout(go, 1500)),
             ]);
             await new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)));
             // Drawn is not shown yet.
             await new Promise((go) => setTimeout(go, 120));",
            vec![],
        )
        .await?;
        Ok(())
    }

    /// Presses one key, wherever the focus is.
    pub async fn key(&self, key: char) -> anyhow::Result<()> {
        let keys = KeyActions::new("keyboard".to_owned())
            .then(KeyAction::Down { value: key })
            .then(KeyAction::Up { value: key });
        self.client.perform_actions(keys).await?;
        Ok(())
    }

    /// Types text, wherever the focus is.
    pub async fn typed(&self, text: &str) -> anyhow::Result<()> {
        for key in text.chars() {
            self.key(key).await?;
        }
        Ok(())
    }

    /// Goes with the Tab key until what `selector` names has the focus, once it can have it.
    pub async fn tab_to(&self, selector: &str) -> anyhow::Result<()> {
        self.wait(&format!("{selector}:not([disabled])")).await?;
        let there = "return document.activeElement?.matches(arguments[0]) ?? false";
        for _ in 0..80 {
            if self.client.execute(there, vec![json!(selector)]).await? == true {
                return Ok(());
            }
            self.key(TAB).await?;
        }
        Err(self.lost(selector, "the Tab key does not lead there").await)
    }

    /// What went wrong, with the text and a picture of the window.
    async fn lost(&self, wanted: &str, why: &str) -> anyhow::Error {
        let text = match self.client.find(Locator::Css("body")).await {
            Ok(body) => body.text().await.unwrap_or_default(),
            Err(error) => error.to_string(),
        };
        if let Ok(png) = self.pixels.png() {
            let _ = save(
                &format!("failures/{}.png", std::thread::current().name().unwrap_or("test")),
                &png,
            );
        }
        anyhow::anyhow!("{wanted}: {why}. The window says:\n{text}")
    }
}

/// WebDriver's code of the Tab key.
pub const TAB: char = '\u{e004}';
/// WebDriver's code of the Enter key.
pub const ENTER: char = '\u{e007}';
/// The arrow that goes to the next of a group.
pub const DOWN: char = '\u{e015}';

/// Where a person looks at what a test run left behind.
fn artifacts() -> PathBuf {
    concat!(env!("CARGO_MANIFEST_DIR"), "/../artifacts").into()
}

fn save(name: &str, bytes: &[u8]) -> anyhow::Result<()> {
    let path = artifacts().join(name);
    std::fs::create_dir_all(path.parent().context("a folder")?)?;
    std::fs::write(&path, bytes).with_context(|| path.display().to_string())
}
