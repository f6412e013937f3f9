//! What rows look like, as nozzle.toml's `[output]` says.

use std::borrow::Cow;

use serde::Deserialize;

use crate::json::write_string;
use crate::time::{Date, Timestamp};

/// The output profile of nozzle.toml: a plugin that makes columns asks it how to name them and how to write times.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
#[non_exhaustive]
pub struct Output {
    /// The kind of destination that the profile is for.
    #[serde(rename = "for")]
    pub destination: Destination,
    /// How columns are named.
    pub names: Names,
    /// How times are written.
    pub times: Times,
}

/// The kind of destination that an output profile is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Destination {
    /// JSON lines in S3. The default.
    #[default]
    Json,
    /// Parquet or ORC that Firehose converts by a Glue table.
    Parquet,
    /// Apache Iceberg tables.
    Iceberg,
    /// Redshift, through COPY.
    Redshift,
    /// One that this version of the SDK does not know.
    #[serde(other)]
    Other,
}

/// How columns are named.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Names {
    /// As the record has them. The default.
    #[default]
    AsIs,
    /// Lower case, with underscores between words and in the place of what is no ASCII letter or digit: the names that
    /// Glue, Athena, Iceberg and Redshift take without quotes.
    LowerSnake,
}

/// How times are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Times {
    /// ISO 8601 in UTC. The default.
    #[default]
    Iso,
    /// As SQL writes timestamps, for the Hive SerDe.
    Sql,
    /// Microseconds since 1970 as a number, for Iceberg.
    EpochMicros,
}

impl Output {
    /// A column's name as this output wants it.
    ///
    /// ```
    /// use nozzle_sdk::{Names, Output};
    ///
    /// let mut output = Output::default();
    /// assert_eq!(output.column("Item Type"), "Item Type");
    /// output.names = Names::LowerSnake;
    /// for name in ["Item Type", "itemType", "ItemType", "item_type", "item.type"] {
    ///     assert_eq!(output.column(name), "item_type");
    /// }
    /// assert_eq!(output.column("CustomerID"), "customer_id");
    /// ```
    #[must_use]
    pub fn column<'a>(&self, name: &'a str) -> Cow<'a, str> {
        match self.names {
            Names::AsIs => Cow::Borrowed(name),
            Names::LowerSnake => lower_snake(name),
        }
    }

    /// A point in time as the JSON text that this output wants.
    ///
    /// ```
    /// use nozzle_sdk::time::Timestamp;
    /// use nozzle_sdk::{Output, Times};
    ///
    /// let time = Timestamp::from_micros(1_755_693_000_123_000);
    /// let mut output = Output::default();
    /// assert_eq!(output.time(time), r#""2025-08-20T12:30:00.123000Z""#);
    /// output.times = Times::Sql;
    /// assert_eq!(output.time(time), r#""2025-08-20 12:30:00.123000""#);
    /// output.times = Times::EpochMicros;
    /// assert_eq!(output.time(time), "1755693000123000");
    /// ```
    #[must_use]
    pub fn time(&self, time: Timestamp) -> String {
        let mut text = Vec::new();
        self.write_time(time, &mut text);
        String::from_utf8(text).expect("JSON text is UTF-8")
    }

    /// Appends a point in time as [`Output::time`] gives it.
    pub fn write_time(&self, time: Timestamp, out: &mut Vec<u8>) {
        match self.times {
            Times::Iso => {
                out.push(b'"');
                time.write(out);
                out.push(b'"');
            }
            Times::Sql => {
                let text = time.to_string();
                write_string(out, text.replace('T', " ").trim_end_matches('Z'));
            }
            Times::EpochMicros => out.extend_from_slice(time.micros().to_string().as_bytes()),
        }
    }

    /// A date as the JSON text that this output wants: days since 1970-01-01 as a number where times are
    /// microseconds, for Iceberg; ISO 8601 everywhere else.
    ///
    /// ```
    /// use nozzle_sdk::time::Date;
    /// use nozzle_sdk::{Output, Times};
    ///
    /// let date = Date::new(2025, 8, 20).unwrap();
    /// let mut output = Output::default();
    /// assert_eq!(output.date(date), r#""2025-08-20""#);
    /// output.times = Times::EpochMicros;
    /// assert_eq!(output.date(date), "20320");
    /// ```
    #[must_use]
    pub fn date(&self, date: Date) -> String {
        match self.times {
            Times::Iso | Times::Sql => format!("\"{date}\""),
            Times::EpochMicros => date.days().to_string(),
        }
    }
}

/// A new word begins where lower case or a digit meets upper case, and at the last capital of several before lower case;
/// what is no ASCII letter or digit separates words. Leading underscores stay.
/// <https://docs.aws.amazon.com/athena/latest/ug/tables-databases-columns-names.html>.
fn lower_snake(name: &str) -> Cow<'_, str> {
    if name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()) {
        return Cow::Borrowed(name);
    }
    let chars: Vec<char> = name.chars().collect();
    let leading = chars.iter().take_while(|&&c| c == '_').count();
    let mut snake = "_".repeat(leading);
    for (at, &c) in chars.iter().enumerate().skip(leading) {
        let before = chars[..at].last().copied().unwrap_or('_');
        let ends_capitals =
            before.is_uppercase() && chars.get(at + 1).is_some_and(|next| next.is_lowercase());
        let begins_word = c.is_uppercase() && (before.is_lowercase() || before.is_numeric() || ends_capitals);
        let separates = !c.is_ascii_alphanumeric();
        if (separates || begins_word) && at > leading && !snake.ends_with('_') {
            snake.push('_');
        }
        if !separates {
            snake.push(c.to_ascii_lowercase());
        }
    }
    snake.truncate(snake.trim_end_matches('_').len().max(leading));
    snake.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_lower_snake_case() {
        for (name, expected) in [
            ("orderid", "orderid"),
            ("Order ID", "order_id"),
            ("InvoiceNo", "invoice_no"),
            ("HTTPServer2Name", "http_server2_name"),
            ("a.b-c", "a_b_c"),
            (" padded  name ", "padded_name"),
            ("_id", "_id"),
            ("Unit Größe", "unit_gr_e"),
            ("名前", ""),
            ("__", "__"),
        ] {
            assert_eq!(lower_snake(name), expected, "{name}");
        }
    }
}
