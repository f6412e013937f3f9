//! The templates of runtime/deploy: what validators and our own rules say of them, and which alarms go on over runs of the real
//! bootstrap. tests/deploy has the scripts.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::thread;
use std::time::Duration;

use nozzle_tests::bootstrap::Bootstrap;
use nozzle_tests::python::deploy_python;
use nozzle_tests::runtime_api::{Answer, RuntimeApi};
use nozzle_tests::{built, root};
use tempfile::TempDir;

use crate::lambda::compiled;
use crate::{event, stderr, stdout};

const MINUTE: Duration = Duration::from_secs(60);

/// Runs a script of tests/deploy. `None` where its tools are not installed.
fn script(name: &str, arguments: &[&str]) -> Option<Output> {
    let mut python = Command::new(deploy_python()?);
    python.arg(root().join("tests/deploy").join(name)).args(arguments);
    Some(python.output().expect("python runs"))
}

fn templates() -> PathBuf {
    root().join("runtime/deploy/sam")
}

/// A file, what stands there, and what shall.
type Change<'a> = (&'a str, &'a str, &'a str);

/// A copy of the templates with these changes.
fn changed(changes: &[Change<'_>]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for template in fs::read_dir(templates()).unwrap().map(|entry| entry.unwrap().path()) {
        let mut text = fs::read_to_string(&template).unwrap();
        for (file, from, to) in changes.iter().filter(|(file, ..)| template.ends_with(file)) {
            assert!(text.contains(from), "{file} has no `{from}`");
            text = text.replacen(from, to, 1);
        }
        fs::write(folder.path().join(template.file_name().unwrap()), text).unwrap();
    }
    folder
}

#[test]
fn the_templates_pass_their_validators_and_our_rules() {
    let Some(checked) = script("check.py", &[]) else { return };
    assert!(checked.status.success(), "{}{}", stdout(&checked), stderr(&checked));
}

