//! The booth itself as the doors show it.

use oneshot_sandbox::Sandbox;

use crate::booth::Booth;
use crate::view::BoothView;
use crate::{Problem, delivery, problems};

impl Booth {
    /// What is the same for every case.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn view(&self) -> Result<BoothView, Problem> {
        let listed = self.with_store(|store| store.list()).await?;
        let mut cautions: Vec<_> = self.0.auditor.trouble().map(Into::into).into_iter().collect();
        cautions.extend(self.0.sounds.trouble().map(Into::into));
        let mut unfinished = Vec::new();
        for entry in listed {
            match entry {
                Ok(case) if case.is_over() => {}
                Ok(case) => unfinished.push(self.summary(&case)),
                // A damaged case is told; it does not hide the others.
                Err((_, error)) => {
                    let damaged = problems::from_store(&error).into();
                    if !cautions.contains(&damaged) {
                        cautions.push(damaged);
                    }
                }
            }
        }
        Ok(BoothView {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            practice: self.0.settings.practice,
            sandbox_page: self.sandbox().map(Sandbox::page_url),
            booth: self.0.settings.booth.clone(),
            server: delivery::shown_server(&self.0.client),
            language: self.0.settings.language.clone(),
            cameras: self.0.cameras.views(),
            chosen: self.0.cameras.chosen(),
            sound: self.0.sounds.choice(),
            home_country: self.0.settings.home_country.as_str().to_owned(),
            unfinished,
            desk: self.0.settings.officer.desk,
            operator_pages: self.0.settings.has_operator_pages(),
            script: self.0.settings.recording.script,
            spoken: self.0.settings.recording.spoken,
            problem: None,
            no_new_case: self.room_for_a_case().await.err().map(Into::into),
            cautions,
        })
    }
}
