//! Lines of DynamoDB exports as change records.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html>

use std::collections::HashMap;
use std::io::Write as _;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use crate::export::Export;

/// A line of a full export, or of an incremental one.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Line<'a> {
    #[serde(borrow)]
    item: Option<&'a RawValue>,
    #[serde(borrow)]
    metadata: Option<&'a RawValue>,
    #[serde(borrow)]
    keys: Option<&'a RawValue>,
    #[serde(borrow)]
    new_image: Option<&'a RawValue>,
    #[serde(borrow)]
    old_image: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Metadata<'a> {
    #[serde(borrow, rename = "WriteTimestampMicros")]
    written_us: &'a RawValue,
}

/// A number as an attribute value.
#[derive(Deserialize)]
struct Number<'a> {
    #[serde(rename = "N")]
    digits: &'a str,
}

/// An attribute value, as far as it takes to know one.
#[derive(Deserialize)]
enum Attribute {
    S(IgnoredAny),
    N(IgnoredAny),
    B(IgnoredAny),
    #[serde(rename = "SS")]
    Strings(IgnoredAny),
    #[serde(rename = "NS")]
    Numbers(IgnoredAny),
    #[serde(rename = "BS")]
    Binaries(IgnoredAny),
    M(IgnoredAny),
    L(IgnoredAny),
    #[serde(rename = "NULL")]
    Null(IgnoredAny),
    #[serde(rename = "BOOL")]
    Bool(IgnoredAny),
}

/// What a change record says.
struct Change<'a> {
    event: &'static str,
    /// Microseconds since 1970, in digits.
    at: Option<String>,
    images: [(&'static str, Option<&'a RawValue>); 3],
}

/// Makes a line of an export the change record that Kinesis Data Streams for DynamoDB would have told of it. Keys and images stay as
/// they are written. Any other line is left as it is.
pub(super) fn of_line(line: &mut Vec<u8>, export: Option<&Export>) {
    let record = read(line).and_then(|line| change(&line, export)).map(|change| change.write(export));
    if let Some(record) = record {
        *line = record;
    }
}

/// Whether a line is that of an export.
pub(super) fn is_line(line: &[u8]) -> bool {
    let is_image = |raw: &RawValue| serde_json::from_str::<HashMap<String, Attribute>>(raw.get()).is_ok();
    let Some(line) = read(line) else { return false };
    match line.item {
        Some(item) => is_image(item) && change(&line, None).is_some(),
        None => line.keys.is_some_and(is_image) && change(&line, None).is_some(),
    }
}

fn read(line: &[u8]) -> Option<Line<'_>> {
    serde_json::from_slice(line).ok()
}

fn change<'a>(line: &Line<'a>, export: Option<&Export>) -> Option<Change<'a>> {
    let images = |new_image| [("Keys", line.keys), ("NewImage", new_image), ("OldImage", line.old_image)];
    match line {
        Line { item: Some(item), metadata: None, keys: None, new_image: None, old_image: None } => {
            let at = export.map(|export| export.time_us.to_string());
            Some(Change { event: "INSERT", at, images: images(Some(*item)) })
        }
        Line { item: None, metadata: Some(metadata), keys: Some(_), new_image, old_image } => {
            // What is not there after the change was deleted. An item that shows no state of before was put in, or it is an export of
            // new images alone: readers of changes take the one for the other.
            let event = match (new_image, old_image) {
                (None, _) => "REMOVE",
                (Some(_), None) => "INSERT",
                (Some(_), Some(_)) => "MODIFY",
            };
            Some(Change { event, at: Some(written_us(metadata)?), images: images(*new_image) })
        }
        _ => None,
    }
}

/// The time of a write, in microseconds since 1970: an attribute value, or the bare number that some tools write.
fn written_us(metadata: &RawValue) -> Option<String> {
    let metadata: Metadata<'_> = serde_json::from_str(metadata.get()).ok()?;
    let raw = metadata.written_us.get();
    let digits = serde_json::from_str::<Number<'_>>(raw).map_or(raw, |number| number.digits);
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.to_owned())
}

impl Change<'_> {
    fn write(&self, export: Option<&Export>) -> Vec<u8> {
        let images: usize =
            self.images.iter().filter_map(|(_, image)| Some(image.as_ref()?.get().len())).sum();
        let mut record = Vec::with_capacity(images + 400);
        let written = self.write_to(&mut record, export);
        written.expect("memory takes what is written");
        record
    }

    fn write_to(&self, record: &mut Vec<u8>, export: Option<&Export>) -> std::io::Result<()> {
        let event = self.event;
        write!(record, "{{")?;
        if let Some(Export { table, region, .. }) = export {
            let [table, region] = [table, region].map(|text| serde_json::Value::from(text.as_str()));
            write!(record, r#""awsRegion":{region},"tableName":{table},"#)?;
        }
        write!(record, r#""eventName":"{event}","userIdentity":null,"recordFormat":"application/json","#)?;
        write!(record, r#""dynamodb":{{"#)?;
        if let Some(at) = &self.at {
            write!(record, r#""ApproximateCreationDateTime":{at},"#)?;
            write!(record, r#""ApproximateCreationDateTimePrecision":"MICROSECOND","#)?;
        }
        for (name, image) in self.images.iter().filter_map(|(name, image)| Some((name, image.as_ref()?))) {
            write!(record, r#""{name}":{image},"#)?;
        }
        record.pop();
        write!(record, r#"}},"eventSource":"aws:dynamodb"}}"#)
    }
}
