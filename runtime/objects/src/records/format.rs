//! What an object holds.

/// What an object holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Told by how it begins: JSON, error objects, lines of a DynamoDB export, or lines of any text.
    #[default]
    Auto,
    /// JSON documents, each on one line; a line may hold several objects or arrays. Blank lines are none. A line that is no JSON is a
    /// record, too. White space around a record is not a part of it.
    Jsonl,
    /// JSON documents one behind the other, whatever white space is between and in them. What is no JSON is a record up to the end of
    /// the line where it ceases to be.
    Json,
    /// Any text, a record a line; empty lines are empty records.
    Lines,
    /// CSV, a record a row: newlines within quotes are a part of it, up to 1 MiB.
    Csv,
    /// Firehose's error objects: the records that they are about.
    Errors,
    /// Lines of a DynamoDB export, which become change records as Kinesis has them. A line that is none is a record as it stands.
    DynamoDb,
}

impl Format {
    /// The format of an object of this name: CSV, which does not show in how it begins, by `.csv` or `.csv.gz`, where it is to be told.
    #[must_use]
    pub fn named(self, name: &str) -> Self {
        let name = name.to_ascii_lowercase();
        let is_csv = name.strip_suffix(".gz").unwrap_or(&name).ends_with(".csv");
        if self == Self::Auto && is_csv { Self::Csv } else { self }
    }
}
