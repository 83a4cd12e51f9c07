//! From the officer's approval to nothing left at the server, in both dialects and through what goes wrong between.

mod between;
mod lost;
mod refused;
mod restarted;
mod whole;

use std::path::Path;
use std::sync::Arc;

use evidence::{CodeMethod, Step};
use oneshot_sandbox::{Operation, Sandbox};
use station::PRACTICE_AGREEMENT;
use station::view::{CaseView, SignIn, SigningView, UnlockInput};

use crate::rehearsal::Rehearsal;

/// Which generation of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Generation {
    Current,
    Legacy,
}

/// A booth at a sandbox of its own, which outlives it.
pub struct Signing {
    pub rehearsal: Rehearsal,
    pub sandbox: Arc<Sandbox>,
}

impl Signing {
    /// A case whose documents can be picked.
    pub async fn at_documents(generation: Generation) -> Self {
        let sandbox = Sandbox::start(oneshot_sandbox::Settings::default())
            .await
            .expect("the sandbox starts");
        let base_url = match generation {
            Generation::Current => sandbox.base_url(),
            Generation::Legacy => sandbox.legacy_base_url(),
        };
        Self::with(generation, sandbox, &base_url, |_| {}).await
    }

    /// The same with something between the booth and the sandbox, or other settings.
    pub async fn with(
        generation: Generation,
        sandbox: Sandbox,
        base_url: &str,
        change: impl FnOnce(&mut station::ServerSettings),
    ) -> Self {
        let rehearsal = Rehearsal::with(|settings| {
            let folder = settings.data_dir.clone().expect("a temporary folder");
            let mut server = server(generation, base_url, &sandbox, &folder);
            change(&mut server);
            settings.server = Some(server);
            // Each reading of the state is a test's own: faults wait for the next one.
            settings.polling.on = false;
        })
        .await;
        rehearsal.begun().await;
        rehearsal.up_to_review().await;
        let view = rehearsal.delivered().await;
        assert_eq!(view.step, Step::Submitted, "{:?}", view.problem);
        let signing = Self {
            rehearsal,
            sandbox: Arc::new(sandbox),
        };
        let officer = SignIn {
            name: "R. Vidal".to_owned(),
            token: Some(signing.sandbox.token()),
            ..SignIn::default()
        };
        let booth = &signing.rehearsal.booth;
        booth.officer_sign_in(officer).await.expect("the token is good");
        let view = booth.approve().await.expect("the officer approves");
        assert_eq!(view.step, Step::Documents);
        signing
    }

    /// A case whose one document is at the server, everything read.
    pub async fn at_code(generation: Generation) -> Self {
        let signing = Self::at_documents(generation).await;
        signing.to_code().await;
        signing
    }

    /// A case whose one document is signed at the server.
    pub async fn at_signed(generation: Generation) -> Self {
        let signing = Self::at_code(generation).await;
        signing.code().await;
        let view = signing.signed().await;
        assert_eq!(view.step, Step::Signed);
        signing
    }

    pub fn booth(&self) -> &station::Booth {
        &self.rehearsal.booth
    }

    /// From picking to everything read.
    pub async fn to_code(&self) -> CaseView {
        self.add(1).await;
        self.booth().papers_upload().await.expect("it is uploaded");
        self.booth().contract_fetch().await.expect("there is a contract");
        self.read_all().await
    }

    /// Picks a document; another number is another document.
    pub async fn add(&self, number: u32) -> CaseView {
        self.booth()
            .paper_add_bytes(&format!("agreement {number}.pdf"), agreement(number))
            .await
            .expect("a document is taken")
    }

    pub async fn read_all(&self) -> CaseView {
        let signing = self.signing().await;
        let contract = signing.contract.expect("it was fetched").object;
        for object in signing
            .papers
            .iter()
            .map(|paper| &paper.object)
            .chain([&contract])
        {
            self.booth().mark_read(object).await.expect("it can be read");
        }
        let view = self.view().await;
        assert_eq!(view.step, Step::Code);
        view
    }

    /// Asks for a code: the one that is waiting on the phone.
    pub async fn code(&self) -> String {
        self.booth()
            .code_request(CodeMethod::Sms)
            .await
            .expect("a code is sent");
        self.waiting_code().await
    }

    pub async fn waiting_code(&self) -> String {
        let request = self.request_pk().await;
        self.sandbox.otp(request).expect("a code is waiting")
    }

    pub async fn signed(&self) -> CaseView {
        let code = self.waiting_code().await;
        self.booth()
            .sign(UnlockInput::Code { code })
            .await
            .expect("the code is good")
    }

    pub async fn view(&self) -> CaseView {
        self.booth()
            .current_case()
            .await
            .expect("a case is on the screen")
    }

    pub async fn signing(&self) -> SigningView {
        self.view().await.signing.expect("after the approval")
    }

    pub async fn request_pk(&self) -> u64 {
        match self.view().await.request {
            station::view::RequestView::Known { request_pk, .. } => {
                u64::try_from(request_pk).expect("a number of the sandbox")
            }
            other => panic!("no request: {other:?}"),
        }
    }

    /// What really happened at the server.
    pub async fn there(&self) -> oneshot_sandbox::Request {
        let request = self.request_pk().await;
        self.sandbox.request(request).expect("the sandbox has it")
    }

    /// How many documents the server has, in whichever copy.
    pub async fn documents_there(&self) -> usize {
        let is_there = |document: &&oneshot_sandbox::KeptDocument| {
            document.original.is_some() || document.signed.is_some()
        };
        self.there().await.documents.iter().filter(is_there).count()
    }

    pub fn calls(&self, operation: Operation) -> usize {
        let is_it = |call: &&oneshot_sandbox::Call| call.operation == Some(operation);
        self.sandbox.history().iter().filter(is_it).count()
    }

    /// The same after the program was started again, the case on the screen.
    pub async fn again(self) -> Self {
        let id = self.view().await.id;
        self.booth().close_case().await.expect("nothing is recording");
        let rehearsal = self.rehearsal.again().await;
        rehearsal.booth.resume_case(&id).await.expect("it is kept");
        Self {
            rehearsal,
            sandbox: self.sandbox,
        }
    }
}

fn server(
    generation: Generation,
    base_url: &str,
    sandbox: &Sandbox,
    folder: &Path,
) -> station::ServerSettings {
    let signers = folder.join("signers.pem");
    std::fs::write(&signers, sandbox.ca_pem()).expect("the folder can be written");
    let dialect = match generation {
        Generation::Current => "current",
        Generation::Legacy => "legacy",
    };
    let text = format!(
        "[server]\nbase_url = \"{base_url}\"\ndialect = \"{dialect}\"\nregistration_authority = \"139\"\n\
         profile = \"PFnubeQAFCiudadano\"\ntrusted_signers = '{}'",
        signers.display()
    );
    let settings = station::Settings::parse(&text).expect("settings");
    settings.server.expect("there is one")
}

/// The practice agreement, each time with other bytes behind its end.
pub fn agreement(number: u32) -> Vec<u8> {
    [PRACTICE_AGREEMENT, format!("% {number}\n").as_bytes()].concat()
}
