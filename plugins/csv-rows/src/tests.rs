//! The plugin from the record to the outcome, natively. What each setting does is told by the cases in
//! `cases/`.

use nozzle_sdk::testing::{self, Host};
use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

/// Settings of three columns, and these.
fn sales(more: &str) -> String {
    format!(r#"{{"columns":{{"Item Type":"string","Units Sold":"int","Unit Price":"decimal(10,2)"}}{more}}}"#)
}

fn plugin(settings: &str) -> CsvRows {
    testing::configure(settings).unwrap_or_else(|error| panic!("{error}"))
}

/// What becomes of a record whose bad rows fail it, and how many header lines it has.
fn run(settings: &str, record: impl Into<Vec<u8>>) -> (Result<Outcome>, u64) {
    let host = Host::new();
    let outcome = host.run(|| testing::transform(&plugin(settings), Record::new(record)));
    (outcome, host.counter(HEADER_LINE))
}

fn rows(settings: &str, record: impl Into<Vec<u8>>) -> Vec<String> {
    let rows = match run(settings, record).0 {
        Ok(Outcome::Deliver(row)) => vec![row],
        Ok(Outcome::Explode(rows)) => rows,
        other => panic!("no row but {other:?}"),
    };
    rows.into_iter().map(|row| String::from_utf8(row.data).unwrap()).collect()
}

/// Code, path and reason.
fn failure(settings: &str, record: impl Into<Vec<u8>>) -> (String, String, String) {
    let Failure { code, path, reason } = run(settings, record).0.unwrap_err();
    (code, path.unwrap_or_default(), reason)
}

fn told(code: &str, path: &str, reason: &str) -> (String, String, String) {
    (code.to_owned(), path.to_owned(), reason.to_owned())
}

/// What a column of a type holds, or what is wrong with it.
fn value(kind: &str, more: &str, field: &str) -> Result<String, String> {
    let settings = format!(r#"{{"columns":{{"v":{kind},"w":"string"}},"delimiter":";"{more}}}"#);
    match run(&settings, format!("{field};")).0 {
        Ok(Outcome::Deliver(row)) => {
            let row = String::from_utf8(row.data).unwrap();
            Ok(row.strip_prefix(r#"{"v":"#).unwrap().strip_suffix(r#","w":null}"#).unwrap().to_owned())
        }
        Ok(other) => panic!("no row but {other:?}"),
        Err(failure) => Err(failure.reason),
    }
}

#[test]
fn lines_become_typed_rows() {
    assert_eq!(
        rows(&sales(""), "\"Baby \"\"Food\"\", dry\",9925,255.28\r\nCereal, 17850.0 ,5\r\n"),
        [
            r#"{"Item Type":"Baby \"Food\", dry","Units Sold":9925,"Unit Price":255.28}"#,
            r#"{"Item Type":"Cereal","Units Sold":17850,"Unit Price":5.00}"#,
        ]
    );
}

#[test]
fn a_list_makes_strings_of_all_columns() {
    let settings = r#"{"columns":["a","b"],"null":[]}"#;
    assert_eq!(rows(settings, " 1 ,"), [r#"{"a":" 1 ","b":""}"#]);
    assert_eq!(rows(settings, "\"\u{1}\n\t\\\",é"), [r#"{"a":"\u0001\n\t\\","b":"é"}"#]);
}

#[test]
fn header_lines_are_dropped_wherever_they_stand() {
    let row = |item: &str| format!(r#"{{"Item Type":"{item}","Units Sold":1,"Unit Price":2.00}}"#);
    let header = "Item Type,Units Sold,Unit Price";
    let text = format!(
        "{header}\na,1,2\n\"ITEM TYPE\", units sold ,\tUnit Price\r\nb,1,2\n\u{feff}{header}\nc,1,2\n\u{feff}\"Item Type\",Units Sold,Unit Price"
    );
    assert_eq!(rows(&sales(""), &*text), [row("a"), row("b"), row("c")]);
    assert_eq!(run(&sales(""), text).1, 4);
    for alone in [header, "\u{feff}Item Type,Units Sold,Unit Price\r\n", &format!("{header}\n\n{header}\n")] {
        assert_eq!(run(&sales(""), alone).0, Ok(Outcome::drop(HEADER_LINE)), "{alone}");
    }
    let other = told("mistyped-column", r#"["Units Sold"]"#, "is not a number");
    assert_eq!(failure(&sales(""), "Item Type,Unit Price,Units Sold"), other);
    assert_eq!(failure(&sales(""), "Item Type,Units Sold").0, "field-count");
    assert_eq!(run(r#"{"columns":[" Größe "]}"#, "GRÖßE").1, 1);
}

#[test]
fn names_follow_the_output() {
    let config = |columns: &str| {
        let text = format!(
            r#"{{"settings":{{"columns":{columns}}},"output":{{"names":"lower-snake","times":"epoch-micros"}}}}"#
        );
        CsvRows::configure(serde_json::from_str(&text).unwrap())
    };
    let plugin = config(r#"{"Item Type":"string","Order Date":{"type":"date","from":"%m/%d/%Y"}}"#).unwrap();
    let outcome = |text: &str| plugin.transform(Record::new(text));
    assert_eq!(outcome("a,8/20/2025"), Ok(Outcome::deliver(r#"{"item_type":"a","order_date":20320}"#)));
    assert_eq!(outcome("Item Type,Order Date"), Ok(Outcome::drop(HEADER_LINE)));
    assert_eq!(outcome("a,b").unwrap_err().path.as_deref(), Some(r#"["Order Date"]"#));
    for (columns, trouble) in [
        (r#"["Item Type","itemType"]"#, "`settings.columns`: two columns get the name `item_type`"),
        (r#"["名前"]"#, "`settings.columns`: no name is left of column `名前`"),
    ] {
        assert_eq!(config(columns).unwrap_err().to_string(), trouble);
    }
}

#[test]
fn times_are_read_in_the_formats_that_are_listed() {
    let listed = r#"{"type":"timestamp","from":["%m/%d/%Y %H:%M","iso"]}"#;
    for (field, time) in
        [("12/1/2010 8:26", "2010-12-01T08:26:00Z"), (" 2010-12-01 08:26:00", "2010-12-01T08:26:00Z")]
    {
        assert_eq!(value(listed, "", field), Ok(format!("\"{time}\"")));
    }
    let date = r#"{"type":"date","from":"%m/%d/%Y"}"#;
    assert_eq!(value(date, "", "5/28/2010"), Ok(r#""2010-05-28""#.to_owned()));
    assert_eq!(value(date, "", "28/5/2010"), Err("is not a date in any of its formats".to_owned()));
    assert_eq!(value(r#""date""#, "", ""), Ok("null".to_owned()));
}

#[test]
fn a_decimal_comma_stands_in_numbers_alone() {
    let comma = r#","decimal":",""#;
    for (kind, field, expected) in [
        (r#""decimal(10,2)""#, "1234,5", Ok("1234.50")),
        (r#""double""#, "-0,5", Ok("-0.5")),
        (r#""number""#, "1,50", Ok("1.50")),
        (r#""int""#, "17850,0", Ok("17850")),
        (r#""bigint""#, "12", Ok("12")),
        (r#""string""#, "1,5", Ok("\"1,5\"")),
        (r#"{"type":"decimal(10,2)","from":"unscaled-base64"}"#, "B88=", Ok("19.99")),
        (
            r#"{"type":"timestamp","from":"%Y-%m-%d %H:%M:%S.%f"}"#,
            "2025-08-20 12:30:00.5",
            Ok("\"2025-08-20T12:30:00.500000Z\""),
        ),
        (r#""double""#, "1234.5", Err("is not a number with a decimal comma")),
        (r#""double""#, "1.234,5", Err("is not a number with a decimal comma")),
        (r#""double""#, "1,234,5", Err("is not a number")),
    ] {
        let expected = expected.map(str::to_owned).map_err(str::to_owned);
        assert_eq!(value(kind, comma, field), expected, "{kind} {field}");
    }
    assert_eq!(value(r#""double""#, "", "1,5"), Err("is not a number".to_owned()));
}

#[test]
fn texts_mean_null_as_the_settings_say() {
    let some = r#","null":["-","N/A"]"#;
    for (kind, more, field, expected) in [
        (r#""string""#, "", "", Ok("null")),
        (r#""string""#, "", "\"\"", Ok("null")),
        (r#""string""#, "", " ", Ok("\" \"")),
        (r#""int""#, "", " ", Ok("null")),
        (r#""int""#, some, " N/A ", Ok("null")),
        (r#""boolean""#, some, "-", Ok("null")),
        (r#""string""#, some, " - ", Ok("\" - \"")),
        (r#""int""#, some, "n/a", Err("is not a number")),
        (r#""int""#, r#","null":[]"#, "", Err("is not a number")),
    ] {
        let settings = format!(r#"{{"columns":{{"v":{kind},"w":"int"}},"delimiter":";"{more}}}"#);
        let outcome = run(&settings, format!("{field};0")).0;
        let expected = expected.map(|value| Outcome::deliver(format!(r#"{{"v":{value},"w":0}}"#)));
        assert_eq!(
            outcome,
            expected.map_err(|reason| Failure::new("mistyped-column", reason).at("v")),
            "{field}"
        );
    }
}

#[test]
fn text_is_read_in_its_encoding() {
    let pound = b"\xa35,\"\x80\"\"\"";
    let settings = |encoding: &str| format!(r#"{{"columns":["a","b"],"encoding":"{encoding}"}}"#);
    assert_eq!(rows(&settings("iso-8859-1"), pound), ["{\"a\":\"£5\",\"b\":\"\u{80}\\\"\"}"]);
    assert_eq!(rows(&settings("windows-1252"), pound), [r#"{"a":"£5","b":"€\""}"#]);
    assert_eq!(rows(&settings("windows-1252"), b"\x9f,\xff"), [r#"{"a":"Ÿ","b":"ÿ"}"#]);
    assert_eq!(failure(&settings("utf-8"), pound), told("not-utf8", "a", "is not UTF-8"));
    let undefined = told("not-windows-1252", "b", "is not windows-1252");
    assert_eq!(failure(&settings("windows-1252"), b"\x80,\x81"), undefined);
    // A byte order mark is that of UTF-8 alone.
    assert_eq!(rows(&settings("utf-8"), "\u{feff}a,c"), [r#"{"a":"a","b":"c"}"#]);
    assert_eq!(rows(&settings("iso-8859-1"), "\u{feff}a,c"), [r#"{"a":"ï»¿a","b":"c"}"#]);
}

#[test]
fn what_is_wrong_with_a_row_is_told_by_its_place() {
    let path = r#"["Unit Price"]"#;
    for (record, code, at, reason) in [
        ("a,1,x", "mistyped-column", path, "is not a number"),
        ("a,1,0.125", "mistyped-column", path, "does not fit decimal(10,2)"),
        ("a,2147483648,1", "mistyped-column", r#"["Units Sold"]"#, "is not a 32-bit integer"),
        ("a,1", "field-count", "", "has fewer than 3 fields"),
        ("a,1,2,", "field-count", "", "has more than 3 fields"),
        ("a,1,\"2", "unterminated-quote", path, "has no closing quote"),
        ("a,1,\"2\"0", "stray-quote", path, "has text behind its closing quote"),
        ("a,1,2,\"3", "unterminated-quote", "", "has no closing quote"),
    ] {
        assert_eq!(failure(&sales(""), record), told(code, at, reason), "{record}");
        let dot = if at.is_empty() || at.starts_with('[') { "" } else { "." };
        let third = format!("a,1,2\n\nItem Type,Units Sold,Unit Price\n{record}");
        assert_eq!(failure(&sales(""), third), told(code, &format!("[2]{dot}{at}"), reason), "{record}");
    }
    for record in ["", "\r\n\n", "\u{feff}"] {
        assert_eq!(failure(&sales(""), record), told("empty-record", "", "record holds no line"));
    }
}

#[test]
fn bad_rows_are_set_aside_as_they_are_written() {
    let host = Host::new();
    let text = "a,1,2\r\nb,\"1\nx\",2\r\nc,1\n\nd,1,\"2\"0,\"\n\"\ne,1,2\nf,\"1\n";
    let outcome = host.run(|| plugin(&sales("")).transform(Record::new(text)));
    let row = |item: &str| Row::new(format!(r#"{{"Item Type":"{item}","Units Sold":1,"Unit Price":2.00}}"#));
    assert_eq!(outcome, Ok(Outcome::rows(vec![row("a"), row("e")])));
    let rejected: Vec<_> = host
        .rejected()
        .into_iter()
        .map(|(raw, failure)| {
            (String::from_utf8(raw).unwrap(), failure.code, failure.path.unwrap_or_default())
        })
        .collect();
    let aside = |raw: &str, code: &str, path: &str| (raw.to_owned(), code.to_owned(), path.to_owned());
    assert_eq!(
        rejected,
        [
            aside("b,\"1\nx\",2", "mistyped-column", r#"[1]["Units Sold"]"#),
            aside("c,1", "field-count", "[2]"),
            aside("d,1,\"2\"0,\"\n\"", "stray-quote", r#"[3]["Unit Price"]"#),
            aside("f,\"1\n", "unterminated-quote", r#"[5]["Units Sold"]"#),
        ]
    );
}

#[test]
fn wrong_settings_are_refused_in_words_that_help() {
    for (settings, told) in [
        ("{}", "`settings`: missing field `columns`"),
        (
            r#"{"columns":["a"],"separator":";"}"#,
            "`settings.separator`: unknown field `separator`, expected one of `columns`, `delimiter`, \
             `decimal`, `null`, `encoding`",
        ),
        (r#"{"columns":{}}"#, "`settings.columns`: names no column"),
        (r#"{"columns":["a","b","a"]}"#, "`settings.columns`: two columns get the name `a`"),
        (r#"{"columns":["a",""]}"#, "`settings.columns`: no name is left of column ``"),
        (
            r#"{"columns":"a"}"#,
            "`settings.columns`: invalid type: string \"a\", expected an object of columns with their types, or \
             a list of columns",
        ),
        (
            r#"{"columns":{"a":"date","b":"float"}}"#,
            "`settings.columns.b`: unknown type `float`, expected one of `string`, `int`, `bigint`, `double`, \
             `number`, `boolean`, `decimal(p,s)`, `date`, `timestamp`",
        ),
        (
            r#"{"columns":["a"],"delimiter":";;"}"#,
            "`settings.delimiter`: is not one ASCII character other than a quote or a line end",
        ),
        (
            r#"{"columns":["a"],"decimal":";"}"#,
            "`settings.decimal`: unknown variant `;`, expected `.` or `,`",
        ),
        (r#"{"columns":["a"],"null":""}"#, "`settings.null`: invalid type: string \"\", expected a sequence"),
        (
            r#"{"columns":["a"],"encoding":"latin1"}"#,
            "`settings.encoding`: unknown variant `latin1`, expected one of `utf-8`, `iso-8859-1`, \
             `windows-1252`",
        ),
    ] {
        assert_eq!(testing::configure::<CsvRows>(settings).unwrap_err(), told);
    }
    for delimiter in ["\"", "\n", "\r", "", "§"] {
        let settings = serde_json::json!({ "columns": ["a"], "delimiter": delimiter });
        assert!(testing::configure::<CsvRows>(&settings.to_string()).is_err(), "{delimiter:?}");
    }
}

#[test]
fn the_schema_names_every_setting() {
    let schema: serde_json::Value = serde_json::from_str(CsvRows::SETTINGS_SCHEMA).unwrap();
    let properties = schema["properties"].as_object().unwrap();
    let named: Vec<&String> = properties.keys().collect();
    assert_eq!(named, ["columns", "delimiter", "decimal", "null", "encoding"]);
    let mut defaults = serde_json::json!({ "columns": ["a"] });
    for (name, property) in properties.iter().skip(1) {
        defaults[name] = property["default"].clone();
    }
    let configured = |settings: &str| format!("{:?}", testing::configure::<CsvRows>(settings).unwrap());
    assert_eq!(configured(&defaults.to_string()), configured(r#"{"columns":["a"]}"#));
}

proptest! {
    /// What the `csv` crate writes comes back as it was.
    #[test]
    fn strings_survive_csv(
        table in vec(vec(any::<String>(), 3), 1..6), delimiter in prop::sample::select(vec![b',', b';', b'\t', b'|']),
        always in any::<bool>(), crlf in any::<bool>(),
    ) {
        // A byte order mark is none of a line's first field.
        prop_assume!(!table.iter().any(|row| row[0].starts_with('\u{feff}')));
        let style = if always { csv::QuoteStyle::Always } else { csv::QuoteStyle::Necessary };
        let end = if crlf { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') };
        let mut writer =
            csv::WriterBuilder::new().delimiter(delimiter).quote_style(style).terminator(end).from_writer(Vec::new());
        table.iter().for_each(|row| writer.write_record(row).unwrap());
        let settings = serde_json::json!({
            "columns": ["c0", "c1", "c2"], "delimiter": char::from(delimiter).to_string(), "null": [],
        });
        let read: Vec<Vec<String>> = rows(&settings.to_string(), writer.into_inner().unwrap())
            .iter()
            .map(|row| serde_json::from_str::<serde_json::Map<_, _>>(row).unwrap())
            .map(|row| row.into_iter().map(|(_, text)| text.as_str().unwrap().to_owned()).collect())
            .collect();
        prop_assert_eq!(read, table);
    }

    /// Nothing of the record stands in a reason.
    #[test]
    fn a_reason_holds_no_value(word in "[g-z]{6,12}", before in "[\"]?", after in "[\",]?") {
        let settings = r#"{"columns":{"a":"int","b":"timestamp"}}"#;
        if let Err(Failure { path, reason, .. }) = run(settings, format!("{before}{word}{after},1,{word}")).0 {
            prop_assert!(!reason.contains(&word) && !path.unwrap_or_default().contains(&word));
        }
    }
}
