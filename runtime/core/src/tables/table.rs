//! One reference table: indexed by key, looked up by it.

use std::collections::HashMap;
use std::fmt::Write as _;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use super::read::{Rows, json_string, read};
use crate::artefact;
use crate::config::{Match, TableConfig};

/// One table. A row keeps its values as JSON text, so that a lookup only has to join them.
#[derive(Debug)]
pub struct Table {
    columns: Vec<String>,
    key: Vec<String>,
    matching: Match,
    rows: HashMap<Box<[String]>, Box<[Box<str>]>>,
    version: String,
}

/// Why a lookup has no answer; the contract's `lookup-error`.
#[derive(Debug, PartialEq, Eq)]
pub enum LookupError {
    /// The table has no column of this name.
    NoSuchColumn(String),
    /// The table's key has this many columns; another number of keys was given.
    KeyCount(u32),
    /// A column is asked for twice.
    RepeatedColumn,
}

impl Table {
    /// Reads and indexes the content of a table's file. The configuration says what it is; its path is not opened.
    ///
    /// # Errors
    ///
    /// When the bytes are not of that format, a key column is not there, or two rows have one key.
    pub fn parse(bytes: &[u8], config: &TableConfig) -> Result<Self, String> {
        let version = artefact::sha256(bytes)[..12].to_owned();
        Self::index(read(bytes, config)?, &config.key, config.matching, version)
    }

    fn index(read: Rows, key: &[String], matching: Match, version: String) -> Result<Self, String> {
        let positions =
            key.iter().map(|column| position(&read.columns, column)).collect::<Result<Vec<_>, _>>()?;
        let mut rows = HashMap::with_capacity(read.rows.len());
        for (line, values) in read.rows {
            let key: Box<[String]> =
                positions.iter().map(|&at| matched(key_text(&values[at]), matching)).collect();
            if rows.insert(key, values.into()).is_some() {
                return Err(format!("line {line}: the key is there a second time; keys must be unique"));
            }
        }
        Ok(Self { columns: read.columns, key: key.to_vec(), matching, rows, version })
    }

    /// The columns, in their order.
    pub(crate) fn columns(&self) -> &[String] {
        &self.columns
    }

    /// The columns that are not of the key, in their order.
    pub(crate) fn beside_key(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().filter(|column| !self.key.contains(column)).map(String::as_str)
    }

    /// How many rows it has.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether it has no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The first 12 hexadecimal digits of the file's SHA-256.
    pub(crate) fn version(&self) -> &str {
        &self.version
    }

    /// The row with these keys as a compact JSON object of `columns`, of all columns when none is named; `None` when no
    /// row has them.
    ///
    /// # Errors
    ///
    /// When there is no such column, or the key is of another number of columns.
    pub fn lookup(&self, keys: &[String], columns: &[String]) -> Result<Option<Vec<u8>>, LookupError> {
        if keys.len() != self.key.len() {
            return Err(LookupError::KeyCount(self.key.len() as u32));
        }
        let asked = if columns.is_empty() { &self.columns } else { columns };
        let positions = asked
            .iter()
            .map(|column| {
                position(&self.columns, column).map_err(|_| LookupError::NoSuchColumn(column.clone()))
            })
            .collect::<Result<Vec<_>, _>>()?;
        if repeats(&positions, self.columns.len()) {
            return Err(LookupError::RepeatedColumn);
        }
        let row = match self.matching {
            Match::Exact => self.rows.get(keys),
            Match::Normalised => {
                let keys: Vec<String> = keys.iter().map(|key| matched(key.clone(), self.matching)).collect();
                self.rows.get(&keys[..])
            }
        };
        Ok(row.map(|row| object(asked, positions.iter().map(|&at| &*row[at]))))
    }
}

fn position(columns: &[String], column: &str) -> Result<usize, String> {
    columns.iter().position(|name| name == column).ok_or_else(|| {
        let there = columns.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        format!("there is no column `{column}`\n  hint: the columns are {there}")
    })
}

/// Whether one of `columns` columns is named twice: one value asked for a hundred thousand times would be an answer of
/// gigabytes.
fn repeats(positions: &[usize], columns: usize) -> bool {
    positions.len() > columns || (1..positions.len()).any(|at| positions[..at].contains(&positions[at]))
}

/// A key is compared as text: a JSON string by what it means, anything else as it is written.
fn key_text(value: &str) -> String {
    serde_json::from_str(value).unwrap_or_else(|_| value.to_owned())
}

