//! The plugin from the record to the outcome, natively. What each setting does is told by the cases in
//! `cases/`.

use nozzle_sdk::testing::{self, Host};
use proptest::prelude::*;

use super::*;

fn transform(settings: &str, record: &str) -> Result<Outcome> {
    testing::transform(&testing::configure::<Clean>(settings).unwrap(), Record::new(record))
}

fn row(settings: &str, record: &str) -> String {
    match transform(settings, record) {
        Ok(Outcome::Deliver(row)) => String::from_utf8(row.data).unwrap(),
        other => panic!("no row but {other:?}"),
    }
}

/// Code, path and reason.
fn failure(settings: &str, record: &str) -> (String, String, String) {
    let Failure { code, path, reason } = transform(settings, record).unwrap_err();
    (code, path.unwrap_or_default(), reason)
}

fn refusal(settings: &str) -> String {
    testing::configure::<Clean>(settings).unwrap_err()
}

/// A change with these members of `dynamodb`.
fn change(event: &str, members: &str) -> String {
    format!(r#"{{"eventName":"{event}", "userIdentity":null,"dynamodb":{{{members},"SizeBytes":9}}}}"#)
}

/// A change of an item whose key is `id`.
fn modify(old: &str, new: &str) -> String {
    change("MODIFY", &format!(r#""Keys":{{"id":{{"S":"1"}}}},"NewImage":{{{new}}},"OldImage":{{{old}}}"#))
}

const REMOVE: &str = r#"{"eventName":"REMOVE","userIdentity":{"type":"Service","principalId":"dynamodb.amazonaws.com"},
    "dynamodb":{"Keys":{"id":{"S":" 1 "}},"OldImage":{"id":{"S":" 1 "},"price":{"N":"5"}}}}"#;

/// Every setting that changes columns, with effect on `ORDER`.
const EVERYTHING: &str = r#"{
    "rename":{"ID":"id"},"trim":true,"empty-to-null":true,"default":{"currency":"EUR"},"require":["id"],
    "types":{"price":"double","id":"string"},"remove":["secret"],"add":{"table":"table"},
    "keep":[{"column":"status","is-not":"test"}],"reject":[{"column":"price","below":0}]
}"#;

#[test]
fn without_settings_every_byte_stays() {
    for record in [
        r#"{ "a" : 1.50 , "b":"\u0041", "c":{"x":[ 1 ]} }"#,
        r#"{"eventName":"INSERT","dynamodb":"no object"}"#,
        r#"{"eventName":"MODIFY", "dynamodb":{"Keys":{ "id":{"S":"\u0041"}}, "NewImage":{"n":{"N":1.50}} } }"#,
        REMOVE,
    ] {
        assert_eq!(row("{}", record), one_line(record));
    }
}

/// A row is one line, however its record was written.
fn one_line(text: &str) -> String {
    text.replace('\n', "")
}

#[test]
fn a_row_is_cleaned_in_one_pass() {
    let order = r#"{"ID":7,"name":"  Laptop ","note":" ","price":"100","secret":"x","tags":[" a "]}"#;
    let expected = concat!(
        r#"{"id":"7","name":"Laptop","note":null,"price":100.0,"tags":[" a "],"#,
        r#""currency":"EUR","table":null}"#
    );
    assert_eq!(row(EVERYTHING, order), expected);
}

#[test]
fn a_change_is_cleaned_in_its_images_and_key_and_nowhere_else() {
    let record = r#"{"eventName": "MODIFY","tableName":" Orders ","dynamodb": {"Keys":{"ID":{"N":"7"}},
        "NewImage":{"ID":{"N":"7"},"name":{"S":" Laptop "},"price":{"S":"100"},"secret":{"B":"aGk="}},
        "OldImage":{"ID":{"N":"7"}, "name":{"S":""},"currency":{"S":"USD"}},"SizeBytes":1.0}}"#;
    let expected = r#"{"eventName": "MODIFY","tableName":" Orders ","dynamodb": {"Keys":{"id":{"S":"7"}},
        "NewImage":{"id":{"S":"7"},"name":{"S":"Laptop"},"price":{"N":"100.0"},"currency":{"S":"EUR"},"table":{"S":" Orders "}},
        "OldImage":{"id":{"S":"7"}, "name":{"NULL":true},"currency":{"S":"USD"},"table":{"S":" Orders "}},"SizeBytes":1.0}}"#;
    assert_eq!(row(EVERYTHING, record), one_line(expected));
}

