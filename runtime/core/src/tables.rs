//! Reference tables: read once, indexed by key, shared by all plugins and instances.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::Arc;

use serde_json::value::RawValue;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use crate::config::{Match, TableConfig, TableFormat};
use crate::{StartError, artefact};

/// All reference tables of a configuration, by name.
#[derive(Debug, Default)]
pub(crate) struct Tables {
    tables: HashMap<String, Table>,
}

/// One table. A row keeps its values as JSON text, so that a lookup only has to join them.
#[derive(Debug)]
pub struct Table {
    columns: Vec<String>,
    key_columns: usize,
    matching: Match,
    rows: HashMap<Box<[String]>, Box<[Box<str>]>>,
    version: String,
}

/// Why a lookup has no answer; the contract's `lookup-error`.
#[derive(Debug, PartialEq, Eq)]
pub enum LookupError {
    /// There is no table of that name.
    NoSuchTable,
    /// The table has no column of this name.
    NoSuchColumn(String),
    /// The table's key has this many columns; another number of keys was given.
    KeyCount(u32),
    /// A column is asked for twice.
    RepeatedColumn,
}

/// What a file holds before it is indexed: column names, and rows of JSON values, each with the line it came from.
struct Rows {
    columns: Vec<String>,
    rows: Vec<(usize, Vec<Box<str>>)>,
}

/// The value of a column that a row lacks.
const NULL: &str = "null";

impl Tables {
    pub(crate) fn load(configs: &[TableConfig]) -> Result<Arc<Self>, StartError> {
        let mut tables = HashMap::new();
        for config in configs {
            let table = Table::load(config).map_err(|problem| StartError::Table {
                place: config.place.to_string(),
                table: config.name.clone(),
                problem,
            })?;
            tables.insert(config.name.clone(), table);
        }
        Ok(Arc::new(Self { tables }))
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.tables.keys().map(String::as_str)
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Table> {
        self.tables.get(name)
    }

    /// The row with these keys as a compact JSON object of `columns`, of all columns when none is named.
    pub(crate) fn lookup(
        &self,
        table: &str,
        keys: &[String],
        columns: &[String],
    ) -> Result<Option<Vec<u8>>, LookupError> {
        self.get(table).ok_or(LookupError::NoSuchTable)?.lookup(keys, columns)
    }
}

impl Table {
    fn load(config: &TableConfig) -> Result<Self, String> {
        let bytes = artefact::read(&config.path)?;
        Self::parse(&bytes, config).map_err(|problem| format!("`{}`: {problem}", config.path.display()))
    }

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
        Ok(Self { columns: read.columns, key_columns: key.len(), matching, rows, version })
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
        if keys.len() != self.key_columns {
            return Err(LookupError::KeyCount(self.key_columns as u32));
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

fn read(bytes: &[u8], config: &TableConfig) -> Result<Rows, String> {
    match config.format {
        TableFormat::Csv => read_csv(bytes),
        TableFormat::Json => read_json(bytes),
        TableFormat::JsonLines => read_json_lines(bytes),
    }
}

/// A header line and rows; every value is a string.
fn read_csv(bytes: &[u8]) -> Result<Rows, String> {
    let mut reader = csv::Reader::from_reader(bytes);
    let header = reader.headers().map_err(|error| error.to_string())?;
    let columns: Vec<String> = header.iter().map(str::to_owned).collect();
    if let Some(twice) = columns.iter().enumerate().find(|(at, column)| columns[..*at].contains(column)) {
        return Err(format!("there are two columns named `{}`", twice.1));
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| error.to_string())?;
        let line = record.position().map_or(0, |position| position.line() as usize);
        rows.push((line, record.iter().map(json_string).collect()));
    }
    Ok(Rows { columns, rows })
}

/// One array of objects.
fn read_json(bytes: &[u8]) -> Result<Rows, String> {
    let objects: Vec<Object<'_>> = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    let numbered: Vec<_> =
        objects.into_iter().enumerate().map(|(index, object)| (index + 1, object)).collect();
    rows_of(&numbered)
}

/// One object a line; blank lines are skipped.
fn read_json_lines(bytes: &[u8]) -> Result<Rows, String> {
    let text = std::str::from_utf8(bytes).map_err(|error| error.to_string())?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let objects = lines.map(|(index, line)| match serde_json::from_str::<Object<'_>>(line) {
        Ok(object) => Ok((index + 1, object)),
        Err(error) => Err(format!("line {}: {error}", index + 1)),
    });
    rows_of(&objects.collect::<Result<Vec<_>, _>>()?)
}

/// The members of a JSON object in their order, values as raw text.
type Object<'a> = indexmap::IndexMap<String, &'a RawValue>;

/// Columns in the order in which the objects first name them; a column that an object lacks is null there.
fn rows_of(objects: &[(usize, Object<'_>)]) -> Result<Rows, String> {
    let mut columns = indexmap::IndexSet::new();
    for (_, object) in objects {
        columns.extend(object.keys().cloned());
    }
    let rows = objects.iter().map(|(line, object)| {
        let values =
            columns.iter().map(|column| object.get(column).map_or(Ok(NULL.into()), |raw| value(raw)));
        match values.collect::<Result<_, _>>() {
            Ok(values) => Ok((*line, values)),
            Err(error) => Err(format!("line {line}: {error}")),
        }
    });
    let rows = rows.collect::<Result<_, _>>()?;
    Ok(Rows { columns: columns.into_iter().collect(), rows })
}

/// A value as lookups give it: on one line. Escapes are looked at because JSON's grammar takes half of a surrogate pair,
/// which no plugin could read.
fn value(raw: &RawValue) -> Result<Box<str>, serde_json::Error> {
    let json = raw.get();
    if json.contains('\\') {
        serde_json::from_str::<serde_json::Value>(json)?;
    }
    Ok(if json.starts_with(['{', '[']) { compact(json).into() } else { json.into() })
}

/// JSON text without the white space between its tokens.
fn compact(json: &str) -> String {
    let (mut in_string, mut escaped) = (false, false);
    let is_kept = |c: &char| {
        let is_kept = in_string || !c.is_ascii_whitespace();
        in_string ^= *c == '"' && !escaped;
        escaped = *c == '\\' && !escaped;
        is_kept
    };
    json.chars().filter(is_kept).collect()
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

fn json_string(text: &str) -> Box<str> {
    serde_json::Value::from(text).to_string().into()
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
