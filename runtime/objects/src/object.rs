//! One object that is read.

use std::sync::Arc;

use crate::export::Export;

/// An object, in the version that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// A path, or `s3://bucket/key`; `-` is standard input.
    pub name: String,
    /// How many bytes it has as it lies there; 0 where that is not known.
    pub size: u64,
    /// When it was last written, in milliseconds since 1970.
    pub modified_ms: u64,
    /// S3's ETag; none for files.
    pub tag: Option<String>,
    /// The DynamoDB export that it is a part of.
    pub export: Option<Arc<Export>>,
}