#[test]
fn a_removal_keeps_what_is_added() {
    let settings = r#"{"add":{"at":"arrival-time"},"default":{"x":1},"require":["price"]}"#;
    let host = Host::new().context("arrival-time-ms", "1755693000123");
    let keys_only = change("REMOVE", r#""Keys":{"id":{"S":"1"}}"#);
    let at = r#""at":{"S":"2025-08-20T12:30:00.123000Z"}"#;
    let expected = change("REMOVE", &format!(r#""Keys":{{"id":{{"S":"1"}},{at}}}"#));
    assert_eq!(host.run(|| row(settings, &keys_only)), expected);
    let cleaned = host.run(|| row(settings, REMOVE));
    assert!(cleaned.contains(&format!(r#""Keys":{{"id":{{"S":" 1 "}},{at}}}"#)), "{cleaned}");
    assert!(cleaned.contains(&format!(r#""price":{{"N":"5"}},"x":{{"N":"1"}},{at}}}"#)), "{cleaned}");
}

#[test]
fn changes_are_dropped_by_what_happened() {
    let unchanged =
        modify(r#""n":{"N":"1"},"s":{"SS":["a","b"]}"#, r#""s":{"SS":["b","a"]},"n":{"N":"1.0"}"#);
    let changed = modify(r#""n":{"N":"1"}"#, r#""n":{"N":"2"}"#);
    for (settings, record, reason) in [
        (r#"{"events":{"drop":["MODIFY"]}}"#, &*changed, "event"),
        (r#"{"events":{"keep":["INSERT","MODIFY"]}}"#, REMOVE, "event"),
        (r#"{"ttl-deletes":"drop"}"#, REMOVE, "ttl-delete"),
        (r#"{"unchanged":"drop"}"#, &*unchanged, "unchanged"),
        (r#"{"drop":[{"column":"n","above":1.5}]}"#, &*changed, "rule"),
    ] {
        assert_eq!(transform(settings, record), Ok(Outcome::drop(reason)), "{settings}");
    }
    assert_eq!(row(r#"{"ttl-deletes":"drop","unchanged":"drop"}"#, &changed), changed);
    assert_eq!(failure("{}", &change("PURGE", r#""Keys":{}"#)).0, "unknown-operation");
}

#[test]
fn what_cannot_be_judged_is_kept_and_counted() {
    let host = Host::new();
    let no_old = change("MODIFY", r#""NewImage":{"n":{"N":"1"}}"#);
    assert_eq!(host.run(|| row(r#"{"unchanged":"drop"}"#, &no_old)), no_old);
    assert_eq!((host.counter("no-before-image"), host.counter("no-image")), (1, 0));
    let keys_only = change("REMOVE", r#""Keys":{"id":{"S":"test"}}"#);
    for rules in
        [r#""keep":[{"column":"n","is":1}]"#, r#""drop":[{"column":"n","null":true}]"#, r#""require":["n"]"#]
    {
        assert_eq!(host.run(|| row(&format!("{{{rules}}}"), &keys_only)), keys_only);
    }
    assert_eq!(host.counter("no-image"), 2);
    let by_key = r#"{"drop":[{"column":"id","is":"test"}]}"#;
    assert_eq!(transform(by_key, &keys_only), Ok(Outcome::drop("rule")));
}

#[test]
fn a_rule_holds_when_all_of_its_conditions_do() {
    let holds = |conditions: &str, value: &str| {
        let settings = format!(r#"{{"drop":[{{"column":"x",{conditions}}}]}}"#);
        let record = if value.is_empty() { "{}".to_owned() } else { format!(r#"{{"x":{value}}}"#) };
        matches!(transform(&settings, &record).unwrap(), Outcome::Drop(_))
    };
    for (conditions, met, unmet) in [
        (r#""is":"a""#, &[r#""a""#, r#""\u0061""#][..], &[r#""A""#, "null", "", "1", r#"["a"]"#][..]),
        (r#""is":["a",true]"#, &[r#""a""#, "true"], &[r#""true""#, "false", ""]),
        (r#""is":5"#, &["5", "5.0", "0.5E1", r#""5""#], &["50", r#""five""#, "null"]),
        (r#""is-not":["a",5]"#, &[r#""b""#, "null", "", "{}"], &[r#""a""#, "5.0"]),
        (r#""below":0"#, &["-0.1", r#""-1""#, "-1E+300"], &["0", "-0.0", r#""x""#, "null", "", "true"]),
        (r#""above":0.1,"below":0.3"#, &["0.2", "0.1000000000000000000001"], &["0.1", "0.3", "7"]),
        (r#""null":true"#, &["null", ""], &[r#""""#, "0", "[]"]),
        (r#""null":false"#, &[r#""""#, "0", "[]"], &["null", ""]),
        (r#""empty":true"#, &["null", "", r#""""#], &[r#"" ""#, "0", "[]"]),
        (r#""is-not":"a","empty":false"#, &[r#""b""#, "0"], &[r#""a""#, "null", "", r#""""#]),
    ] {
        met.iter().for_each(|value| assert!(holds(conditions, value), "{conditions} {value}"));
        unmet.iter().for_each(|value| assert!(!holds(conditions, value), "{conditions} {value}"));
    }
}

#[test]
fn rules_keep_what_one_of_them_holds_for() {
    let settings = r#"{"keep":[{"column":"a","is":1},{"column":"b","is":1}]}"#;
    for (record, is_kept) in
        [(r#"{"a":1,"b":2}"#, true), (r#"{"b":1}"#, true), (r#"{"a":2}"#, false), ("{}", false)]
    {
        assert_eq!(transform(settings, record) != Ok(Outcome::drop("rule")), is_kept, "{record}");
    }
}

#[test]
fn a_type_takes_what_fits_it_exactly() {
    for (kind, from, to) in [
        ("string", "1.50", Some(r#""1.50""#)),
        ("string", "true", Some(r#""true""#)),
        ("string", r#""\u0061""#, Some(r#""\u0061""#)),
        ("string", "{}", None),
        ("int", "3.0", Some("3")),
        ("int", r#""2E+1""#, Some("20")),
        ("int", "2147483648", None),
        ("int", r#""""#, None),
        ("bigint", "2147483648", Some("2147483648")),
        ("bigint", "9223372036854775808", None),
        ("double", r#""100""#, Some("100.0")),
        ("double", "0.10", Some("0.10")),
        ("double", "1E+999", None),
        ("number", r#""12345678901234567890.0123456789""#, Some("12345678901234567890.0123456789")),
        ("number", "1.50", Some("1.50")),
        ("number", r#""007""#, None),
        ("number", "true", None),
        ("boolean", r#""True""#, Some("true")),
        ("boolean", "1", None),
        ("boolean", "null", Some("null")),
    ] {
        let settings = format!(r#"{{"types":{{"x":"{kind}"}}}}"#);
        let record = format!(r#"{{"x":{from}}}"#);
        match to {
            Some(to) => assert_eq!(row(&settings, &record), format!(r#"{{"x":{to}}}"#), "{kind} {from}"),
            None => {
                let (code, path, reason) = failure(&settings, &record);
                assert_eq!((&*code, &*path), ("mistyped-column", "x"));
                assert!(!reason.contains(from.trim_matches('"')) || from == r#""""#, "{reason}");
            }
        }
    }
}

#[test]
fn settings_say_the_new_names_of_columns() {
    assert_eq!(row(r#"{"rename":{"a":"b","b":"a"},"remove":["a"]}"#, r#"{"a":1,"b":2}"#), r#"{"b":1}"#);
    assert_eq!(
        refusal(r#"{"rename":{"a":"b"},"types":{"a":"int"}}"#),
        "`settings.types`: column `a` is renamed to `b` first: say `b`"
    );
    for (setting, columns) in [
        ("drop", r#"[{"column":"a","is":1}]"#),
        ("null-markers", r#"{"a":["-"]}"#),
        ("case", r#"{"a":"upper"}"#),
        ("replace", r#"[{"column":"a","pattern":"x","with":""}]"#),
        ("flags", r#"{"x":{"column":"a","null":true}}"#),
        ("redact", r#"{"a":"mask"}"#),
    ] {
        assert_eq!(
            refusal(&format!(r#"{{"rename":{{"a":"b"}},"{setting}":{columns}}}"#)),
            format!("`settings.{setting}`: column `a` is renamed to `b` first: say `b`")
        );
    }
}

#[test]
fn two_columns_never_get_one_name() {
    let collision = |settings, record| {
        let (code, path, reason) = failure(settings, record);
        assert_eq!((&*code, &*reason), ("column-collision", "two columns have this name"));
        path
    };
    assert_eq!(collision(r#"{"rename":{"a":"b"}}"#, r#"{"a":1,"b":2}"#), "b");
    assert_eq!(collision(r#"{"add":{"b":"table"}}"#, r#"{"b":2}"#), "b");
    let change = change("INSERT", r#""NewImage":{"a.b":{"S":"x"},"c":{"S":"x"}}"#);
    assert_eq!(collision(r#"{"rename":{"c":"a.b"}}"#, &change), r#"dynamodb.NewImage["a.b"]"#);
    assert_eq!(row(r#"{"remove":["b"],"add":{"b":"table"}}"#, r#"{"b":2}"#), r#"{"b":null}"#);
    assert_eq!(row(r#"{"redact":{"b":"remove"},"add":{"b":"table"}}"#, r#"{"b":2}"#), r#"{"b":null}"#);
    for settings in [
        r#"{"rename":{"a":"x"},"add":{"x":"table"}}"#,
        r#"{"default":{"x":1},"add":{"x":"table"}}"#,
        r#"{"require":["x"],"add":{"x":"table"}}"#,
        r#"{"flags":{"x":{"column":"a","null":true}},"add":{"x":"table"}}"#,
    ] {
        assert_eq!(refusal(settings), "`settings.add`: column `x` is there already by another setting");
    }
    assert_eq!(
        refusal(r#"{"rename":{"a":"x","b":"x"}}"#),
        "`settings.rename`: two columns are renamed to `x`"
    );
}

#[test]
fn sequences_sort_as_text() {
    let settings = r#"{"add":{"s":"source-sequence","c":"sequence"}}"#;
    let host = Host::new().context("sequence-number", "495").context("subsequence-number", "7");
    let record = change("INSERT", r#""NewImage":{},"SequenceNumber":"3000""#);
    let sequences = format!(r#"{{"s":{{"S":"{:056}-{:010}"}},"c":{{"S":"{:040}"}}}}"#, 495, 7, 3000);
    assert!(host.run(|| row(settings, &record)).contains(&sequences));
    let alone = host.context("subsequence-number", "");
    let expected = format!(r#"{{"s":"{:056}-{:010}","c":null}}"#, 495, 0);
    assert_eq!(alone.run(|| row(settings, "{}")), expected);
    assert_eq!(row(settings, "{}"), r#"{"s":null,"c":null}"#);
}

#[test]
fn a_failure_is_found_by_its_path_and_holds_no_value() {
    let change = modify(r#""id":{"S":"1"}"#, r#""id":{"S":"1"},"price":{"S":"secret"}"#);
    let price = r#""dynamodb.NewImage.price""#.trim_matches('"');
    for (settings, code, path, reason) in [
        (r#"{"types":{"price":"int"}}"#, "mistyped-column", price, "is not a number"),
        (r#"{"require":["size"]}"#, "missing-column", "dynamodb.NewImage.size", "is null or missing"),
        (
            r#"{"reject":[{"column":"price","is":"secret"}]}"#,
            "rejected",
            price,
            "is a value that is rejected",
        ),
        (
            r#"{"reject":[{"column":"price","is-not":["a"],"null":false}]}"#,
            "rejected",
            price,
            "is no value that is accepted and is not null",
        ),
    ] {
        let told = (code.to_owned(), path.to_owned(), reason.to_owned());
        assert_eq!(failure(settings, &change), told);
    }
    let packed = r#"{"n":1}{"n":-1}"#;
    let told = ("rejected".to_owned(), "[1].n".to_owned(), "is below 0".to_owned());
    assert_eq!(failure(r#"{"reject":[{"column":"n","below":0}]}"#, packed), told);
}

#[test]
fn what_is_no_row_fails() {
    for (record, code, path) in [
        ("[1]", "not-an-object", ""),
        ("{\"a\":1} 5", "not-an-object", "[1]"),
        ("{\"a\"", "not-json", ""),
        (" \n", "empty-record", ""),
        (r#"{"a":1,"a":2}"#, "duplicate-member", "a"),
        (r#"{"eventName":"INSERT","dynamodb":{"NewImage":[]}}"#, "not-a-change", "dynamodb.NewImage"),
        (
            r#"{"eventName":"INSERT","dynamodb":{"NewImage":{"a":{"N":"x"}}}}"#,
            "bad-number",
            "dynamodb.NewImage.a",
        ),
        (
            r#"{"eventName":"INSERT","dynamodb":{"NewImage":{"a":{"L":[5]}}}}"#,
            "bad-attribute",
            "dynamodb.NewImage.a[0]",
        ),
    ] {
        let (told, place, _) = failure(r#"{"trim":true}"#, record);
        assert_eq!((&*told, &*place), (code, path), "{record}");
    }
}

#[test]
fn strings_are_tidied_in_the_order_of_the_readme() {
    let settings = r#"{"trim":["x"],"null-markers":["n/a"],"case":{"x":"upper"},"empty-to-null":true,
        "replace":[{"column":"x","pattern":"N/A|^A","with":""},{"column":"x","pattern":"B","with":"b"}]}"#;
    for (from, to) in [
        ("ab", r#""b""#),
        (" n/a ", "null"),
        (" N/A ", "null"),
        (" ab ab ", r#""b Ab""#),
        ("n/a n/a", r#"" ""#),
        ("B", r#""b""#),
    ] {
        assert_eq!(row(settings, &format!(r#"{{"x":"{from}"}}"#)), format!(r#"{{"x":{to}}}"#), "{from}");
    }
}

const REDACTING: &str = r#"{"redact":{"a":"hash","b":"mask","c":{"keep-last":3},"d":"remove"},
    "hash-key":"0123456789abcdef"}"#;

#[test]
fn no_name_beside_an_image_keeps_it_from_being_redacted() {
    for (record, redacted) in [
        (
            r#"{"eventName":"INSERT","dynamodb":{"NewImage":{"b":{"S":"x"}}},"dynamodb.NewImage":{}}"#,
            r#"{"eventName":"INSERT","dynamodb":{"NewImage":{"b":{"S":"***"}}},"dynamodb.NewImage":{}}"#,
        ),
        (
            r#"{"op":"d","before":{"b":1},"after":{"b":2},"payload.after":{}}"#,
            r#"{"op":"d","before":{"b":"***"},"after":{"b":"***"},"payload.after":{}}"#,
        ),
    ] {
        assert_eq!(row(REDACTING, record), redacted);
    }
}

proptest! {
    #[test]
    fn a_redacted_value_leaves_in_no_part_of_a_change(digits in "[1-9][0-9]{7,20}", is_number: bool) {
        let value = if is_number { format!(r#"{{"N":"{digits}"}}"#) } else { format!(r#"{{"S":"{digits}"}}"#) };
        let columns = ["a", "b", "c", "d"].map(|column| format!(r#""{column}":{value}"#)).join(",");
        let parts = format!(r#""Keys":{{{columns}}},"NewImage":{{{columns}}},"OldImage":{{{columns}}}"#);
        let redacted = row(REDACTING, &change("MODIFY", &parts));
        prop_assert!(!redacted.contains(&digits), "{}", redacted);
        prop_assert_eq!(redacted.matches(r#""b":{"S":"***"}"#).count(), 3);
    }

    #[test]
    fn a_redacted_column_is_hidden_or_fails_whatever_it_holds(value in "[a-z]{6,20}", shape in 0usize..5) {
        let shapes = ["\"_\"", "[\"_\"]", "{\"x\":\"_\"}", "[[\"_\"]]", "\"\\ud800_\""];
        let record = shapes[shape].replace('_', &value);
        for column in ["a", "b", "c", "d"] {
            match transform(REDACTING, &format!(r#"{{"{column}":{record},"e":true}}"#)) {
                Ok(Outcome::Deliver(row)) => prop_assert!(!String::from_utf8_lossy(&row.data).contains(&value)),
                Ok(other) => panic!("{other:?}"),
                Err(failure) => prop_assert!(!failure.to_string().contains(&value)),
            }
        }
    }
}

#[test]
fn the_readme_shows_what_happens() {
    let readme = include_str!("../README.md");
    let block = |text: &'static str| text.split("\n```").next().unwrap();
    let blocks: Vec<&str> = readme.split("```json\n").skip(1).map(block).collect();
    let settings = r#"{"trim":true,"empty-to-null":true,"rename":{"InvoiceNo":"invoice"},"types":{"price":"double"},
        "add":{"arrived":"arrival-time"},"remove":["debug"]}"#;
    let host = Host::new().context("arrival-time-ms", "1755693000123");
    let [plain, cleaned, change, cleaned_change] = blocks[..] else { panic!("{} blocks", blocks.len()) };
    assert_eq!(host.run(|| row(settings, plain)), cleaned);
    assert_eq!(host.run(|| row(settings, change)), one_line(cleaned_change));
}

#[test]
fn several_documents_are_several_rows() {
    let settings = r#"{"drop":[{"column":"a","is":2}],"remove":["b"]}"#;
    let rows = vec![Row::new(r#"{"a":1}"#), Row::new(r#"{"a":3}"#)];
    assert_eq!(transform(settings, "{\"a\":1,\"b\":1}{\"a\":2}\n{\"a\":3}\n"), Ok(Outcome::rows(rows)));
    assert_eq!(transform(settings, r#"{"a":2}{"a":2}"#), Ok(Outcome::drop("rule")));
}

#[test]
fn wrong_settings_are_refused_in_words_that_help() {
    for (settings, told) in [
        (
            r#"{"events":{"keep":["INSERT"],"drop":["REMOVE"]}}"#,
            "`settings.events`: says both `keep` and `drop`: one of them is enough",
        ),
        (
            r#"{"events":{"drop":["DELETE"]}}"#,
            "`settings.events.drop[0]`: unknown variant `DELETE`, expected one of `INSERT`, `insert`, `MODIFY`, \
             `update`, `REMOVE`, `delete`, `read`, `upsert`, `truncate`, `message`, `control`, `tombstone`",
        ),
        (r#"{"drop":[{"column":"x"}]}"#, "`settings.drop[0]`: rule about `x` asks nothing"),
        (
            r#"{"keep":[{"column":"x","is":[null]}]}"#,
            "`settings.keep[0]`: `is` and `is-not` take a string, a number, true, false or a list of these",
        ),
        (
            r#"{"reject":[{"column":"x","below":"1"}]}"#,
            "`settings.reject[0]`: `below` and `above` take a number",
        ),
        (r#"{"flags":{"x":{"column":"y"}}}"#, "`settings.flags.x`: rule about `y` asks nothing"),
        (
            r#"{"require":["x"],"flags":{"x":{"column":"y","null":true}}}"#,
            "`settings.flags`: column `x` is there already by another setting",
        ),
        (
            r#"{"drop":[{"column":"x","starts-with":["C",""]}]}"#,
            "`settings.drop[0]`: `starts-with` takes a string that is not empty, or a list of these",
        ),
        (r#"{"default":{"x":[]}}"#, "`settings.default`: a default is a string, a number, true or false"),
        (
            r#"{"trim":"x"}"#,
            "`settings.trim`: invalid type: string \"x\", expected `true` or a list of columns",
        ),
        (
            r#"{"ttl-deletes":"remove"}"#,
            "`settings.ttl-deletes`: unknown variant `remove`, expected `keep` or `drop`",
        ),
        (
            r#"{"null-markers":"-"}"#,
            "`settings.null-markers`: invalid type: string \"-\", expected a list of strings, or an object with one \
             for each column",
        ),
        (
            r#"{"case":{"x":"title"}}"#,
            "`settings.case.x`: unknown variant `title`, expected `upper` or `lower`",
        ),
        (
            r#"{"types":{"x":"decimal(10)"}}"#,
            "`settings.types.x`: unknown type `decimal(10)`, expected one of `string`, `int`, `bigint`, `double`, \
             `number`, `boolean`, `decimal(p,s)`, `date`, `timestamp`",
        ),
        (
            r#"{"types":{"x":{"type":"date","from":"%d/%m"}}}"#,
            "`settings.types.x`: format `%d/%m` does not tell the year: add `%Y` or `%y`",
        ),
        (
            r#"{"replace":[{"column":"x","pattern":"[","with":""}]}"#,
            "`settings.replace[0]`: pattern for `x`: found unclosed character class",
        ),
        (
            r#"{"redact":{"x":"hide"}}"#,
            "`settings.redact.x`: unknown variant `hide`, expected one of `remove`, `mask`, `keep-last`, `hash`",
        ),
        (r#"{"redact":{"x":"hash"}}"#, "`settings.redact`: column `x` is hashed, and there is no `hash-key`"),
        (r#"{"hash-key":"tops3cret"}"#, "`settings`: `hash-key` is a string of 16 bytes or more"),
        (r#"{"hash-key":12345678901234567890}"#, "`settings`: `hash-key` is a string of 16 bytes or more"),
    ] {
        assert_eq!(refusal(settings), told);
    }
    assert!(
        refusal(r#"{"trimm":true}"#).starts_with("`settings.trimm`: unknown field `trimm`, expected one of")
    );
}

#[test]
fn the_schema_names_every_setting() {
    let schema: serde_json::Value = serde_json::from_str(Clean::SETTINGS_SCHEMA).unwrap();
    let named: Vec<&str> = schema["properties"].as_object().unwrap().keys().map(String::as_str).collect();
    let refusal = refusal(r#"{"x":1}"#);
    let (_, known) = refusal.split_once("expected one of ").unwrap();
    let mut known: Vec<&str> = known.split(", ").map(|name| name.trim_matches('`')).collect();
    known.sort_unstable();
    let mut sorted = named.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, known);
}
