//! Tables as a whole: formats, keys, answers, and what is wrong with a file.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::config::{CsvFormat, Place, TableFormat, TableSource};

const CSV: fn() -> TableFormat = || TableFormat::Csv(CsvFormat::default());

/// A table of this format and key, of which everything else is as nobody says anything.
fn config(format: TableFormat, key: &[&str]) -> TableConfig {
    TableConfig {
        name: "table".to_owned(),
        source: TableSource::File("table".into()),
        key: owned(key),
        format,
        matching: Match::Exact,
        refresh: None,
        place: Place::default(),
    }
}

fn table(format: TableFormat, key: &[&str], content: impl AsRef<[u8]>) -> Table {
    Table::parse(content.as_ref(), &config(format, key)).unwrap()
}

fn normalised(key: &[&str], content: &str) -> Result<Table, String> {
    Table::parse(content.as_bytes(), &TableConfig { matching: Match::Normalised, ..config(CSV(), key) })
}

fn problem(format: TableFormat, key: &[&str], content: impl AsRef<[u8]>) -> String {
    Table::parse(content.as_ref(), &config(format, key)).unwrap_err()
}

fn csv_of(delimiter: u8, columns: Option<&[&str]>) -> TableFormat {
    TableFormat::Csv(CsvFormat { delimiter, columns: columns.map(owned) })
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|&text| text.to_owned()).collect()
}

fn answer(table: &Table, keys: &[&str], columns: &[&str]) -> Result<Option<String>, LookupError> {
    let row = table.lookup(&owned(keys), &owned(columns))?;
    Ok(row.map(|row| String::from_utf8(row).unwrap()))
}

/// The whole row of these keys.
fn row(table: &Table, keys: &[&str]) -> String {
    answer(table, keys, &[]).unwrap().unwrap_or_else(|| "no row".to_owned())
}

