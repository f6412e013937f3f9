//! Why a record goes to the error prefix.

/// A record's way to the error prefix. It is a value, never an `Error`: the records beside it go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Which part of Firehose gave it up.
    pub output: ErrorOutput,
    /// Firehose's code, such as `Lambda.MissingRecordId`.
    pub code: String,
    /// What Firehose says of it.
    pub message: String,
    /// How often it was tried, at least once.
    pub attempts: u32,
}

/// What gave a record up: the values of `!{firehose:error-output-type}`.
/// <https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ErrorOutput {
    /// `processing-failed`: the function.
    ProcessingFailed,
    /// `metadata-extraction-failed`: a record's partition keys could not be had. Not on AWS's page; AWS CDK's integration tests see it.
    MetadataExtractionFailed,
    /// `partitioning-failed`: there are keys, and no partition comes of them. Seen as the one before.
    PartitioningFailed,
    /// `format-conversion-failed`.
    FormatConversionFailed,
    /// `decompression-failed`.
    DecompressionFailed,
}

impl ErrorOutput {
    /// As it stands in prefixes.
    pub fn name(self) -> &'static str {
        match self {
            Self::ProcessingFailed => "processing-failed",
            Self::MetadataExtractionFailed => "metadata-extraction-failed",
            Self::PartitioningFailed => "partitioning-failed",
            Self::FormatConversionFailed => "format-conversion-failed",
            Self::DecompressionFailed => "decompression-failed",
        }
    }
}

impl Failure {
    /// A failure that no second try would have changed.
    pub fn once(output: ErrorOutput, code: &str, message: impl Into<String>) -> Self {
        Self { output, code: code.to_owned(), message: message.into(), attempts: 1 }
    }
}
