//! The promises of ARCHITECTURE.md, each against a plugin that breaks them on demand.

use std::time::{Duration, Instant};

use nozzle_plugins::READY;
use nozzle_runtime::config::{OnFailure, PluginSource, RowPolicy};
use nozzle_runtime::firehose::{EventWriter, RESPONSE_BUDGET, Source};
use nozzle_runtime::limits::{DISTINCT_REASONS, REPORTS_PER_CODE};
use nozzle_runtime::{Answer, Config, Origin, Transform};
use nozzle_tests::built;
use serde_json::Value;

use crate::{answers, brief, briefs, event, pipeline};

/// A deadline that no machine is too slow for: what comes first must not depend on its speed.
const NEVER: Duration = Duration::from_secs(600);

fn misbehave() -> Config {
    let mut config = pipeline(&[(built::misbehave(), "{}")]);
    config.plugins[0].limits.deadline = NEVER;
    config.plugins[0].limits.output = 1 << 20;
    config
}

// 1. One record in, one answer out.

#[test]
fn every_record_is_answered_once_and_in_order() {
    let text = r#"{"records":[{"recordId":"b","data":"aGk="},{"recordId":"\u0061","data":"dHJhcA=="},
        {"recordId":"c"},{"recordId":"é","data":"ZHJvcCB0b28tc21hbGw="},{"recordId":"b","data":"!"}]}"#;
    let transform = Transform::load(&misbehave(), Origin::Wasm(READY)).unwrap();
    let batch = transform.run(text.as_bytes(), None).unwrap();
    let expected = concat!(
        r#"{"records":[{"recordId":"b","result":"ProcessingFailed"},{"recordId":"\u0061","result":"ProcessingFailed"},"#,
        r#"{"recordId":"c","result":"ProcessingFailed"},{"recordId":"é","result":"Dropped"},"#,
        r#"{"recordId":"b","result":"ProcessingFailed"}]}"#
    );
    assert_eq!(String::from_utf8(batch.response).unwrap(), expected);
    assert_eq!((batch.summary.records, batch.summary.dropped, batch.summary.failed), (5, 1, 4));
}

// 2. A plugin can cost no more than its own record.

#[test]
fn a_plugin_costs_no_more_than_its_own_record() {
    for (poison, code) in [
        ("trap", "plugin.trap"),
        ("panic at the disco", "plugin.trap"),
        ("recurse", "plugin.stack"),
        ("grow", "plugin.memory"),
        ("huge 5000000", "plugin.output-too-large"),
        ("huge 1100000", "plugin.output-too-large"),
        ("empty-explode", "plugin.bad-outcome"),
        ("empty-key", "plugin.partition-key"),
        ("bad-code", "plugin.bad-outcome"),
        ("keys 51", "response.too-many-partition-keys"),
        ("fail too-bad", "plugin.failed/too-bad"),
    ] {
        assert_eq!(
            briefs(&misbehave(), &["before", poison, "after"]),
            ["before\n", code, "after\n"],
            "{poison}"
        );
    }
}

#[test]
fn an_endless_loop_is_stopped() {
    let mut config = misbehave();
    config.plugins[0].limits.deadline = Duration::from_millis(50);
    assert_eq!(briefs(&config, &["before", "loop", "after"]), ["before\n", "plugin.deadline", "after\n"]);
}

#[test]
fn a_record_after_a_trap_meets_a_fresh_instance() {
    assert_eq!(
        briefs(&misbehave(), &["state", "state", "trap", "state"]),
        ["0\n", "1\n", "plugin.trap", "0\n"]
    );
}

#[test]
fn a_batch_meets_fresh_instances() {
    let transform = Transform::load(&misbehave(), Origin::Wasm(READY)).unwrap();
    let responses: Vec<_> =
        (0..2).map(|_| transform.run(&event(&["state", "state"]), None).unwrap().response).collect();
    assert_eq!(responses[0], responses[1]);
}

