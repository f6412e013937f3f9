use super::*;
use crate::Limits;

fn read(text: &str) -> Result<Config, String> {
    let variable = |name: &str| (name == "REGION").then(|| "eu\"west".to_owned());
    let text = Text { file: Path::new("conf/nozzle.toml"), text, variable: &variable };
    text.config().map_err(|wrong| wrong[0].to_string())
}

#[test]
fn everything_has_a_default_but_the_plugin() {
    let config = read("version = 1\n[[plugin]]\npath = \"a.wasm\"\n").unwrap();
    assert_eq!(config.plugins[0].source, PluginSource::File("conf/a.wasm".into()));
    assert_eq!(config.plugins[0].limits, Limits::default());
    assert_eq!(config.plugins[0].settings.json, "{}");
    assert_eq!(config.output, Output::of(Destination::Json));
    assert_eq!(config.reserve, Duration::from_secs(1));
}

#[test]
fn settings_keep_their_order() {
    let text =
        "version = 1\n[[plugin]]\npath = \"a.wasm\"\nsettings = { z = 1, a = { y = \"s\", b = [1.5] } }\n";
    assert_eq!(read(text).unwrap().plugins[0].settings.json, r#"{"z":1,"a":{"y":"s","b":[1.5]}}"#);
}

#[test]
fn times_in_settings_are_strings() {
    let text = "version = 1\n[[plugin]]\nuse = \"a\"\nsettings = { since = 2026-01-31T12:30:00Z, days = [2026-01-31] }\n";
    let expected = r#"{"since":"2026-01-31T12:30:00Z","days":["2026-01-31"]}"#;
    assert_eq!(read(text).unwrap().plugins[0].settings.json, expected);
}

#[test]
fn units_are_read() {
    let text = "version = 1\nreserve = \"2 s\"\n[[plugin]]\npath = \"a.wasm\"\ndeadline = \"20 ms\"\nmemory = \"1 MiB\"\n";
    let config = read(text).unwrap();
    assert_eq!(config.reserve, Duration::from_secs(2));
    assert_eq!(config.plugins[0].limits.deadline, Duration::from_millis(20));
    assert_eq!(config.plugins[0].limits.memory, 1 << 20);
}

#[test]
fn what_is_wrong_is_named_with_its_line() {
    let plugin = "[[plugin]]\npath = \"a.wasm\"\n";
    for (text, expected) in [
        (plugin.to_owned(), "conf/nozzle.toml:1: there is no `version`"),
        ("version = 2\n".to_owned() + plugin, "conf/nozzle.toml:1: `version = 2` is not known"),
        ("version = 1\n".to_owned(), "conf/nozzle.toml:1: there is no `[[plugin]]`"),
        (format!("version = 1\n{plugin}dedline = \"1 s\"\n"), "conf/nozzle.toml:4: unknown field `dedline`"),
        (format!("version = 1\n{plugin}deadline = \"soon\"\n"), "conf/nozzle.toml:4: `soon` is no time"),
        (format!("version = 1\n{plugin}memory = \"lots\"\n"), "conf/nozzle.toml:4: `lots` is no size"),
        (format!("version = 1\n{plugin}sha256 = \"abc\"\n"), "conf/nozzle.toml:4: `abc` is no SHA-256"),
        (
            format!("version = 1\n{plugin}source = \"https://example.com/a.wasm\"\n"),
            "conf/nozzle.toml:2: a plugin has one of `use`, `path` and `source`",
        ),
        (
            "version = 1\n[[plugin]]\npath = \"s3://plugins/a.wasm\"\n".to_owned(),
            "conf/nozzle.toml:3: `path` is a file's\n  hint: `source`",
        ),
        (
            "version = 1\n[[plugin]]\nsource = \"https://example.com/a.wasm\"\n".to_owned(),
            "conf/nozzle.toml:3: a `source` needs a `sha256`",
        ),
        (
            format!(
                "version = 1\n[[plugin]]\nsource = \"http://example.com/a\"\nsha256 = \"{}\"\n",
                "0".repeat(64)
            ),
            "conf/nozzle.toml:3: `http://` is for this machine alone",
        ),
        (
            format!("version = 1\n{plugin}memory = \"5 GiB\"\n"),
            "conf/nozzle.toml:4: `5 GiB` is no size up to 4 GiB",
        ),
        (
            format!("version = 1\n[output]\nmissing = \"null\"\n{plugin}"),
            "conf/nozzle.toml:3: `missing` does nothing without `schema`",
        ),
        (
            format!("version = 1\n{plugin}deadline = \"0 ms\"\n"),
            "conf/nozzle.toml:4: `0 ms` is no time for a row",
        ),
        (
            format!("version = 1\n{plugin}[[table]]\nname = \"t\"\npath = \"t.xls\"\nkey = \"k\"\n"),
            "conf/nozzle.toml:6: `t.xls` is no table",
        ),
        (
            format!("version = 1\n{plugin}[[table]]\nname = \"t\"\npath = \"s3://t.csv\"\nkey = \"k\"\n"),
            "conf/nozzle.toml:6: `s3://t.csv` is no `s3://bucket/key`",
        ),
        (
            format!("version = 1\n{plugin}[[table]]\nname = \"t\"\npath = \"t.csv\"\n"),
            "conf/nozzle.toml:4: the table has no `key`",
        ),
        (
            format!(
                "version = 1\n{plugin}[[table]]\nname = \"t\"\npath = \"t.csv\"\nkey = \"k\"\ndelimiter = \"::\"\n"
            ),
            "conf/nozzle.toml:8: `::` is no delimiter",
        ),
        (
            format!(
                "version = 1\n{plugin}[[table]]\nname = \"t\"\npath = \"t.json\"\nkey = \"k\"\ndelimiter = \";\"\n"
            ),
            "conf/nozzle.toml:4: `delimiter` and `columns` go with a .csv file",
        ),
        (
            format!("version = 1\n{plugin}[[table]]\nuse = \"countries\"\nrefresh = \"1 min\"\n"),
            "conf/nozzle.toml:6: a ready table never changes",
        ),
        (
            format!("version = 1\n{plugin}[[table]]\nuse = \"countries\"\npath = \"t.csv\"\n"),
            "conf/nozzle.toml:4: a table has either `use` or `path`",
        ),
    ] {
        let error = read(&text).unwrap_err();
        assert!(error.starts_with(expected), "{error}");
    }
}

#[test]
fn tables_are_files_objects_or_ready() {
    let table = |text: &str| {
        let config = format!("version = 1\n[[plugin]]\nuse = \"a\"\n[[table]]\n{text}");
        read(&config).unwrap().tables.remove(0)
    };
    let file =
        table("name = \"r\"\npath = \"r.csv\"\nkey = \"k\"\ndelimiter = \"\\t\"\ncolumns = [\"k\", \"v\"]\n");
    assert_eq!(file.source, TableSource::File("conf/r.csv".into()));
    let columns = Some(vec!["k".to_owned(), "v".to_owned()]);
    assert_eq!(file.format, TableFormat::Csv(CsvFormat { delimiter: b'\t', columns }));
    assert_eq!((file.matching, file.refresh), (Match::Exact, None));
    let object = table(
        "name = \"r\"\npath = \"s3://b-${REGION:-x}/a/r.jsonl\"\nkey = [\"k\"]\nrefresh = \"15 min\"\n",
    );
    assert_eq!(object.source.to_string(), "s3://b-eu\"west/a/r.jsonl");
    assert_eq!((object.format, object.refresh), (TableFormat::JsonLines, Some(Duration::from_secs(900))));
    let ready = table("use = \"countries\"\n");
    assert_eq!((&*ready.name, ready.key.len(), ready.matching), ("countries", 0, Match::Normalised));
}

#[test]
fn objects_are_read_whole_where_a_block_says_where_to() {
    let config = |text: &str| read(&format!("version = 1\n[[plugin]]\nuse = \"a\"\n[objects]\n{text}"));
    let objects = |text: &str| config(text).unwrap().objects.unwrap();
    let least = objects("to = \"rows\"\n");
    assert_eq!((&*least.to, &*least.prefix, &*least.format), ("conf/rows", "", "auto"));
    assert_eq!(
        (least.parquet.as_deref(), least.place("prefix").to_string().as_str()),
        (None, "conf/nozzle.toml:4: ")
    );
    let most = objects(
        "to = \"s3://b-${NONE:-x}/rows/\"\nprefix = \"y=!{timestamp:yyyy}/\"\nformat = \"csv\"\nparquet = \"o.json\"\n",
    );
    assert_eq!((&*most.to, &*most.prefix, &*most.format), ("s3://b-x/rows/", "y=!{timestamp:yyyy}/", "csv"));
    assert_eq!(most.parquet.as_deref(), Some(Path::new("conf/o.json")));
    assert_eq!(most.place("prefix").to_string(), "conf/nozzle.toml:6: ");
    for (text, expected) in [
        ("prefix = \"a/\"\n", "4: `[objects]` has no `to`"),
        ("to = \"s3://\"\n", "5: `s3://` is no folder and no `s3://bucket/prefix`"),
        ("to = \"https://b/\"\n", "5: `https://b/` is no folder"),
        ("to = \"\"\n", "5: `` is no folder"),
        ("to = \"a\"\nprefx = \"a/\"\n", "6: unknown field `prefx`"),
        ("to = \"a\"\nformat = 1\n", "6: invalid type"),
        ("to = \"s3://${BUCKET}/\"\n", "5: the environment has no `BUCKET`"),
    ] {
        let error = config(text).unwrap_err();
        assert!(error.starts_with(&format!("conf/nozzle.toml:{expected}")), "{error}");
    }
    assert!(read("version = 1\n[[plugin]]\nuse = \"a\"\n").unwrap().objects.is_none());
}

#[test]
fn a_destination_sets_defaults_that_can_be_set_alone() {
    let text = "version = 1\n[output]\nfor = \"iceberg\"\nnames = \"as-is\"\n[[plugin]]\nuse = \"clean\"\n";
    let output = read(text).unwrap().output;
    assert_eq!(output, Output { names: Names::AsIs, ..Output::of(Destination::Iceberg) });
    assert!(!output.newline && output.rows_per_record == RowsPerRecord::One);
}

#[test]
fn a_schema_is_named_with_what_becomes_of_rows_that_do_not_fit() {
    let text = "version = 1\n[output]\nschema = \"${NONE:-orders}.schema.json\"\nextra = \"fail\"\n";
    let schema = read(text).unwrap().schema.unwrap();
    assert_eq!(schema.path, Path::new("conf/orders.schema.json"));
    assert_eq!(schema.policy, [("extra", "fail".to_owned())]);
    assert_eq!(schema.place.to_string(), "conf/nozzle.toml:3: ");
}

#[test]
fn variables_are_filled_into_values_and_never_shown() {
    let text = "version = 1\n[[plugin]]\npath = \"${NONE:-b}.wasm\"\nsettings = { a = [\"x ${REGION}\"], b = \"$${REGION}\" }\n";
    let config = read(text).unwrap();
    assert_eq!(config.plugins[0].source, PluginSource::File("conf/b.wasm".into()));
    let settings = &config.plugins[0].settings;
    assert_eq!(settings.json, r#"{"a":["x eu\"west"],"b":"${REGION}"}"#);
    assert_eq!(format!("{settings:?}"), r#"{"a":["x ${REGION}"],"b":"${REGION}"}"#);
}

#[test]
fn a_missing_variable_is_an_error_with_its_line() {
    for (text, line) in [
        ("version = 1\n[[plugin]]\nuse = \"clean\"\nsettings = { a = 1, b = { c = \"${HASH_KEY}\" } }\n", 4),
        ("version = 1\nreserve = \"${HASH_KEY}\"\n[[plugin]]\nuse = \"clean\"\n", 2),
    ] {
        let expected = format!("conf/nozzle.toml:{line}: the environment has no `HASH_KEY`");
        let error = read(text).unwrap_err();
        assert!(error.starts_with(&expected), "{error}");
    }
}
