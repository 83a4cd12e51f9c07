/// Why a document cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PaperError {
    /// It does not begin as a PDF does.
    #[error("not a PDF document")]
    NotPdf,
    /// It is protected, if only against changes. One-Shot cannot sign such a document either.
    #[error("the document is encrypted")]
    Encrypted,
    /// It cannot be read.
    #[error("the document is damaged: {0}")]
    Damaged(String),
    /// More bytes or pages, packed or unpacked, than any paper to sign has.
    #[error("the document is too large")]
    TooLarge,
    /// A page would take too much work or memory to draw.
    #[error("the page is too complex")]
    TooComplex,
    /// Pages are counted from 0.
    #[error("the document has no such page")]
    NoSuchPage,
    /// Not one certificate could be read.
    #[error("no certificate to trust: {0}")]
    BadAnchor(String),
}