#[test]
fn a_panic_is_reported_with_its_message_and_place() {
    let config = Config { log_values: true, ..misbehave() };
    let answers = answers(&config, &event(&["panic at the disco"]));
    let Answer::ProcessingFailed(failure) = &answers[0] else { panic!("it failed") };
    let trap = failure.trap.as_ref().unwrap();
    assert!(trap.message.as_ref().unwrap().contains("at the disco"), "{trap:?}");
    assert!(trap.location.as_ref().unwrap().contains("misbehave/src/lib.rs:"), "{trap:?}");
    assert!(trap.backtrace.iter().any(|frame| frame.contains("misbehave")), "{trap:?}");
}

#[test]
fn slow_poison_leaves_time_for_the_records_behind_it() {
    let mut config = misbehave();
    config.reserve = Duration::ZERO;
    let transform = Transform::load(&config, Origin::Wasm(READY)).unwrap();
    let payloads = ["loop", "loop", "loop", "good", "good"];
    let deadline = Instant::now() + Duration::from_secs(2);
    let summary = transform.run(&event(&payloads), Some(deadline)).unwrap().summary;
    assert_eq!((summary.delivered, summary.failed), (2, 3), "{:?}", summary.failures);
}

#[test]
fn what_is_not_reached_in_time_is_answered_as_failed() {
    let transform = Transform::load(&misbehave(), Origin::Wasm(READY)).unwrap();
    let summary = transform.run(&event(&["one", "two"]), Some(Instant::now())).unwrap().summary;
    let codes: Vec<&str> = summary.failures.keys().map(|(_, code)| code.as_str()).collect();
    assert_eq!((summary.failed, codes), (2, vec!["invocation.out-of-time"]));
}

// 3. Nothing is lost unasked.

#[test]
fn drops_are_counted_by_plugin_and_reason() {
    let transform = Transform::load(&misbehave(), Origin::Wasm(READY)).unwrap();
    let batch =
        transform.run(&event(&["drop too-small", "drop too-small", "drop late", "kept"]), None).unwrap();
    let drops: Vec<(&str, &str, u64)> =
        batch.summary.drops.iter().map(|((plugin, reason), n)| (&**plugin, reason.as_str(), *n)).collect();
    assert_eq!(drops, [("misbehave", "late", 1), ("misbehave", "too-small", 2)]);
}

#[test]
fn the_drops_of_a_record_that_fails_do_not_count() {
    let config = pipeline(&[(built::misbehave(), "{}"), (built::misbehave(), "{}")]);
    let transform = Transform::load(&config, Origin::Wasm(READY)).unwrap();
    let payloads = ["rows drop unwanted|fail too-bad", "rows drop unwanted|kept"];
    let summary = transform.run(&event(&payloads), None).unwrap().summary;
    assert_eq!((summary.failed, summary.delivered, summary.drops.values().sum::<u64>()), (1, 1, 1));
}