#[test]
fn each_format_gives_the_same_rows() {
    let csv = "Country,Region\nFrance,\"Europe, West\"\nPeru,\"a \"\"b\"\"\"\n";
    let lines = r#"{"Country":"France","Region":"Europe, West"}

 {"Region":"a \"b\"", "Country":"Peru"} "#;
    let json = r#"[{"Country":"France","Region":"Europe, West"},{"Country":"Peru","Region":"a \"b\""}]"#;
    for (format, content) in [(CSV(), csv), (TableFormat::JsonLines, lines), (TableFormat::Json, json)] {
        for mark in ["", "\u{feff}"] {
            let table = table(format.clone(), &["Country"], format!("{mark}{content}"));
            assert_eq!((table.len(), table.is_empty()), (2, false));
            assert!(table.columns().eq(["Country", "Region"]));
            assert_eq!(row(&table, &["France"]), r#"{"Country":"France","Region":"Europe, West"}"#);
            assert_eq!(answer(&table, &["Peru"], &["Region"]).unwrap().unwrap(), r#"{"Region":"a \"b\""}"#);
            assert_eq!(answer(&table, &["Chile"], &["Region"]).unwrap(), None);
        }
    }
}

#[test]
fn csv_is_read_with_any_delimiter_line_end_and_quoted_newline() {
    for (delimiter, content) in [
        (b',', "a,b\n\n1,\"x\r\ny\"\n2,z"),
        (b';', "a;b\r\n1;\"x\r\ny\"\r\n\r\n2;z\r\n"),
        (b'\t', "a\tb\r1\t\"x\r\ny\"\r2\tz\r"),
        (b'|', "\"a\"|b\n1|\"x\r\ny\"\n2|z\n\n\n"),
    ] {
        let table = table(csv_of(delimiter, None), &["a"], content);
        assert_eq!(table.len(), 2);
        assert_eq!(row(&table, &["1"]), r#"{"a":"1","b":"x\r\ny"}"#);
        assert_eq!(row(&table, &["2"]), r#"{"a":"2","b":"z"}"#);
    }
}

#[test]
fn csv_without_a_header_line_has_the_columns_that_are_named() {
    let table = table(csv_of(b';', Some(&["a", "b \"c\""])), &["b \"c\""], "\u{feff}1;x\n2;\n");
    assert_eq!(row(&table, &["x"]), r#"{"a":"1","b \"c\"":"x"}"#);
    assert_eq!(row(&table, &[""]), r#"{"a":"2","b \"c\"":""}"#);
}

#[test]
fn without_a_key_the_first_column_is_it() {
    let table = table(CSV(), &[], "code,name\nFR,France\n");
    assert_eq!(row(&table, &["FR"]), r#"{"code":"FR","name":"France"}"#);
    assert_eq!(answer(&table, &[], &[]).unwrap_err(), LookupError::KeyCount(1));
}

#[test]
fn json_values_keep_their_type_and_absent_ones_are_null() {
    let lines = "{\"id\":7,\"rate\":1.50}\n{\"id\":8,\"vat\":true}\n{\"rate\":2}";
    let table = table(TableFormat::JsonLines, &["id"], lines);
    assert_eq!(row(&table, &["7"]), r#"{"id":7,"rate":1.50,"vat":null}"#);
    assert_eq!(row(&table, &["8"]), r#"{"id":8,"rate":null,"vat":true}"#);
    assert_eq!(row(&table, &["null"]), r#"{"id":null,"rate":2,"vat":null}"#);
}

#[test]
fn values_of_several_lines_are_given_on_one() {
    let json = "[{\"id\": 1, \"at\": {\n  \"a \\\\\\\"b\": [1.50,\t\"c d\"]\r\n}}]";
    let table = table(TableFormat::Json, &["id"], json);
    assert_eq!(row(&table, &["1"]), r#"{"id":1,"at":{"a \\\"b":[1.50,"c d"]}}"#);
}

#[test]
fn values_of_any_length_come_back() {
    for length in [0, 1, 125, 126, 127, 128, 16_381, 16_382, 20_000, 3_000_000] {
        let long = "x".repeat(length);
        let table = table(CSV(), &["b"], format!("a,b,c\n{long},1,{long}\n{long},2,z\n"));
        assert_eq!(row(&table, &["1"]), format!(r#"{{"a":"{long}","b":"1","c":"{long}"}}"#));
        assert_eq!(answer(&table, &["2"], &["c"]).unwrap().unwrap(), r#"{"c":"z"}"#);
    }
}

#[test]
fn a_lookup_gives_the_columns_that_it_asks_for_in_its_order() {
    let table = table(CSV(), &["b", "a"], "a,b,c\n1,2,x\n1,3,y\n");
    assert_eq!(answer(&table, &["3", "1"], &["c"]).unwrap().unwrap(), r#"{"c":"y"}"#);
    assert_eq!(answer(&table, &["3", "1"], &["c", "a"]).unwrap().unwrap(), r#"{"c":"y","a":"1"}"#);
    assert_eq!(row(&table, &["2", "1"]), r#"{"a":"1","b":"2","c":"x"}"#);
    assert_eq!(row(&table, &["1", "2"]), "no row");
}

#[test]
fn a_lookup_that_cannot_be_answered_says_why_whether_or_not_the_row_is_there() {
    let table = table(CSV(), &["b", "a"], "a,b,c\n1,2,x\n1,3,y\n");
    for keys in [["3", "1"], ["9", "9"]] {
        let unknown = LookupError::NoSuchColumn("z".into());
        assert_eq!(answer(&table, &keys, &["c", "c", "z"]).unwrap_err(), unknown);
        assert_eq!(answer(&table, &keys, &["c", "a", "c"]).unwrap_err(), LookupError::RepeatedColumn);
        assert_eq!(answer(&table, &keys, &["c"; 100_000]).unwrap_err(), LookupError::RepeatedColumn);
    }
    assert_eq!(answer(&table, &["3"], &["z"]).unwrap_err(), LookupError::KeyCount(2));
    assert_eq!(answer(&table, &["3", "1", ""], &[]).unwrap_err(), LookupError::KeyCount(2));
}

#[test]
fn normalised_keys_match_whatever_the_case_accents_and_spaces() {
    let table = normalised(&["Country"], "Country,Code\nCôte d'Ivoire,CI\nSão Tomé,ST\nUSA,US\n").unwrap();
    for key in ["Côte d'Ivoire", " COTE  D'IVOIRE ", "co\u{302}te d'ivoire", "cote d'ivoire"] {
        assert_eq!(row(&table, &[key]), r#"{"Country":"Côte d'Ivoire","Code":"CI"}"#, "{key}");
    }
    assert_eq!(row(&table, &["usa"]), r#"{"Country":"USA","Code":"US"}"#);
    assert_eq!(row(&table, &["Cote dIvoire"]), "no row");
}

#[test]
fn normalised_keys_of_several_columns_match_one_by_one() {
    let table = normalised(&["a", "b"], "a,b\nNew  York,É\nNew,York É\n").unwrap();
    assert_eq!(row(&table, &["new york", "e"]), r#"{"a":"New  York","b":"É"}"#);
    assert_eq!(row(&table, &["NEW", "york e"]), r#"{"a":"New","b":"York É"}"#);
    assert_eq!(row(&table, &["new york e", ""]), "no row");
}

#[test]
fn exact_keys_match_as_they_are() {
    let table = table(TableFormat::JsonLines, &["k"], "{\"k\":\"A\\u00e9 \\\"\"}\n{\"k\":1.50}");
    assert_eq!(row(&table, &["Aé \""]), r#"{"k":"A\u00e9 \""}"#);
    assert_eq!(row(&table, &["1.50"]), r#"{"k":1.50}"#);
    for other in ["aé \"", "Ae\u{301} \"", "1.5", "\"A", ""] {
        assert_eq!(row(&table, &[other]), "no row");
    }
}

#[test]
fn a_key_that_is_there_twice_is_an_error_with_its_line() {
    let again = "the key is there a second time; keys must be unique";
    for (format, content, place) in [
        (CSV(), "a,b\n1,2\n1,3\n", "line 3"),
        (CSV(), "a,b\r\n\r\n1,\"2\r\n3\"\r\n\r\n1,3\r\n", "line 6"),
        (csv_of(b',', Some(&["a", "b"])), "1,2\r2,2\r1,3", "line 3"),
        (TableFormat::JsonLines, "{\"a\":1}\n\n{\"a\":2}\n{\"a\":\"1\"}", "line 4"),
        (TableFormat::Json, "[{\"a\":1},\n{},{\"a\":null}]", "object 3"),
    ] {
        assert_eq!(problem(format, &["a"], content), format!("{place}: {again}"));
    }
    let same = normalised(&["a"], "a\nx\ny\nx\n").unwrap_err();
    assert_eq!(same, format!("line 4: {again}"));
    let spelt = normalised(&["a"], "a\nÉire\ny\nEIRE\n").unwrap_err();
    let hint = "\n  hint: `match = \"normalised\"` makes two spellings one key";
    assert_eq!(spelt, format!("line 4: {again}{hint}"));
}

#[test]
fn columns_that_are_missing_or_there_twice_are_errors() {
    let missing = problem(CSV(), &["Country"], "a,b\n1,2\n");
    assert_eq!(missing, "there is no column `Country`\n  hint: the columns are `a`, `b`");
    assert_eq!(problem(CSV(), &["a"], "a,b,a\n"), "there are two columns named `a`");
    let named = csv_of(b',', Some(&["a", "a"]));
    assert_eq!(problem(named, &["a"], ""), "there are two columns named `a`");
    for (format, content) in
        [(CSV(), ""), (CSV(), "\n\n"), (TableFormat::Json, "[{}]"), (TableFormat::JsonLines, "\n")]
    {
        assert_eq!(problem(format.clone(), &["a"], content), "there are no columns", "{format:?}");
        assert_eq!(problem(format, &[], content), "there are no columns");
    }
    assert!(table(CSV(), &["a"], "a,b\n").is_empty());
}

#[test]
fn csv_that_is_not_well_formed_is_an_error_with_its_line() {
    for (content, expected) in [
        ("a,b\n1,2\n\n1\n", "line 4: its fields are 1, the columns are 2"),
        ("a,b\r\n1,\"2\r\n\"\r\n1,2,3\r\n", "line 4: its fields are 3, the columns are 2"),
        ("a,b\n1,2\n3,\"x\n4,y\n5,z\n", "line 3: a quote is opened and never closed"),
        ("a,b\n1,2\n3,\"x\"\"", "line 3: a quote is opened and never closed"),
        ("a,\"b\n", "line 1: a quote is opened and never closed"),
    ] {
        assert_eq!(problem(CSV(), &["a"], content), expected, "{content:?}");
    }
    let named = csv_of(b';', Some(&["a", "b"]));
    assert_eq!(problem(named, &["a"], "1,2\n"), "line 1: its fields are 1, the columns are 2");
    assert_eq!(row(&table(CSV(), &["a"], "a,b\n1,5\" pipe\n"), &["1"]), r#"{"a":"1","b":"5\" pipe"}"#);
}

#[test]
fn json_that_is_not_well_formed_is_an_error_with_its_line() {
    let lines = TableFormat::JsonLines;
    for (format, content, expected) in [
        (lines.clone(), "{\"a\":1}\n{\"a\":}", "line 2: expected value at column 6"),
        (lines.clone(), "{\"a\":1} {\"a\":2}", "line 1: trailing characters at column 9"),
        (lines.clone(), "{\"a\":1,\"a\":2}", "line 1: the member `a` is there twice at column 13"),
        (lines.clone(), "{\"a\":\"\\ud800\"}", "line 1: unexpected end of hex escape at column 14"),
        (
            TableFormat::Json,
            "[{\"a\":1},\n{\"a\":\"\\ud800\"}]",
            "unexpected end of hex escape at line 2 column 14",
        ),
        (TableFormat::Json, "[{\"a\":1}\n", "EOF while parsing a list at line 2 column 0"),
        (
            TableFormat::Json,
            "{\"a\":1}",
            "invalid type: map, expected an array of objects at line 1 column 0",
        ),
        (TableFormat::Json, "[1]", "invalid type: integer `1`, expected an object at line 1 column 2"),
        (TableFormat::Json, "[] []", "trailing characters at line 1 column 4"),
    ] {
        assert_eq!(problem(format, &["a"], content), expected, "{content:?}");
    }
}

#[test]
fn what_is_not_utf_8_is_an_error_with_its_line_and_a_way_out() {
    let expected = "line 3: it is not in UTF-8\n  hint: save it as UTF-8; spreadsheets name it `CSV UTF-8`";
    for format in [CSV(), TableFormat::Json, TableFormat::JsonLines] {
        assert_eq!(problem(format, &["a"], b"a,b\r\n1,2\r\n3,C\xf4te\r\n"), expected);
    }
}

/// Texts that share keys and spellings often, and need quoting and escapes.
const TEXT: &str = "[aAbé\u{301} ,;\"\\\\\n\t]{0,4}|[a-zÀ-ž0-9]{0,12}";

/// The first row of each key, as a table that is well made holds it.
fn distinct(rows: Vec<[String; 3]>, matching: Match) -> BTreeMap<Vec<String>, [String; 3]> {
    let mut distinct = BTreeMap::new();
    for row in rows {
        let key = key::of_lookup(&[row[2].clone(), row[0].clone()], matching).into_owned();
        distinct.entry(key).or_insert(row);
    }
    distinct
}

fn csv_text(rows: &BTreeMap<Vec<String>, [String; 3]>, delimiter: u8) -> Vec<u8> {
    let mut csv = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
    csv.write_record(["a", "b", "c"]).unwrap();
    rows.values().for_each(|row| csv.write_record(row).unwrap());
    csv.into_inner().unwrap()
}

fn json_lines_text(rows: &BTreeMap<Vec<String>, [String; 3]>) -> Vec<u8> {
    let line = |[a, b, c]: &[String; 3]| format!("{}\n", serde_json::json!({"c": c, "b": b, "a": a}));
    rows.values().map(line).collect::<String>().into_bytes()
}

proptest! {
    #[test]
    fn what_is_put_in_is_found_and_nothing_else(
        rows in proptest::collection::vec([TEXT, TEXT, TEXT], 1..30),
        others in proptest::collection::vec([TEXT, TEXT], 0..30),
        is_normalised: bool,
        is_json: bool,
    ) {
        let matching = if is_normalised { Match::Normalised } else { Match::Exact };
        let rows = distinct(rows, matching);
        let (format, content) = match is_json {
            true => (TableFormat::JsonLines, json_lines_text(&rows)),
            false => (csv_of(b';', None), csv_text(&rows, b';')),
        };
        let config = TableConfig { matching, ..config(format, &["c", "a"]) };
        let table = Table::parse(&content, &config).unwrap();
        prop_assert_eq!(table.len(), rows.len());
        let written = rows.values().map(|row| [row[2].clone(), row[0].clone()]);
        for keys in written.chain(rows.keys().map(|key| [key[0].clone(), key[1].clone()])).chain(others) {
            let expected = rows.get(&*key::of_lookup(&keys, matching));
            let answer = table.lookup(&keys, &owned(&["b", "a"])).unwrap();
            let answer: Option<BTreeMap<String, String>> =
                answer.map(|json| serde_json::from_slice(&json).unwrap());
            let expected = expected.map(|[a, b, _]| {
                BTreeMap::from([("a".to_owned(), a.clone()), ("b".to_owned(), b.clone())])
            });
            prop_assert_eq!(answer, expected);
        }
    }
}

#[test]
fn columns_of_the_key_are_told_from_the_others() {
    let table = table(CSV(), &["d", "b"], "a,b,c,d\n1,2,3,4\n");
    assert_eq!(table.beside_key().collect::<Vec<_>>(), ["a", "c"]);
}