/// What a check says of templates with these mistakes.
fn findings(check: &str, mistakes: &[Change<'_>]) -> Option<String> {
    let folder = changed(mistakes);
    let checked = script("check.py", &["--folder", folder.path().to_str().unwrap(), check])?;
    assert_eq!(checked.status.code(), Some(1), "{}", stderr(&checked));
    Some(stdout(&checked))
}

#[test]
fn the_validators_find_what_aws_would_refuse() {
    let mistakes = [
        ("storage.yaml", "SSEAlgorithm: AES256", "SSEAlgorithm: AES25"),
        ("direct-put.yaml", "- Type: Lambda", "- Type: Lamda"),
        ("kinesis.yaml", "!GetAtt StreamRole.Arn", "!GetAtt StreamRoll.Arn"),
    ];
    let Some(found) = findings("lint", &mistakes) else { return };
    for wrong in ["'AES25'", "'Lamda'", "'StreamRoll'"] {
        assert!(found.contains(wrong), "{wrong}: {found}");
    }
}

/// Each is a mistake that validators take, and that would show late or never.
#[test]
fn our_rules_find_what_validators_take() {
    let mistakes = [
        ("kinesis.yaml", "        CodeKey:", "        Code:"),
        ("iceberg.yaml", "DeliveryToIceberg.DataFreshness", "DeliveryToIceberg.Freshness"),
        ("parquet.yaml", "Storage.Outputs.BucketArn", "Storage.Outputs.Bucket"),
        ("direct-put.yaml", "Outputs.AliasArn", "Outputs.FunctionArn"),
        (
            "partitioned.yaml",
            "!Not [!Equals [!Ref LambdaBufferMiB, 1]]",
            "!Not [!Equals [!Ref LambdaBufferMiB, 2]]",
        ),
        ("direct-put.yaml", "          Enabled: true\n          Processors", "          Processors"),
        ("parquet.yaml", "ErrorOutputPrefix: errors/", "ErrorOutputPrefix: data/sales/errors/"),
        ("dynamodb.yaml", "Action: sqs:SendMessage", "Action: sqs:*"),
        ("redshift.yaml", "Resource: !Ref WorkgroupArn", "Resource: \"*\""),
        (
            "redshift.yaml",
            "country, is_cancellation, country_name, region, subregion, source_sequence\n",
            "country, country_name\n",
        ),
        ("redshift.yaml", "PARTITION BY source_sequence", "PARTITION BY invoice_no"),
        ("alarms.yaml", "${StreamName}-budget", "${StreamName}-size"),
        ("storage.yaml", "DeletionPolicy: Retain", "DeletionPolicy: Delete"),
        ("function.yaml", "${MemorySize} MB, ", ""),
        ("function.yaml", "Key: !Ref CodeKey", "Key: pipeline.zip"),
        ("function.yaml", "PreTraffic: !Ref SelfTest", "PostTraffic: !Ref SelfTest"),
    ];
    let Some(found) = findings("rules", &mistakes) else { return };
    for finding in [
        "kinesis.yaml: Function: function.yaml has no parameter Code",
        "kinesis.yaml: Function: function.yaml needs the parameter CodeKey",
        "iceberg.yaml: Alarms: alarms.yaml takes no FreshnessMetric DeliveryToIceberg.Freshness",
        "parquet.yaml: Storage: storage.yaml has no output Outputs.Bucket",
        "direct-put.yaml: Stream.ExtendedS3DestinationConfiguration: LambdaArn is not the alias",
        "partitioned.yaml: Stream.ExtendedS3DestinationConfiguration: BufferSizeInMBs is given where it has its default, 1",
        "direct-put.yaml: Stream.ExtendedS3DestinationConfiguration: Enabled has to be said",
        "is inside of the table's location data/sales/",
        "dynamodb.yaml: PipeRole: allows sqs:*",
        "redshift.yaml: MergeRole: allows redshift-data:BatchExecuteStatement on every resource",
        "redshift.yaml: the columns differ from those of tests/pipelines/ecommerce/redshift",
        "redshift.yaml: the statements differ from those of tests/pipelines/ecommerce/redshift/merge.sql",
        "RUNBOOK.md: there is no section size",
        "RUNBOOK.md: there is no alarm budget",
        "storage.yaml: Bucket: goes with its stack",
        "function.yaml: a changed MemorySize publishes no version",
        "function.yaml: another zip publishes no version",
        "function.yaml: a version gets traffic without its self-test",
    ] {
        assert!(found.contains(finding), "{finding}: {found}");
    }
}

#[test]
fn the_self_test_tells_codedeploy_what_the_new_version_answered() {
    let Some(tested) = script("self_test.py", &[]) else { return };
    assert!(tested.status.success(), "{}", stderr(&tested));
}

/// What the bootstrap has logged of these events, with a configuration.
fn log(config: &Path, events: &[Vec<u8>]) -> String {
    let api = RuntimeApi::start();
    let bootstrap = Bootstrap::start(&api, config);
    for event in events {
        api.invoke(event, MINUTE);
    }
    bootstrap.end()
}

/// What the bootstrap has logged of these events, with the plugin that misbehaves.
fn misbehaving(events: &[Vec<u8>]) -> String {
    let (_folder, config) = compiled(built::misbehave().to_str().unwrap(), "deadline = \"50 ms\"\n");
    log(&config, events)
}

/// What it has logged of a batch three seconds after its table is gone.
fn with_an_old_table() -> String {
    let folder = tempfile::tempdir().unwrap();
    let table = folder.path().join("regions.csv");
    fs::write(&table, "country,region\nFrance,Europe\n").unwrap();
    let path = table.display();
    let block =
        format!("[[table]]\nname = \"regions\"\npath = \"{path}\"\nkey = \"country\"\nrefresh = \"1 ns\"\n");
    let (_pipeline, config) = compiled(built::misbehave().to_str().unwrap(), &block);
    let api = RuntimeApi::start();
    let bootstrap = Bootstrap::start(&api, &config);
    // A look is beside a batch, and told by the next one.
    let batch = || assert!(matches!(api.invoke(&event(&["a"]), MINUTE), Answer::Response(_)));
    batch();
    fs::remove_file(&table).unwrap();
    batch();
    thread::sleep(Duration::from_secs(3));
    batch();
    bootstrap.end()
}

/// The alarms that a run with this log lets go on. `None` where there is no Python for it.
fn alarms(log: &str, arguments: &[&str]) -> Option<BTreeSet<String>> {
    let folder = tempfile::tempdir().unwrap();
    let lines = folder.path().join("lines.jsonl");
    fs::write(&lines, log).unwrap();
    let ran = script("alarms.py", &[&[lines.to_str().unwrap()], arguments].concat())?;
    assert!(ran.status.success(), "{}", stderr(&ran));
    let fired: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(&ran.stdout).unwrap();
    Some(fired.into_iter().map(|(name, _)| name).collect())
}

fn named(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn every_alarm_goes_on_when_it_should_and_none_in_a_healthy_run() {
    if deploy_python().is_none() {
        return;
    }
    let healthy = misbehaving(&[event(&["a", "b"]), event(&["c"])]);
    let failing = misbehaving(&[event(&["a", "trap", "loop", "blame b"]), br#"{"hello":"world"}"#.to_vec()]);
    let big = misbehaving(&[event(&["huge 1000000"; 4])]);
    let old = with_an_old_table();
    let throttled = ["--aws", "Throttles=1", "--aws", "ThrottledRecords=1"];
    let late = ["--aws", "DeliveryToS3.DataFreshness=901"];
    let runs: [(&str, &[&str], &[&str]); 8] = [
        (&healthy, &[], &[]),
        (&failing, &[], &["failed-share", "traps", "deadline-kills", "errors"]),
        (&healthy, &["--silent-after", "20"], &["silent"]),
        (&healthy, &["--silent-after", "20", "--set", "SilentMinutes=0"], &[]),
        (&big, &[], &["budget"]),
        (&old, &["--set", "TableAgeSeconds=1"], &["table-age"]),
        (&healthy, &throttled, &["throttles", "throttled-records"]),
        (&healthy, &late, &["freshness"]),
    ];
    let mut fired = BTreeSet::new();
    for (log, arguments, expected) in runs {
        let on = alarms(log, arguments).unwrap();
        assert_eq!(on, named(expected), "{arguments:?}: {log}");
        fired.extend(on);
    }
    let template = fs::read_to_string(templates().join("alarms.yaml")).unwrap();
    let all = template.lines().filter_map(|line| line.trim().strip_prefix("AlarmName: !Sub ${StreamName}-"));
    assert_eq!(fired, named(&all.collect::<Vec<_>>()));
}

/// The templates are what is evaluated: one that is wrong calls nobody.
#[test]
fn an_alarm_that_is_wrong_does_not_go_on() {
    if deploy_python().is_none() {
        return;
    }
    let failing = misbehaving(&[event(&["a", "trap", "loop"])]);
    for (file, from, to, silent) in [
        ("alarms.yaml", "MetricName: Traps", "MetricName: Trap", "traps"),
        ("alarms.yaml", "    Default: 1\n", "    Default: 90\n", "failed-share"),
        ("function.yaml", "{ $.deadline_kills > 0 }", "{ $.deadlines > 0 }", "deadline-kills"),
        ("function.yaml", "Value: $.DeliveryStreamName", "Value: $.request_id", "traps"),
    ] {
        let folder = changed(&[(file, from, to)]);
        let on = alarms(&failing, &["--folder", folder.path().to_str().unwrap()]).unwrap();
        let mut expected = named(&["failed-share", "traps", "deadline-kills"]);
        expected.remove(silent);
        assert_eq!(on, expected, "{to}");
    }
}