/// A key as it is compared: as it is, or without regard to case, accents and surplus spaces.
fn matched(key: String, matching: Match) -> String {
    if matching == Match::Exact {
        return key;
    }
    let plain: String = key.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn object<'a>(columns: &[String], values: impl Iterator<Item = &'a str>) -> Vec<u8> {
    let mut json = String::from("{");
    for (column, value) in columns.iter().zip(values) {
        let comma = if json.len() == 1 { "" } else { "," };
        let _ = write!(json, "{comma}{}:{value}", json_string(column));
    }
    json.push('}');
    json.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::CsvFormat;
    use crate::tables::read::{read_json, read_json_lines};

    fn read_csv(bytes: &[u8]) -> Result<Rows, String> {
        crate::tables::read::read_csv(bytes, &CsvFormat::default())
    }

    fn table(rows: Rows, key: &[&str]) -> Result<Table, String> {
        let key: Vec<String> = key.iter().map(|&column| column.to_owned()).collect();
        Table::index(rows, &key, Match::Exact, String::new())
    }

    fn found(table: &Table, keys: &[&str], columns: &[&str]) -> Result<Option<String>, LookupError> {
        let owned = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
        let row = table.lookup(&owned(keys), &owned(columns))?;
        Ok(row.map(|row| String::from_utf8(row).unwrap()))
    }

    #[test]
    fn each_format_gives_the_same_rows() {
        let csv =
            table(read_csv(b"Country,Region\nFrance,\"Europe, West\"\n").unwrap(), &["Country"]).unwrap();
        let lines = b"{\"Country\":\"France\",\"Region\":\"Europe, West\"}\n\n";
        let lines = table(read_json_lines(lines).unwrap(), &["Country"]).unwrap();
        let json = br#"[{"Country":"France","Region":"Europe, West"}]"#;
        let json = table(read_json(json).unwrap(), &["Country"]).unwrap();
        for table in [csv, lines, json] {
            assert_eq!(
                found(&table, &["France"], &["Region"]).unwrap().unwrap(),
                r#"{"Region":"Europe, West"}"#
            );
            assert_eq!(found(&table, &["Peru"], &[]).unwrap(), None);
        }
    }

    #[test]
    fn values_keep_their_type_and_absent_ones_are_null() {
        let rows = read_json_lines(b"{\"id\":7,\"rate\":1.50}\n{\"id\":8,\"vat\":true}").unwrap();
        let table = table(rows, &["id"]).unwrap();
        assert_eq!(found(&table, &["7"], &[]).unwrap().unwrap(), r#"{"id":7,"rate":1.50,"vat":null}"#);
    }

    #[test]
    fn values_of_several_lines_are_given_on_one() {
        let json = b"[{\"id\": 1, \"at\": {\n  \"a \\\\\\\"b\": [1.50,\t\"c d\"]\r\n}}]";
        let table = table(read_json(json).unwrap(), &["id"]).unwrap();
        let expected = r#"{"id":1,"at":{"a \\\"b":[1.50,"c d"]}}"#;
        assert_eq!(found(&table, &["1"], &[]).unwrap().unwrap(), expected);
    }

    #[test]
    fn half_of_a_surrogate_pair_is_an_error() {
        let error = read_json_lines(br#"{"id":"\ud800"}"#).err().unwrap();
        assert!(error.starts_with("line 1: unexpected end of hex escape"), "{error}");
    }

    #[test]
    fn several_key_columns_make_one_key() {
        let table = table(read_csv(b"a,b,c\n1,2,x\n1,3,y\n").unwrap(), &["b", "a"]).unwrap();
        assert_eq!(found(&table, &["3", "1"], &["c"]).unwrap().unwrap(), r#"{"c":"y"}"#);
        assert_eq!(found(&table, &["3"], &[]).unwrap_err(), LookupError::KeyCount(2));
        assert_eq!(found(&table, &["3", "1"], &["z"]).unwrap_err(), LookupError::NoSuchColumn("z".into()));
        assert_eq!(found(&table, &["3", "1"], &["c", "c"]).unwrap_err(), LookupError::RepeatedColumn);
    }

    #[test]
    fn columns_of_the_key_are_told_from_the_others() {
        let table = table(read_csv(b"a,b,c,d\n").unwrap(), &["d", "b"]).unwrap();
        assert_eq!(table.beside_key().collect::<Vec<_>>(), ["a", "c"]);
    }

    #[test]
    fn normalised_keys_match_whatever_the_case_accents_and_spaces() {
        let rows = read_csv("Country,Code\nCôte d'Ivoire,CI\nSão Tomé,ST\n".as_bytes()).unwrap();
        let table = Table::index(rows, &["Country".to_owned()], Match::Normalised, String::new()).unwrap();
        for key in ["Côte d'Ivoire", " COTE  D'IVOIRE ", "co\u{302}te d'ivoire"] {
            assert_eq!(found(&table, &[key], &["Code"]).unwrap().unwrap(), r#"{"Code":"CI"}"#, "{key}");
        }
        assert_eq!(found(&table, &["Cote dIvoire"], &[]).unwrap(), None);
    }

    #[test]
    fn a_missing_key_column_and_a_repeated_key_are_errors() {
        let missing = table(read_csv(b"a,b\n1,2\n").unwrap(), &["Country"]).unwrap_err();
        assert_eq!(missing, "there is no column `Country`\n  hint: the columns are `a`, `b`");
        let repeated = table(read_csv(b"a,b\n1,2\n1,3\n").unwrap(), &["a"]).unwrap_err();
        assert_eq!(repeated, "line 3: the key is there a second time; keys must be unique");
        assert_eq!(read_csv(b"a,b,a\n").err().unwrap(), "there are two columns named `a`");
    }
}
