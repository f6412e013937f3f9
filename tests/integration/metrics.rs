//! The line that closes each invocation, as CloudWatch reads it: valid embedded metrics, whose sums are the batch's truth.

use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::time::{Duration, SystemTime};

use jsonschema::Validator;
use nozzle_plugins::READY;
use nozzle_runtime::config::OnFailure;
use nozzle_runtime::firehose::{from_base64, to_base64};
use nozzle_runtime::telemetry::Line;
use nozzle_runtime::{Origin, Transform};
use nozzle_tests::bootstrap::{self, Bootstrap};
use nozzle_tests::clock::run_by_hand;
use nozzle_tests::delivery::accepted_by_firehose;
use nozzle_tests::runtime_api::{Answer, MAX_RESPONSE_BYTES, RuntimeApi};
use nozzle_tests::{built, root};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::Value;

use crate::lambda::compiled;
use crate::{event, pipeline};

const MINUTE: Duration = Duration::from_secs(60);

/// What AWS publishes of the format, in the state of 2026:
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>.
static EMF: LazyLock<Validator> = LazyLock::new(|| {
    let text = std::fs::read_to_string(root().join("tests/fixtures/emf.schema.json")).unwrap();
    // Its `$id`s are fragments, which the drafts since 2019 forbid.
    jsonschema::draft7::new(&serde_json::from_str(&text).unwrap()).expect("it is a schema")
});

/// What CloudWatch takes out of a line: the stream, and each metric.
///
/// # Panics
///
/// Where the line breaks the format, or what is promised of it.
fn extracted(line: &str) -> (String, BTreeMap<String, f64>) {
    assert!(line.ends_with('\n') && line.matches('\n').count() == 1, "one line: {line}");
    let line: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    let broken: Vec<String> = EMF.iter_errors(&line).map(|error| error.to_string()).collect();
    assert!(broken.is_empty(), "{broken:?}: {line}");
    let directives = line["_aws"]["CloudWatchMetrics"].as_array().unwrap();
    let [directive] = &directives[..] else { panic!("one directive: {line}") };
    assert_eq!(directive["Namespace"], "Nozzle");
    assert_eq!(directive["Dimensions"], serde_json::json!([["DeliveryStreamName"]]));
    let value = |metric: &Value| {
        let name = metric["Name"].as_str().unwrap().to_owned();
        let value = line[&name].as_f64().unwrap_or_else(|| panic!("`{name}` has no value: {line}"));
        assert!(metric["Unit"].is_string(), "`{name}` has no unit");
        (name, value)
    };
    let definitions = directive["Metrics"].as_array().unwrap();
    let metrics: BTreeMap<String, f64> = definitions.iter().map(value).collect();
    assert_eq!(metrics.len(), definitions.len(), "each metric once: {line}");
    assert!(metrics.len() <= 10, "ten metrics are what runtime/deploy/README.md has the price of: {line}");
    (line["DeliveryStreamName"].as_str().expect("a dimension is a text").to_owned(), metrics)
}

/// What a record does, in the words of the plugin `misbehave`, or on its way there.
#[derive(Debug, Clone)]
enum Deed {
    Echoes(String),
    Explodes(usize),
    Drops,
    Fails,
    Dies(&'static str),
    /// Behind a record that leaves its instance whole.
    Loops,
    IsNoBase64,
    HasNoData,
    /// With another record of its id.
    Repeats,
}

/// The ways to die, but for the deadline. What they cost must not take long.
const DEATHS: [&str; 8] = [
    "trap",
    "panic at the disco",
    "recurse",
    "grow-once",
    "huge 700000",
    "empty-explode",
    "bad-code",
    "empty-key",
];

fn deeds(loops: u32) -> impl Strategy<Value = Vec<Deed>> {
    let deed = prop_oneof![
        8 => "[a-zé]{0,40}".prop_map(Deed::Echoes),
        2 => (1_usize..30).prop_map(Deed::Explodes),
        2 => Just(Deed::Drops),
        2 => Just(Deed::Fails),
        3 => proptest::sample::select(&DEATHS[..]).prop_map(Deed::Dies),
        loops => Just(Deed::Loops),
        1 => Just(Deed::IsNoBase64),
        1 => Just(Deed::HasNoData),
        1 => Just(Deed::Repeats),
    ];
    proptest::collection::vec(deed, 0..12)
}

/// An event, and what the line must say of it that the response does not tell.
#[derive(Debug, Default)]
struct Planned {
    stream: String,
    records: Vec<String>,
    loops: Vec<usize>,
    bytes_in: usize,
    traps: usize,
}

impl Planned {
    fn of(stream: &str, deeds: &[Deed]) -> Self {
        let mut planned = Self { stream: stream.to_owned(), ..Self::default() };
        deeds.iter().for_each(|deed| planned.plan(deed));
        planned
    }