#[test]
fn a_failing_row_fails_its_record_whole() {
    let config = pipeline(&[(built::misbehave(), "{}"), (built::misbehave(), r#"{"fail-on":"1"}"#)]);
    assert_eq!(briefs(&config, &["explode 3", "explode 1"]), ["plugin.failed/told-to", "0\n"]);
}

#[test]
fn good_rows_go_on_beside_error_rows_where_that_is_asked() {
    let mut config = pipeline(&[(built::misbehave(), "{}"), (built::misbehave(), r#"{"fail-on":"1"}"#)]);
    config.output.rows = RowPolicy::ErrorRow;
    let given = briefs(&config, &["explode 3", "1"]);
    let rows: Vec<&str> = given[0].lines().collect();
    assert_eq!((rows[0], rows[2]), ("0", "2"));
    let error: Value = serde_json::from_str(rows[1]).unwrap();
    assert_eq!(
        (&error["_raw"], &error["_error"]["code"]),
        (&Value::from("1"), &Value::from("plugin.failed/told-to"))
    );
    assert_eq!(given[1], "plugin.failed/told-to", "a record without a good row fails");
}

#[test]
fn an_error_row_keeps_every_byte_of_the_bad_one() {
    let mut config = Config::of_plugin(
        PluginSource::Ready("csv-rows".to_owned()),
        r#"{"columns":{"text":"string","n":"int"}}"#,
    );
    config.output.rows = RowPolicy::ErrorRow;
    let mut event = EventWriter::new(Source::Direct);
    event.push(b"a,1\n\xa3,2\n");
    let answers = answers(&config, &event.finish());
    let Answer::Ok(delivery) = &answers[0] else { panic!("{:?}", answers[0]) };
    let rows: Vec<Value> = delivery
        .data
        .split_inclusive(|&byte| byte == b'\n')
        .map(|row| serde_json::from_slice(row).unwrap())
        .collect();
    assert_eq!(rows[0]["_raw_base64"], "oywy");
    assert_eq!(rows[1]["n"], 1);
}

#[test]
fn rows_that_a_plugin_rejects_are_rows_that_failed() {
    let mut config = pipeline(&[(built::misbehave(), "{}"), (built::misbehave(), "{}")]);
    let payloads = ["reject one|two", "kept"];
    assert_eq!(briefs(&config, &payloads), ["plugin.failed/rejected", "kept\n"]);
    config.plugins[0].on_failure = OnFailure::Pass;
    assert_eq!(briefs(&config, &payloads), ["one\ntwo\ngood\n", "kept\n"]);
    config.plugins[0].on_failure = OnFailure::Fail;
    config.output.rows = RowPolicy::ErrorRow;
    let transform = Transform::load(&config, Origin::Wasm(READY)).unwrap();
    let summary = transform.run(&event(&payloads), None).unwrap().summary;
    assert_eq!((summary.delivered, summary.rows, summary.error_rows), (2, 4, 2));
    let given = briefs(&config, &payloads);
    let errors: Vec<Value> = given[0].lines().filter_map(|row| serde_json::from_str(row).ok()).collect();
    assert_eq!(errors.iter().map(|error| &error["_raw"]).collect::<Vec<_>>(), ["one", "two"]);
    assert_eq!(errors[0]["_error"]["code"], "plugin.failed/rejected");
    assert_eq!(given[0].lines().last(), Some("good"));
}

#[test]
fn pass_hands_the_row_on_as_it_entered() {
    let mut config = pipeline(&[(built::misbehave(), "{}"), (built::misbehave(), "{}")]);
    config.plugins[0].on_failure = OnFailure::Pass;
    assert_eq!(briefs(&config, &["fail too-bad", "hello"]), ["plugin.failed/too-bad", "hello\n"]);
    let transform = Transform::load(&config, Origin::Wasm(READY)).unwrap();
    let passed = transform.run(&event(&["fail too-bad", "hello"]), None).unwrap().summary.passed;
    assert_eq!(passed.values().sum::<u64>(), 1, "what goes on as it was is counted");
    let failed = answers(&config, &event(&["fail too-bad"]));
    assert!(
        matches!(&failed[0], Answer::ProcessingFailed(failure) if failure.plugin.as_deref() == Some("misbehave#2"))
    );
}

#[test]
fn what_no_plugin_delivered_goes_on_untouched_and_without_a_newline() {
    let mut config = misbehave();
    config.plugins[0].on_failure = OnFailure::Pass;
    assert_eq!(briefs(&config, &["fail too-bad", "trap", "hello"]), ["fail too-bad", "trap", "hello\n"]);
    let transform = Transform::load(&config, Origin::Wasm(READY)).unwrap();
    let summary = transform.run(&event(&["hello"]), Some(Instant::now())).unwrap().summary;
    assert_eq!(summary.failed, 1, "want of time is no failure of a plugin");
}

#[test]
fn rows_of_a_record_must_agree_on_where_they_go() {
    let two = pipeline(&[(built::misbehave(), "{}"), (built::misbehave(), r#"{"key-from-row":true}"#)]);
    assert_eq!(briefs(&two, &["explode 2", "explode 1"]), ["response.mixed-partition-keys", "0\n"]);
    let routed = pipeline(&[(built::misbehave(), "{}"), (built::misbehave(), r#"{"route":true}"#)]);
    assert_eq!(briefs(&routed, &["explode 2", "explode 1"]), ["response.many-rows", "0\n"]);
}

// 4. A plugin reaches nothing but the host functions; the same record gives the same outcome.

#[test]
fn the_same_batch_gives_the_same_bytes() {
    let event = std::fs::read(crate::sample("kinesis")).unwrap();
    let config = Config::load(&crate::orders_cdc()).unwrap();
    let respond =
        || Transform::load(&config, Origin::Wasm(READY)).unwrap().run(&event, None).unwrap().response;
    assert_eq!(respond(), respond());
}

#[test]
fn context_tells_the_facts_of_the_record_in_hand() {
    let mut event = EventWriter::new(Source::Kinesis);
    for key in
        ["source", "arrival-time-ms", "partition-key", "subsequence-number", "shard-id", "no-such-fact"]
    {
        event.push(format!("context {key}").as_bytes());
    }
    let given: Vec<String> = answers(&misbehave(), &event.finish()).iter().map(brief).collect();
    assert_eq!(given, ["kinesis\n", "1767225600001\n", "2\n", "0\n", "shardId-000000000000\n", "none\n"]);
}

// 5. The response always fits.

#[test]
fn the_response_always_fits() {
    let mut config = misbehave();
    config.plugins[0].limits.output = 4 << 20;
    let payloads = ["huge 2000000", "huge 2000000", "huge 2000000", "small"];
    let transform = Transform::load(&config, Origin::Wasm(READY)).unwrap();
    let mut given = Vec::new();
    let batch = transform
        .run_watched(&event(&payloads), None, Some(&mut |seen| given.push(seen.answer.clone())))
        .unwrap();
    assert!(batch.response.len() <= RESPONSE_BUDGET);
    assert_eq!(brief(&given[2]), "response.over-budget");
    assert_eq!(brief(&given[3]), "small\n");
}

// What plugins say reaches the log, bounded.

#[test]
fn log_lines_are_kept_up_to_a_limit_and_the_rest_is_counted() {
    let transform = Transform::load(&misbehave(), Origin::Wasm(READY)).unwrap();
    let summary = transform.run(&event(&["log 3", "log 100000", "log 1"]), None).unwrap().summary;
    let of = |record| summary.logs.iter().filter(|(index, _)| *index == record).count();
    assert_eq!((of(0), of(2)), (3, 1));
    assert!(of(1) < 1000 && summary.log_bytes_cut > 100_000, "{} {}", of(1), summary.log_bytes_cut);
}

#[test]
fn reports_are_bounded_whatever_the_codes() {
    let transform = Transform::load(&misbehave(), Origin::Wasm(READY)).unwrap();
    let payloads: Vec<String> = (0..1000).map(|number| format!("fail code-{number}")).collect();
    let payloads: Vec<&str> = payloads.iter().map(String::as_str).collect();
    let summary = transform.run(&event(&payloads), None).unwrap().summary;
    assert_eq!((summary.failed, summary.failures.values().sum::<u64>()), (1000, 1000));
    assert_eq!(summary.failures.len(), DISTINCT_REASONS + 1, "those over the limit count as `other`");
    assert_eq!(summary.reports.len(), DISTINCT_REASONS + REPORTS_PER_CODE as usize);
}

#[test]
fn counters_add_up_over_instances() {
    let transform = Transform::load(&misbehave(), Origin::Wasm(READY)).unwrap();
    let summary = transform.run(&event(&["count", "trap", "count", "count"]), None).unwrap().summary;
    let counted: Vec<u64> = summary.counters.values().copied().collect();
    assert_eq!(counted, [3]);
}
