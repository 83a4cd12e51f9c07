//! Tokens, pictures, settings, and whether anybody is there (section 3, 21 to 23). What is changed here is changed for
//! every caller of the server.

use std::sync::Arc;

use bytes::Bytes;
use reqwest::Method;

use super::Client;
use crate::call::Call;
use crate::dialect::bodies::{self, Part};
use crate::error::{Error, ErrorKind};
use crate::ids::{ImageUid, is_path_piece};
use crate::reading;
use crate::reason::Reason;
use crate::secret::Secret;
use crate::server::{
    ListedImage, NewToken, ServerSettings, ServerVersion, SettingsUpdate, StoredToken, TokenContent,
};
use crate::source::{BytesSource, Progress};
use crate::transport::Payload;

/// The most a picture for a signature may be.
const IMAGE_LIMIT: u64 = 16 << 20;

impl Client {
    /// Stores an officer's credentials at the server. Whoever has the token acts as the officer.
    ///
    /// # Errors
    /// See [`crate::ErrorKind`].
    pub async fn create_token(&self, token: &NewToken) -> Result<Secret, Error> {
        let body = bodies::token(&self.config, token);
        let path = self.dialect().token_path();
        let timeout = self.config.timeouts.create;
        let answer = self.post(Call::CreateToken, path, body, timeout).await?;
        reading::created_token(&answer)
    }

    /// What a token stands for.
    ///
    /// # Errors
    /// See [`crate::ErrorKind`].
    pub async fn get_token(&self, token: &Secret) -> Result<TokenContent, Error> {
        let path = self.one_token(Call::GetToken, token)?;
        reading::token_content(&self.read(Call::GetToken, &path).await?)
    }

    /// Makes the server forget a token.
    ///
    /// # Errors
    /// See [`crate::ErrorKind`].
    pub async fn delete_token(&self, token: &Secret) -> Result<(), Error> {
        let path = self.one_token(Call::DeleteToken, token)?;
        self.delete(Call::DeleteToken, &path).await
    }

    /// All tokens of the server: whoever can reach it can list them.
    ///
    /// # Errors
    /// See [`crate::ErrorKind`].
    pub async fn list_tokens(&self) -> Result<Vec<StoredToken>, Error> {
        let answer = self.read(Call::ListTokens, self.dialect().tokens_path()).await?;
        reading::tokens(&answer)
    }

    /// The API has the token in the address. Addresses are never printed here; a proxy without TLS may log it.
    fn one_token(&self, call: Call, token: &Secret) -> Result<String, Error> {
        // EXPOSE: it names what is asked for.
        let uid = token.expose().trim();
        if !is_path_piece(uid) {
            return Err(Error {
                reason: Some(Reason::TokenNotFound),
                ..Error::local(call, ErrorKind::NotFound, None)
            });
        }
        Ok(format!("{}/{uid}", self.dialect().token_path()))
    }

    /// Uploads a picture for visible signatures, a PNG.
    ///
    /// # Errors
    /// See [`crate::ErrorKind`].
    pub async fn upload_image(
        &self,
        file_name: &str,
        source: Arc<dyn BytesSource>,
        progress: Progress,
    ) -> Result<ImageUid, Error> {
        let part = Part {
            name: "image",
            file_name,
            media_type: "image/png",
            source,
        };
        let path = self.dialect().image_path();
        let timeout = self.config.timeouts.document;
        let answer = self
            .upload(Call::UploadImage, path, part, progress, timeout)
            .await?;
        reading::uploaded_image(&answer)
    }

    /// Fetches a picture, a PNG.
    ///
    /// # Errors
    /// See [`crate::ErrorKind`].
    pub async fn get_image(&self, uid: &ImageUid) -> Result<Bytes, Error> {
        let path = self.dialect().one_image_path(uid);
        let timeout = self.config.timeouts.document;
        let outgoing = self.outgoing(Call::GetImage, Method::GET, &path, Payload::None, timeout);
        outgoing
            .file(&self.http, IMAGE_LIMIT, |bytes| {
                bytes.starts_with(b"\x89PNG\r\n\x1a\n")
            })
            .await
    }

    /// Deletes a picture.
    ///
    /// # Errors
    /// See [`crate::ErrorKind`].
    pub async fn delete_image(&self, uid: &ImageUid) -> Result<(), Error> {
        let path = self.dialect().one_image_path(uid);
        self.delete(Call::DeleteImage, &path).await
    }

    /// All pictures of the server (not in the current dialect's pages, where the older path is taken).
    ///
    /// # Errors
    /// See [`crate::ErrorKind`].
    pub async fn list_images(&self) -> Result<Vec<ListedImage>, Error> {
        let answer = self.read(Call::ListImages, self.dialect().images_path()).await?;
        reading::listed_images(&answer)
    }

    /// Deletes all pictures of the server (not in the current dialect's pages, where the older path is taken).
    ///
    /// # Errors
    /// See [`crate::ErrorKind`].
    pub async fn delete_images(&self) -> Result<(), Error> {
        self.delete(Call::DeleteImages, self.dialect().images_path())
            .await
    }

    /// Whether the service answers (not in the current dialect's pages, where the older path is taken).
    ///
    /// # Errors
    /// See [`crate::ErrorKind`].
    pub async fn hello(&self) -> Result<(), Error> {
        self.read(Call::Hello, self.dialect().hello_path())
            .await
            .map(drop)
    }

    /// What the server calls itself (not in the current dialect's pages, where the older path is taken).
    ///
    /// # Errors
    /// See [`crate::ErrorKind`].
    pub async fn version(&self) -> Result<ServerVersion, Error> {
        let answer = self.read(Call::Version, self.dialect().version_path()).await?;
        reading::version(&answer)
    }

    /// The server's settings. It sends its passwords along; they are dropped here.
    ///
    /// # Errors
    /// See [`crate::ErrorKind`].
    pub async fn read_settings(&self) -> Result<ServerSettings, Error> {
        let answer = self
            .read(Call::ReadSettings, self.dialect().settings_path())
            .await?;
        reading::settings(answer)
    }

    /// Changes the server's settings, for every caller of it.
    ///
    /// # Errors
    /// See [`crate::ErrorKind`].
    pub async fn save_settings(&self, update: &SettingsUpdate) -> Result<(), Error> {
        let body = bodies::settings(update);
        let path = self.dialect().settings_path();
        self.post(Call::SaveSettings, path, body, self.config.timeouts.read)
            .await
            .map(drop)
    }
}