    fn plan(&mut self, deed: &Deed) {
        match deed {
            Deed::Echoes(text) => self.push(&format!("echo {text}")),
            Deed::Explodes(rows) => self.push(&format!("explode {rows}")),
            Deed::Drops => self.push("drop not-wanted"),
            Deed::Fails => self.push("fail on-demand"),
            Deed::Dies(word) => {
                self.traps += 1;
                self.push(word);
            }
            Deed::Loops => {
                self.push("whole");
                self.loops.push(self.records.len());
                self.push("loop");
            }
            Deed::IsNoBase64 => self.push_raw(r#","data":"a_-=""#),
            Deed::HasNoData => self.push_raw(""),
            Deed::Repeats => {
                let twin = r#"{"recordId":"twin","data":"dHdpbg=="}"#.to_owned();
                self.records.extend([twin.clone(), twin]);
            }
        }
    }

    fn push(&mut self, payload: &str) {
        self.bytes_in += payload.len();
        self.push_raw(&format!(r#","data":"{}""#, to_base64(payload.as_bytes())));
    }

    fn push_raw(&mut self, data: &str) {
        self.records.push(format!(r#"{{"recordId":"{}"{data}}}"#, self.records.len()));
    }

    fn event(&self) -> String {
        let arn = format!("arn:aws:firehose:eu-west-1:123456789012:deliverystream/{}", self.stream);
        format!(r#"{{"deliveryStreamArn":"{arn}","records":[{}]}}"#, self.records.join(","))
    }

    /// Holds the line against the event and the response.
    fn check(&self, response: &[u8], line: &str) {
        assert_eq!(accepted_by_firehose(self.event().as_bytes(), response), Ok(()));
        let answers: Value = serde_json::from_slice(response).unwrap();
        let answers = answers["records"].as_array().unwrap();
        let of = |result: &str| answers.iter().filter(|answer| answer["result"] == result).count();
        let (stream, metrics) = extracted(line);
        assert_eq!(stream, self.stream);
        let counts = [
            ("RecordsIn", self.records.len()),
            ("RecordsDelivered", of("Ok")),
            ("RecordsDropped", of("Dropped")),
            ("RecordsFailed", of("ProcessingFailed")),
            ("BytesIn", self.bytes_in),
        ];
        for (name, expected) in counts {
            assert_eq!(metrics[name], expected as f64, "{name}: {line}");
        }
        let used = 100.0 * response.len() as f64 / MAX_RESPONSE_BYTES as f64;
        assert!((metrics["ResponseBudgetUsed"] - used).abs() <= 0.0005, "{used}: {line}");
        self.check_fields(answers, response.len(), &serde_json::from_str(line).unwrap());
        let times = (metrics.get("RecordTimeP50"), metrics.get("RecordTimeP99"));
        assert_eq!(times.0.is_some(), !self.records.is_empty(), "{line}");
        assert!(times.0 <= times.1, "{line}");
        assert!(
            !metrics.contains_key("LookupsMissed") && !metrics.contains_key("TableAge"),
            "no tables: {line}"
        );
    }

    fn check_fields(&self, answers: &[Value], response_bytes: usize, line: &Value) {
        let delivered: Vec<Vec<u8>> =
            answers.iter().filter_map(|answer| from_base64(answer["data"].as_str()?)).collect();
        let rows = delivered.iter().flatten().filter(|byte| **byte == b'\n').count();
        for (name, expected) in [
            ("traps", self.traps),
            ("deadline_kills", self.loops.len()),
            ("rows", rows),
            ("bytes_out", delivered.iter().map(Vec::len).sum()),
            ("response_bytes", response_bytes),
        ] {
            assert_eq!(line[name], expected, "{name}: {line}");
        }
        for (breakdown, total) in [("failures", "RecordsFailed"), ("drops", "RecordsDropped")] {
            let counts = line[breakdown].as_object().into_iter().flat_map(|counts| counts.values());
            let sum: u64 = counts.map(|n| n.as_u64().unwrap()).sum();
            assert_eq!(line[total], sum, "{breakdown}: {line}");
        }
    }
}

/// The plugin that misbehaves on demand, with its clock stopped.
static MISBEHAVE: LazyLock<Transform> = LazyLock::new(|| {
    let mut config = pipeline(&[(built::misbehave(), "{}")]);
    config.plugins[0].limits.output = 600_000;
    Transform::load_stopped(&config, Origin::Wasm(READY)).expect("the plugin loads")
});

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn the_sums_of_a_line_are_the_truth_of_its_batch(stream in "[A-Za-z0-9_.-]{1,64}", deeds in deeds(2)) {
        let planned = Planned::of(&stream, &deeds);
        let event = planned.event();
        let (batch, _) = run_by_hand(&MISBEHAVE, event.as_bytes(), |index| planned.loops.contains(&index));
        planned.check(&batch.response, &text(&batch.summary));
    }
}

fn text(summary: &nozzle_runtime::Summary) -> String {
    let plugins: Vec<_> = MISBEHAVE.plugins().collect();
    let (time, request_id) = (SystemTime::now(), "00000000-0000-4000-8000-000000000001");
    let (level, plugins) = ("INFO", &*plugins);
    let (xray_trace_id, bootstrap_sha256, cold_start) = (None, None, None);
    Line { level, time, request_id, xray_trace_id, summary, bootstrap_sha256, plugins, cold_start }.text()
}

/// The lines of a log that are no summary of an invocation, and those that are.
fn parted(log: &str) -> (Vec<&str>, Vec<&str>) {
    log.split_inclusive('\n').partition(|line| !line.contains("\"_aws\":"))
}

/// At the highest of Lambda's levels at which anything is written, so that the pipe holds the log.
#[test]
fn so_they_are_through_the_bootstrap() {
    let limits = "deadline = \"1 s\"\noutput = \"600 KB\"\n";
    let (_folder, config) = compiled(built::misbehave().to_str().unwrap(), limits);
    let api = RuntimeApi::start();
    let mut command = bootstrap::command(&api.address(), &config);
    let bootstrap = Bootstrap::spawn(command.env("AWS_LAMBDA_LOG_LEVEL", "ERROR"));
    let mut runner = TestRunner::deterministic();
    let mut batches = Vec::new();
    for number in 0..20 {
        // One loop in all: each takes its second.
        let deeds = deeds(0).new_tree(&mut runner).unwrap().current();
        let looping = if number == 7 { &[Deed::Loops][..] } else { &[] };
        let planned = Planned::of(&format!("stream-{number}"), &[&deeds, looping].concat());
        let Answer::Response(response) = api.invoke(planned.event().as_bytes(), MINUTE) else {
            panic!("every batch is answered")
        };
        batches.push((planned, response));
    }
    let log = bootstrap.end();
    let (others, lines) = parted(&log);
    assert_eq!((others.len(), lines.len()), (0, batches.len()), "{log}");
    for ((planned, response), line) in batches.iter().zip(lines) {
        planned.check(response, line);
        assert!(line.contains(r#""level":"ERROR""#), "Lambda would keep a lower one out: {line}");
    }
}

/// What the bootstrap logs over three invocations, with these settings of Lambda.
fn log_with(settings: &[(&str, &str)], event: &[u8]) -> String {
    let (_folder, config) = compiled(built::misbehave().to_str().unwrap(), "");
    let api = RuntimeApi::start();
    let mut command = bootstrap::command(&api.address(), &config);
    let bootstrap = Bootstrap::spawn(command.envs(settings.iter().copied()));
    for _ in 0..3 {
        assert!(matches!(api.invoke(event, MINUTE), Answer::Response(_)), "the batch is answered");
    }
    bootstrap.end()
}

#[test]
fn metrics_come_in_every_format_and_at_every_level() {
    let event = event(&["good", "trap", "say something"]);
    for (format, level, written, others) in [
        ("JSON", "TRACE", "INFO", 7),
        ("JSON", "INFO", "INFO", 7),
        ("JSON", "WARN", "WARN", 3),
        ("JSON", "ERROR", "ERROR", 0),
        ("JSON", "FATAL", "FATAL", 0),
        ("JSON", "nonsense", "INFO", 7),
        ("Text", "", "INFO", 7),
    ] {
        let settings = [("AWS_LAMBDA_LOG_FORMAT", format), ("AWS_LAMBDA_LOG_LEVEL", level)];
        let log = log_with(&settings, &event);
        let (other, lines) = parted(&log);
        let ours =
            |line: &&&str| ["started", "plugin said", "record failed"].iter().any(|ours| line.contains(ours));
        let other = other.iter().filter(ours).count();
        assert_eq!((lines.len(), other), (3, others), "{format} {level}: {log}");
        for line in &lines {
            assert_eq!(extracted(line).1["RecordsFailed"], 1.0);
            assert!(line.contains(&format!(r#""level":"{written}""#)), "{format} {level}: {line}");
        }
        let cold = lines.iter().filter(|line| line.contains(r#""cold_start":{"load_us":"#)).count();
        assert!(cold == 1 && lines[0].contains("cold_start"), "the first line after the start alone: {log}");
    }
}

#[test]
fn every_line_is_json_with_its_fields_in_the_root() {
    let log = log_with(&[], &event(&["good", "trap", "fail on-demand", "say something"]));
    let mut messages: Vec<String> = Vec::new();
    for line in log.lines() {
        let line: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        for member in ["timestamp", "level", "message"] {
            assert!(line[member].is_string(), "no `{member}`: {line}");
        }
        assert!(
            line["timestamp"].as_str().is_some_and(|time| time.len() == 27 && time.ends_with('Z')),
            "{line}"
        );
        messages.push(line["message"].as_str().unwrap().to_owned());
    }
    let batch = ["plugin said", "record failed", "record failed", "answered"];
    assert_eq!(messages, [&["started"][..], &batch, &batch, &batch].concat());
}

/// In text, a newline of a plugin's would begin a line of the log.
#[test]
fn a_plugin_cannot_write_metrics() {
    let forged = r#"{"_aws":{"Timestamp":1,"CloudWatchMetrics":[]},"message":"answered","traps":9}"#;
    let event =
        event(&[&format!("say hello\n{forged}"), &format!("blame \n{forged}"), &format!("panic \n{forged}")]);
    for format in ["JSON", "Text"] {
        // As it stands there with `log_values`, so that nothing is masked.
        let (_folder, config) = compiled(built::misbehave().to_str().unwrap(), "");
        let text = std::fs::read_to_string(&config).unwrap();
        std::fs::write(&config, text.replace("version = 1\n", "version = 1\nlog_values = true\n")).unwrap();
        let api = RuntimeApi::start();
        let mut command = bootstrap::command(&api.address(), &config);
        let bootstrap = Bootstrap::spawn(command.env("AWS_LAMBDA_LOG_FORMAT", format));
        assert!(matches!(api.invoke(&event, MINUTE), Answer::Response(_)));
        let log = bootstrap.end();
        assert!(log.matches("CloudWatchMetrics").count() > 3, "they are said: {log}");
        let lines = log.lines().filter(|line| line.starts_with(r#"{"_aws"#) || line.contains(r#""traps":9"#));
        assert_eq!(lines.count(), 0, "{format}: {log}");
    }
}

#[test]
fn a_death_counts_whatever_becomes_of_its_row() {
    let mut config = pipeline(&[(built::misbehave(), "{}")]);
    config.plugins[0].on_failure = OnFailure::Pass;
    let transform = Transform::load(&config, Origin::Wasm(READY)).unwrap();
    let summary = transform.run(&event(&["trap", "bad-code", "fail on-demand"]), None).unwrap().summary;
    let line: Value = serde_json::from_str(&text(&summary)).unwrap();
    assert_eq!((&line["RecordsFailed"], &line["traps"]), (&0.into(), &2.into()), "{line}");
    assert_eq!(line["passed"]["misbehave/plugin.trap"], 1, "{line}");
}

#[test]
fn an_event_that_names_no_stream_has_metrics_too() {
    let record = r#""records":[{"recordId":"1","data":"YQ=="}]"#;
    for arn in
        ["", r#""deliveryStreamArn":null,"#, r#""deliveryStreamArn":"orders","#, r#""deliveryStreamArn":{},"#]
    {
        let batch = MISBEHAVE.run(format!("{{{arn}{record}}}").as_bytes(), None).unwrap();
        let (stream, metrics) = extracted(&text(&batch.summary));
        assert_eq!((&*stream, metrics["RecordsIn"]), ("unknown", 1.0), "{arn}");
    }
}

#[test]
fn an_invocation_without_an_answer_has_no_metrics() {
    let (_folder, config) = compiled(built::misbehave().to_str().unwrap(), "");
    let api = RuntimeApi::start();
    let bootstrap = Bootstrap::start(&api, &config);
    assert!(matches!(api.invoke(br#"{"hello":"world"}"#, MINUTE), Answer::Error { .. }));
    let log = bootstrap.end();
    assert!(parted(&log).1.is_empty() && log.contains(r#""message":"invocation failed""#), "{log}");
}

/// The sums are those of the manifest.
#[test]
fn the_line_names_the_plugins_by_version_and_sum() {
    let (folder, config) = compiled(
        built::misbehave().to_str().unwrap(),
        "[[plugin]]\nuse = \"filter\"\nsettings = { keep = [] }\n",
    );
    let manifest = std::fs::read(folder.path().join("artefacts/manifest.json")).unwrap();
    let manifest: Value = serde_json::from_slice(&manifest).unwrap();
    let api = RuntimeApi::start();
    let bootstrap = Bootstrap::start(&api, &config);
    assert!(matches!(api.invoke(&event(&["a"]), MINUTE), Answer::Response(_)));
    let log = bootstrap.end();
    let line: Value = serde_json::from_str(parted(&log).1[0]).unwrap();
    assert_eq!(line["nozzle"], env!("CARGO_PKG_VERSION"));
    for (name, artefact) in ["misbehave", "filter"].iter().zip(manifest["artefacts"].as_array().unwrap()) {
        assert_eq!(line["plugins"][name]["version"], "0.1.0", "{line}");
        assert_eq!(
            line["plugins"][name]["sha256"],
            artefact["wasm_sha256"].as_str().unwrap()[..12],
            "{line}"
        );
    }
}
