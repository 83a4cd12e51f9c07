//! Documents, the contract, the code and the signature (section 3, 12 to 20).

use bytes::Bytes;
use reqwest::Method;

use super::{Client, Download, is_no_path};
use crate::call::Call;
use crate::dialect::Dialect;
use crate::dialect::bodies::{self, Part};
use crate::error::{Error, ErrorKind};
use crate::ids::{DocumentUid, RequestPk};
use crate::reading;
use crate::reason::Reason;
use crate::signing::{
    AsyncStatus, DeliveryMethod, DocumentCopy, DocumentFile, DocumentKind, ListedDocument, SignAnswer,
    SignOrder, UploadedDocument,
};
use crate::source::Progress;
use crate::transport::{Outgoing, Payload, Responded};

/// The most a contract may be.
const CONTRACT_LIMIT: u64 = 64 << 20;

impl Client {
    /// Uploads one document. The server keeps at most ten for a request.
    ///
    /// # Errors
    /// See [`crate::ErrorKind`]. After an unknown outcome [`list_documents`](Self::list_documents) shows whether it
    /// arrived.
    pub async fn upload_document(
        &self,
        request_pk: RequestPk,
        document: DocumentFile,
        progress: Progress,
    ) -> Result<UploadedDocument, Error> {
        let (name, media_type) = match document.kind {
            DocumentKind::Pdf => ("file", "application/pdf"),
            DocumentKind::HashJson => ("hashfile", "application/json"),
        };
        let part = Part {
            name,
            file_name: &document.file_name,
            media_type,
            source: document.source,
        };
        let path = self.dialect().upload_document_path(request_pk);
        let timeout = self.config.timeouts.document;
        let answer = self
            .upload(Call::UploadDocument, &path, part, progress, timeout)
            .await?;
        reading::uploaded_document(&answer, name)
    }

