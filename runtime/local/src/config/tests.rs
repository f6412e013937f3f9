use super::*;

const MIB: u64 = 1 << 20;

/// The streams of a text, as `streams.toml` of a folder `play`, or all that is wrong, one behind the other.
fn read(text: &str) -> Result<Vec<StreamConfig>, String> {
    let variable = |name: &str| (name == "STAGE").then(|| "test".to_owned());
    let text = Text { file: Path::new("play/streams.toml"), text, variable: &variable };
    let told = |wrong: Vec<ConfigError>| wrong.iter().map(|error| error.to_string() + "\n").collect();
    read::streams(&text).map_err(told)
}

fn one(text: &str) -> StreamConfig {
    read(&format!("[[stream]]\nname = \"orders\"\n{text}")).unwrap().remove(0)
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[test]
fn everything_has_a_default_but_the_name() {
    let stream = one("");
    assert_eq!((&*stream.name, &stream.source), ("orders", &Source::DirectPut));
    assert!(!stream.decompress && !stream.extract_messages && !stream.newline);
    assert_eq!((&stream.split, &stream.transform), (&None, &None));
    assert_eq!(stream.bucket, Bucket::Folder("play/out".into()));
    assert_eq!(stream.buffer, Buffer { size: 5 * MIB, interval: seconds(300) });
    assert_eq!((stream.compression, &stream.parquet), (Compression::None, &None));
    assert!(stream.partitioning.is_none() && stream.backup.is_none() && stream.error_prefix.is_none());
}

#[test]
fn a_transform_has_defaults_of_its_own() {
    let transform = one("transform = {}").transform.unwrap();
    assert_eq!(transform.config, Path::new("play/nozzle.toml"));
    assert_eq!(transform.buffer, Buffer { size: MIB, interval: seconds(60) });
    assert_eq!((transform.retries, transform.timeout), (3, seconds(60)));
}

#[test]
fn a_kinesis_stream_is_read_from_its_beginning() {
    let source = one("source = { kinesis = \"raw\", endpoint = \"http://127.0.0.1:4567\" }").source;
    let endpoint = Some("http://127.0.0.1:4567".to_owned());
    assert_eq!(
        source,
        Source::Kinesis(KinesisSource { stream: "raw".into(), endpoint, start: Start::TrimHorizon })
    );
    let Source::Kinesis(latest) = one("source = { kinesis = \"raw\", start = \"latest\" }").source else {
        panic!("another source")
    };
    assert_eq!((latest.endpoint, latest.start), (None, Start::Latest));
}

#[test]
fn records_are_split_by_json_or_by_bytes() {
    assert_eq!(one("split = \"json\"").split, Some(Split::Json));
    let split = one("split = { delimiter = \"\\n\" }").split;
    assert_eq!(split, Some(Split::Delimiter(b"\n".to_vec())));
}

#[test]
fn sizes_are_those_of_aws_however_they_are_written() {
    for (size, bytes) in [("5 MiB", 5 * MIB), ("128MB", 128 * MIB), ("1024 KB", MIB), ("1 MB", MIB)] {
        let buffer = one(&format!("buffer = {{ size = \"{size}\", interval = \"0 s\" }}")).buffer;
        assert_eq!(buffer, Buffer { size: bytes, interval: Duration::ZERO }, "{size}");
    }
    for (size, bytes) in [("0.2 MB", MIB / 5), ("3 MiB", 3 * MIB), ("256 KiB", MIB / 4)] {
        let transform = one(&format!("transform = {{ buffer = {{ size = \"{size}\" }} }}")).transform;
        assert_eq!(transform.unwrap().buffer, Buffer { size: bytes, interval: seconds(60) }, "{size}");
    }
}

#[test]
fn variables_are_filled_in() {
    let stream = one("bucket = \"${STAGE}-${COLOUR:-blue}\"\nsplit = { delimiter = \"${STAGE}\" }");
    assert_eq!(stream.bucket, Bucket::Folder("play/test-blue".into()));
    assert_eq!(stream.split, Some(Split::Delimiter(b"test".to_vec())));
}

#[test]
fn what_is_wrong_is_named_with_its_line_and_a_way_out() {
    for (text, expected) in [
        ("name = 1", "3: duplicate key"),
        ("prefx = \"a/\"", "3: unknown field `prefx`, expected one of"),
        ("compression = \"zip\"", "3: unknown variant `zip`, expected `none` or `gzip`"),
        (
            "source = \"direct-putt\"",
            "3: unknown variant `direct-putt`, expected `direct-put`\n  hint: did you mean `direct-put`?",
        ),
        (
            "source = true",
            "3: invalid type: boolean `true`, expected `\"direct-put\"` or `{ kinesis = \"...\" }`",
        ),
        ("[stream.source]\nkinesis = \"a\"\nendpont = \"http://a\"", "5: unknown field `endpont`"),
        ("source = { kinesis = \"a/b\" }", "3: `a/b` is no name of a Kinesis stream"),
        ("source = { kinesis = \"a\", endpoint = \"here\" }", "3: `here` is no endpoint; write it as"),
        ("split = { delimiter = \"\" }", "3: `` is no delimiter"),
        ("split = \"jsn\"", "3: unknown variant `jsn`, expected `json`\n  hint: did you mean `json`?"),
        ("extract-messages = true", "3: messages are taken out of what was unpacked"),
        ("bucket = \"s3://b/orders\"", "3: `s3://b/orders` is no bucket\n  hint: write `s3://bucket`"),
        ("buffer = { size = \"5 MiB\" }", "3: a buffer of objects has both a `size` and an `interval`"),
        ("buffer = { interval = \"5 s\" }", "3: a buffer of objects has both a `size` and an `interval`"),
        ("buffer = { size = \"0.5 MiB\", interval = \"5 s\" }", "3: `0.5 MiB` is no size from 1 to 128 MiB"),
        ("buffer = { size = \"129 MiB\", interval = \"5 s\" }", "3: `129 MiB` is no size from 1 to 128 MiB"),
        ("buffer = { size = \"1 MiB\", interval = \"16 min\" }", "3: `16 min` is no time from 0 to 900 s"),
        ("buffer = { size = \"1 MiB\", interval = \"100 ms\" }", "3: `100 ms` is no time from 0 to 900 s"),
        ("[stream.transform]\nretries = -1", "4: invalid value: integer `-1`, expected u32"),
        ("[stream.transform]\ntimeout = \"0 s\"", "4: `0 s` is no timeout of a function up to 5 min"),
        ("[stream.transform]\ntimeout = \"301 s\"", "4: `301 s` is no timeout of a function up to 5 min"),
        (
            "[stream.transform]\nbuffer = { interval = \"1 s\" }",
            "4: the buffer of a transform has an `interval`",
        ),
        ("[stream.transform]\nbuffer = { size = \"4 MB\" }", "4: `4 MB` is no size from 0.2 to 3 MB"),
        ("[stream.transform]\nbuffer = { size = \"100 KB\" }", "4: `100 KB` is no size from 0.2 to 3 MB"),
        ("[stream.transform]\nconfig = \"${CONFIG}\"", "4: the environment has no `CONFIG`"),
        ("[stream.parquet]\nserde = \"openx\"", "3: missing field `schema`"),
        ("[stream.parquet]\nschema = \"none.json\"", "4: failed to read the schema `play/none.json`"),
        ("[stream.backup]\nbuffer = { size = \"1 GB\", interval = \"1 s\" }", "4: `1 GB` is no size"),
    ] {
        let error = read(&format!("[[stream]]\nname = \"a\"\n{text}\n")).unwrap_err();
        assert!(error.starts_with(&format!("play/streams.toml:{expected}")), "{text}: {error}");
    }
}

#[test]
fn names_are_those_that_aws_takes_and_each_is_there_once() {
    let named = |name: &str| read(&format!("[[stream]]\nname = \"{name}\"\n"));
    for name in ["a", "Orders_2026.v-1", &"n".repeat(64)] {
        assert_eq!(named(name).unwrap()[0].name, name);
    }
    for name in ["", ".", "..", "orders/new", "größe", &"n".repeat(65)] {
        let start = format!("play/streams.toml:2: `{name}` is no name of a stream\n  hint: letters");
        assert!(named(name).unwrap_err().starts_with(&start), "{name}");
    }
    let twice = "[[stream]]\nname = \"a\"\n[[stream]]\nname = \"b\"\n[[stream]]\nname = \"a\"\n";
    assert_eq!(read(twice).unwrap_err(), "play/streams.toml:6: there are two streams named `a`\n");
}

#[test]
fn all_that_is_wrong_is_told_at_once_from_top_to_bottom() {
    let text = "[[stream]]\nname = \"a b\"\nbuffer = { size = \"9 GB\", interval = \"1 h\" }\n\
                [[stream]]\nname = \"c\"\nextract-messages = true\n";
    let told = read(text).unwrap_err();
    let lines = told.lines().filter(|line| line.starts_with("play/")).map(|line| &line[18..19]);
    assert_eq!(lines.collect::<Vec<_>>(), ["2", "3", "3", "6"], "{told}");
}

#[test]
fn a_file_without_streams_is_told_so() {
    for text in ["", "# nothing yet\n"] {
        let error = read(text).unwrap_err();
        assert!(error.starts_with("play/streams.toml:1: there is no `[[stream]]`"), "{error}");
    }
    let absent = load(Path::new("play/none.toml")).unwrap_err().remove(0).to_string();
    assert!(absent.contains("`play/none.toml`") && absent.contains("\n  hint: name one with `--streams"));
}

#[test]
fn a_stream_without_a_file_is_named_after_its_folder() {
    let folder = tempfile::tempdir().unwrap();
    for (name, stream) in
        [("orders", "orders"), ("my orders (ü)", "my-orders----"), (&"n".repeat(99), &"n".repeat(64))]
    {
        let folder = folder.path().join(name);
        fs::create_dir(&folder).unwrap();
        let unnamed = unnamed(&folder, Path::new("nozzle.toml"));
        assert_eq!(unnamed.name, stream);
        assert_eq!(unnamed.bucket, Bucket::Folder(folder.join("out")));
        let transform = unnamed.transform.unwrap();
        assert_eq!((transform.buffer.interval, unnamed.buffer.interval), (seconds(1), seconds(1)));
    }
    assert_eq!(unnamed(Path::new("/"), Path::new("nozzle.toml")).name, "stream");
}

/// Every setting there is, none at its default.
const FULL: &str = r#"
[[stream]]
name = "orders"
source = { kinesis = "raw", endpoint = "http://127.0.0.1:4567", start = "latest" }
decompress = true
extract-messages = true
split = { delimiter = "\n" }
newline = true
bucket = "s3://lake"
prefix = "orders/!{partitionKeyFromQuery:customer}/!{timestamp:yyyy/MM/dd}/"
error-prefix = "errors/!{firehose:error-output-type}/"
buffer = { size = "128 MiB", interval = "900 s" }

[stream.transform]
config = "pipelines/orders.toml"
buffer = { size = "3 MB", interval = "0 s" }
retries = 0
timeout = "5 min"

[stream.partitioning]
query = "{customer: .customer_id}"
active = 5000

[stream.parquet]
schema = "orders.schema.json"
serde = "hive"

[stream.backup]
bucket = "kept"
prefix = "backup/"
buffer = { size = "1 MiB", interval = "10 s" }
compression = "gzip"
"#;

#[test]
fn every_setting_can_be_set() {
    let folder = tempfile::tempdir().unwrap();
    let schema = r#"{"columns":[{"name":"customer_id","type":"string"}]}"#;
    fs::write(folder.path().join("orders.schema.json"), schema).unwrap();
    let file = folder.path().join(FILE_NAME);
    fs::write(&file, FULL).unwrap();
    let stream = load(&file).unwrap().remove(0);
    let Source::Kinesis(KinesisSource { stream: raw, start: Start::Latest, .. }) = stream.source else {
        panic!("another source")
    };
    assert_eq!((&*raw, &stream.bucket), ("raw", &Bucket::S3("lake".into())));
    assert!(stream.decompress && stream.extract_messages && stream.newline && stream.split.is_some());
    assert_eq!(stream.buffer, Buffer { size: 128 * MIB, interval: seconds(900) });
    assert_eq!(stream.error_prefix.unwrap().to_string(), "errors/!{firehose:error-output-type}/");
    assert_eq!(stream.prefix.keys_of_query().collect::<Vec<_>>(), ["customer"]);
    let transform = stream.transform.unwrap();
    assert_eq!(transform.config, folder.path().join("pipelines/orders.toml"));
    assert_eq!(transform.buffer, Buffer { size: 3 * MIB, interval: Duration::ZERO });
    assert_eq!((transform.retries, transform.timeout), (0, seconds(300)));
    let partitioning = stream.partitioning.unwrap();
    assert_eq!((partitioning.query.is_some(), partitioning.active), (true, 5_000));
    assert_eq!(stream.parquet.unwrap().serde, SerDe::Hive);
    let backup = stream.backup.unwrap();
    assert_eq!(backup.bucket, Bucket::Folder(folder.path().join("kept")));
    assert_eq!((backup.prefix.to_string(), backup.compression), ("backup/".into(), Compression::Gzip));
    assert_eq!(backup.buffer, Buffer { size: MIB, interval: seconds(10) });
}

#[test]
fn hurry_makes_no_interval_longer() {
    let text = "buffer = { size = \"1 MiB\", interval = \"0 s\" }\ntransform = {}\nbackup = {}";
    let hurried = one(text).hurried(seconds(2));
    assert_eq!(hurried.buffer, Buffer { size: MIB, interval: Duration::ZERO });
    assert_eq!(hurried.transform.unwrap().buffer, Buffer { size: MIB, interval: seconds(2) });
    assert_eq!(hurried.backup.unwrap().buffer, Buffer { size: 5 * MIB, interval: seconds(2) });
}

/// A stream with partitions, without the table of them.
const KEYED: &str = "prefix = \"!{partitionKeyFromLambda:k}/\"\nerror-prefix = \"e/\"";

/// A stream with partitions by a query's `k`.
fn asked(query: &str) -> String {
    format!("{}\npartitioning = {{ query = \"{query}\" }}", KEYED.replace("Lambda", "Query"))
}

#[test]
fn settings_that_go_together_follow_the_rules_of_aws() {
    for (text, expected) in [
        (
            "prefix = \"!{timestamp:yyyy}/\"".to_owned(),
            "3: a `prefix` with expressions needs an `error-prefix`\n  hint: `error-prefix = ",
        ),
        ("prefix = \"!{stamp:yyyy}/\"".to_owned(), "3: `!{stamp:yyyy}` is no expression of Firehose"),
        (
            "prefix = \"!{firehose:error-output-type}/\"".to_owned(),
            "3: `!{firehose:error-output-type}` goes into `error-prefix` alone",
        ),
        (
            "error-prefix = \"!{firehose:random-string}/\"".to_owned(),
            "3: an `error-prefix` with expressions has `!{firehose:error-output-type}` among them",
        ),
        (
            "error-prefix = \"!{partitionKeyFromLambda:k}/\"".to_owned(),
            "3: keys of partitions go into `prefix` alone",
        ),
        (
            "backup = { prefix = \"!{firehose:error-output-type}/\" }".to_owned(),
            "3: the `prefix` of a backup has neither",
        ),
        (KEYED.to_owned(), "3: `k` is a key of partitions, and the stream has no `[stream.partitioning]`"),
        ("partitioning = {}".to_owned(), "3: `partitioning` needs a key in `prefix`"),
        (
            format!("{KEYED}\npartitioning = {{}}"),
            "3: the function is asked for `k`, and the stream has no `[stream.transform]`",
        ),
        (
            format!("{}\npartitioning = {{}}", KEYED.replace("Lambda", "Query")),
            "3: the `query` is asked for `k`, and there is none in `[stream.partitioning]`",
        ),
        (
            asked("{k: .k, day: .d}"),
            "5: the `prefix` does not use `day`\n  hint: `!{partitionKeyFromQuery:day}` is its value",
        ),
        (asked("{kk: .k}"), "3: the `query` gives no key `k`\n  hint: did you mean `kk`?"),
        (asked("{day, hour: 1}"), "3: the `query` gives no key `k`\n  hint: it gives `day`, `hour`"),
        (asked("{k: ."), "5: "),
        (
            format!("{KEYED}\npartitioning = {{ active = 0 }}"),
            "5: `0` is no number of partitions from 1 to 5000",
        ),
        (format!("{KEYED}\npartitioning = {{ active = 5001 }}"), "5: `5001` is no number of partitions"),
        (
            format!(
                "{KEYED}\ntransform = {{}}\npartitioning = {{}}\nbuffer = {{ size = \"63 MiB\", interval = \"9 s\" }}"
            ),
            "7: with `partitioning`, the `size` of the buffer is at least 64 MiB",
        ),
        (
            format!(
                "{KEYED}\ntransform = {{}}\npartitioning = {{}}\nbuffer = {{ size = \"64 MiB\", interval = \"0 s\" }}"
            ),
            "7: with `partitioning`, the `interval` of the buffer is not zero",
        ),
    ] {
        let error = read(&format!("[[stream]]\nname = \"a\"\n{text}\n")).unwrap_err();
        assert!(error.starts_with(&format!("play/streams.toml:{expected}")), "{text}: {error}");
        assert_eq!(error.matches("play/streams.toml").count(), 1, "{error}");
    }
}

#[test]
fn prefixes_may_be_plain_and_expressions_stand_where_they_may() {
    for text in [
        "prefix = \"orders/\"",
        "prefix = \"orders/\"\nerror-prefix = \"errors/\"",
        "error-prefix = \"errors/!{firehose:error-output-type}/!{timestamp:yyyy}/\"",
        "prefix = \"!{firehose:random-string}/!{timestamp:yyyy}/\"\nerror-prefix = \"errors/\"",
        "backup = { prefix = \"backup/!{timestamp:yyyy}/\" }",
    ] {
        one(text);
    }
    one(&asked("{k: .customer}"));
    // Of these, only a record tells the keys.
    one(&asked("{(.a): .b}"));
    one(&asked(".keys | {day} + {k}"));
    let partitioned = one(&format!("{KEYED}\ntransform = {{}}\npartitioning = {{}}"));
    assert_eq!(partitioned.partitioning.unwrap().active, 500);
    assert_eq!(partitioned.buffer, Buffer { size: 64 * MIB, interval: seconds(300) });
}

#[test]
fn rows_become_parquet_by_a_schema_that_is_read_at_once() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.json"), r#"{"columns":[{"name":"a","type":"int"}]}"#).unwrap();
    fs::write(folder.path().join("b.json"), r#"{"columns":[]}"#).unwrap();
    let twice = r#"{"columns":[{"name":"a","type":"int"},{"name":"A","type":"int"}]}"#;
    fs::write(folder.path().join("c.json"), twice).unwrap();
    let file = folder.path().join("streams.toml");
    let loaded = |more: &str| {
        fs::write(&file, format!("[[stream]]\nname = \"a\"\n{more}\n")).unwrap();
        load(&file).map_err(|wrong| wrong[0].to_string())
    };
    let stream = loaded("parquet = { schema = \"a.json\", serde = \"hive\" }").unwrap().remove(0);
    let parquet = stream.parquet.unwrap();
    assert_eq!((&*parquet.schema.columns[0].name, parquet.serde), ("a", SerDe::Hive));
    assert_eq!(stream.buffer, Buffer { size: 128 * MIB, interval: seconds(300) });
    for (more, expected) in [
        ("parquet = { schema = \"b.json\" }", "3: failed to read the schema `"),
        ("parquet = { schema = \"c.json\" }", "3: failed to read the schema `"),
        (
            "compression = \"gzip\"\nparquet = { schema = \"a.json\" }",
            "3: with `parquet`, objects are not compressed",
        ),
        (
            "parquet = { schema = \"a.json\" }\nbuffer = { size = \"5 MiB\", interval = \"1 s\" }",
            "4: with `parquet`, the `size` of the buffer is at least 64 MiB",
        ),
    ] {
        let error = loaded(more).unwrap_err();
        assert!(error.starts_with(&format!("{}:{expected}", file.display())), "{error}");
    }
}