    /// The documents of a request, in the order of their uids; none where the server has none.
    ///
    /// # Errors
    /// See [`crate::ErrorKind`].
    pub async fn list_documents(&self, request_pk: RequestPk) -> Result<Vec<ListedDocument>, Error> {
        let path = self.dialect().list_documents_path(&self.config, request_pk);
        match self.read(Call::ListDocuments, &path).await {
            Ok(answer) => reading::listed_documents(&answer),
            Err(error) if error.reason == Some(Reason::NoDocuments) => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    /// Fetches one copy of a document. The first bytes are looked at: they are a PDF's, or the signature of a hash.
    ///
    /// # Errors
    /// See [`crate::ErrorKind`].
    pub async fn get_document(
        &self,
        request_pk: RequestPk,
        uid: &DocumentUid,
        copy: DocumentCopy,
    ) -> Result<Download, Error> {
        let by_path = self.dialect().document_copy_path(request_pk, uid, copy);
        if self.dialect() == Dialect::Legacy {
            return self.document(self.download(&by_path)).await;
        }
        // The current dialect is documented both ways (section 8, 6).
        let mut by_query = self.download(&self.dialect().document_path(request_pk, uid));
        let query = format!("document_type={}", copy.wire_name());
        by_query.url.set_query(Some(&query));
        let missed = match self.document(by_query).await {
            Err(error) if may_be_elsewhere(&error) => error,
            settled => return settled,
        };
        match self.document(self.download(&by_path)).await {
            // Neither path is there, or only the first knew what was asked for: its answer says more.
            Err(error) if is_no_path(&error) => Err(missed),
            settled => settled,
        }
    }

    fn download(&self, path: &str) -> Outgoing {
        let timeout = self.config.timeouts.document;
        self.outgoing(Call::GetDocument, Method::GET, path, Payload::None, timeout)
    }

    async fn document(&self, outgoing: Outgoing) -> Result<Download, Error> {
        let (responded, sent) = outgoing.respond(&self.http).await?;
        let mut response = match responded {
            Responded::Head(response) => response,
            Responded::Whole(answer) => return Err(answer.into_error(Call::GetDocument)),
        };
        let len = response.content_length();
        let status = response.status().as_u16();
        let mut first = Vec::new();
        while first.len() < PDF.len() {
            match response.chunk().await {
                Ok(Some(chunk)) => first.extend_from_slice(&chunk),
                Ok(None) => break,
                Err(error) => return Err(outgoing.failed(error, &sent, Some(status))),
            }
        }
        if is_pdf(&first) || is_p7m(&first) {
            return Ok(Download {
                outgoing,
                first: Some(first.into()),
                response,
                len,
            });
        }
        let answer = outgoing.read_on(first, response, &sent).await?;
        Err(answer
            .into_success(Call::GetDocument)?
            .into_unexpected(Call::GetDocument))
    }

    /// Deletes one copy of a document, or all of it. Never before what it was deleted for is safe: the server keeps no
    /// other copy.
    ///
    /// # Errors
    /// See [`crate::ErrorKind`]. A document that is not there is [`crate::Reason::DocumentNotFound`].
    pub async fn delete_document(
        &self,
        request_pk: RequestPk,
        uid: &DocumentUid,
        copy: Option<DocumentCopy>,
    ) -> Result<(), Error> {
        if let Some(copy) = copy {
            // Named in the path in either dialect: a server that does not know a query would delete more than was asked.
            return self.delete_copy(request_pk, uid, copy).await;
        }
        if self.dialect() == Dialect::Current {
            let path = self.dialect().document_path(request_pk, uid);
            match self.delete(Call::DeleteDocument, &path).await {
                Err(error) if is_no_path(&error) => {}
                settled => return settled,
            }
        }
        let original = self.delete_copy(request_pk, uid, DocumentCopy::Original).await;
        if let Err(error) = &original
            && error.reason != Some(Reason::DocumentNotFound)
        {
            return original;
        }
        match self.delete_copy(request_pk, uid, DocumentCopy::Signed).await {
            // It was never signed, or an earlier attempt came so far.
            Err(error) if error.reason == Some(Reason::DocumentNotFound) => original,
            settled => settled,
        }
    }

    async fn delete_copy(
        &self,
        request_pk: RequestPk,
        uid: &DocumentUid,
        copy: DocumentCopy,
    ) -> Result<(), Error> {
        let path = self.dialect().document_copy_path(request_pk, uid, copy);
        self.delete(Call::DeleteDocument, &path).await
    }

    /// Deletes all documents of a request.
    ///
    /// # Errors
    /// See [`crate::ErrorKind`]. Where there are none it is [`crate::Reason::NoDocuments`].
    pub async fn delete_documents(&self, request_pk: RequestPk) -> Result<(), Error> {
        let path = self.dialect().delete_documents_path(request_pk);
        self.delete(Call::DeleteDocuments, &path).await
    }

    /// Fetches the service contract, a PDF that is shown before signing and signed with the documents.
    ///
    /// # Errors
    /// See [`crate::ErrorKind`].
    pub async fn contract(&self, request_pk: RequestPk) -> Result<Bytes, Error> {
        let path = self.dialect().contract_path(&self.config, request_pk);
        let timeout = self.config.timeouts.document;
        let outgoing = self.outgoing(Call::Contract, Method::GET, &path, Payload::None, timeout);
        outgoing.file(&self.http, CONTRACT_LIMIT, is_pdf).await
    }

    /// Has a one-time code sent to the person's phone.
    ///
    /// # Errors
    /// See [`crate::ErrorKind`]. Within a minute of the last it is [`crate::Reason::CodeTooSoon`].
    pub async fn generate_otp(&self, request_pk: RequestPk, method: DeliveryMethod) -> Result<(), Error> {
        let path = self.dialect().otp_path(request_pk);
        let body = bodies::otp(method);
        self.post(Call::GenerateOtp, &path, body, self.config.timeouts.read)
            .await
            .map(drop)
    }

    /// Signs all documents of a request, once and for all: the certificate is used up. After a lost answer the request is
    /// to be read before anything is repeated.
    ///
    /// # Errors
    /// See [`crate::ErrorKind`]. Nothing is sent without a code, or with a stamp that has no area.
    pub async fn sign(&self, request_pk: RequestPk, order: &SignOrder) -> Result<SignAnswer, Error> {
        let body = bodies::sign(&self.config, order)?;
        let path = self.dialect().sign_path(request_pk);
        let timeout = self.config.timeouts.sign;
        let answer = self.post(Call::Sign, &path, body, timeout).await?;
        Ok(reading::signed(&answer))
    }

    /// Where a request that is signed in the background stands (section 4.21; not in the current dialect's pages, where
    /// the older path is taken).
    ///
    /// # Errors
    /// See [`crate::ErrorKind`].
    pub async fn async_status(&self, request_pk: RequestPk) -> Result<AsyncStatus, Error> {
        let path = self.dialect().async_status_path(request_pk);
        let answer = self.read(Call::AsyncStatus, &path).await?;
        reading::async_status(&answer)
    }
}

const PDF: &[u8] = b"%PDF-";

fn is_pdf(bytes: &[u8]) -> bool {
    bytes.starts_with(PDF)
}

/// DER of a CMS message: a long sequence, definite or not. No text begins so.
fn is_p7m(bytes: &[u8]) -> bool {
    matches!(bytes, [0x30, 0x80..=0x84, ..])
}

/// Whether the other spelling of a document's address may know it: this one is no path of the server's, or its 404 is not
/// about the document.
fn may_be_elsewhere(error: &Error) -> bool {
    is_no_path(error) || error.kind == ErrorKind::NotFound && error.reason != Some(Reason::DocumentNotFound)
}
