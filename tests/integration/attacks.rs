//! What a plugin can do to its host, and what comes of it: the table of SECURITY.md.

use std::path::Path;
use std::time::Duration;

use nozzle_plugins::READY;
use nozzle_runtime::config::{CsvFormat, Match, Place, TableConfig, TableFormat, TableSource};
use nozzle_runtime::limits::REASON_BYTES;
use nozzle_runtime::{Answer, Config, Origin, Transform};
use nozzle_tests::clock::run_by_hand;
use nozzle_tests::{bless, built, root};

use crate::guests::guest;
use crate::{brief, event, pipeline};

/// One thing that a plugin can do, and what holds it.
struct Attack {
    what: &'static str,
    by: By,
    end: End,
}

/// Who attacks. Guests are those of tests/fixtures; the hand-written ones attack on the record `x`.
enum By {
    /// The fixture `misbehave`, on this record.
    Record(&'static str),
    /// The fixture `misbehave` with these settings, before the first record.
    Settings(&'static str),
    /// The hand-written guest of this name.
    Guest(&'static str),
    /// The hand-written guest of this name, before the first record.
    AtStart(&'static str),
}

/// What comes of it.
#[derive(Clone, Copy)]
enum End {
    /// The record fails with this code, and no other does.
    Fails(&'static str),
    /// The pipeline does not load, and this is said about it.
    Refused(&'static str),
    /// Nothing of it is there for the next batch.
    Forgotten,
}

use By::{AtStart, Guest, Record, Settings};
use End::{Fails, Forgotten, Refused};

const fn attack(what: &'static str, by: By, end: End) -> Attack {
    Attack { what, by, end }
}

const ATTACKS: &[Attack] = &[
    // Ends.
    attack("executes an illegal instruction", Record("trap"), Fails("plugin.trap")),
    attack("panics", Record("panic at the disco"), Fails("plugin.trap")),
    attack("panics with a message of 1 MiB", Record("big-panic"), Fails("plugin.trap")),
    attack("ends its process", Record("exit"), Fails("plugin.trap")),
    attack("aborts its process", Record("abort"), Fails("plugin.trap")),
    attack("traps while a record is handed over", Guest("realloc-traps"), Fails("plugin.trap")),
    attack("traps once its outcome is taken", Guest("post-return-traps"), Fails("plugin.trap")),
    // Time.
    attack("never returns", Record("loop"), Fails("plugin.deadline")),
    attack("never ends to take a record", Guest("realloc-loops"), Fails("plugin.deadline")),
    attack("never ends to clean up", Guest("post-return-loops"), Fails("plugin.deadline")),
    attack("logs lines of 1 MiB for ever", Record("spin-log"), Fails("plugin.deadline")),
    attack("counts under a name of 1 MiB for ever", Record("spin-count"), Fails("plugin.deadline")),
    attack("looks up a column of 1 MiB for ever", Record("spin-lookup"), Fails("plugin.deadline")),
    attack("rejects a row of 1 MiB for ever", Record("spin-reject"), Fails("plugin.deadline")),
    attack("asks for a fact of 1 MiB for ever", Record("spin-context"), Fails("plugin.deadline")),
    // Memory.
    attack("allocates until memory ends", Record("grow"), Fails("plugin.memory")),
    attack("takes memory page by page", Record("grow-slowly"), Fails("plugin.memory")),
    attack("takes 3 GiB at once", Record("grow-once"), Fails("plugin.memory")),
    attack("grows a table past 100,000 elements", Guest("table-grows"), Fails("plugin.tables")),
    attack("recurses without end", Record("recurse"), Fails("plugin.stack")),
    attack("recurses with large frames", Record("recurse-wide"), Fails("plugin.trap")),
    attack("keeps records", Record("hoard"), Forgotten),
    // What it hands over.
    attack("makes a row of 5 MB", Record("huge 5000000"), Fails("plugin.output-too-large")),
    attack("says that its row has 4 GiB", Guest("row-of-4-gib"), Fails("plugin.bad-outcome")),
    attack("delivers a row outside of its memory", Guest("row-out-of-bounds"), Fails("plugin.bad-outcome")),
    attack(
        "returns an outcome outside of its memory",
        Guest("outcome-out-of-bounds"),
        Fails("plugin.bad-outcome"),
    ),
    attack("returns an outcome of no known case", Guest("bad-discriminant"), Fails("plugin.bad-outcome")),
    attack("makes room outside of its memory", Guest("realloc-out-of-bounds"), Fails("plugin.bad-outcome")),
    attack("logs from outside of its memory", Guest("log-out-of-bounds"), Fails("plugin.bad-outcome")),
    attack("calls the host while a record is handed over", Guest("realloc-calls-host"), Fails("plugin.trap")),
    attack("makes 100,000 rows", Record("explode 100000"), Fails("plugin.output-too-large")),
    attack("makes 400,000 rows of one byte", Guest("explodes-widely"), Fails("plugin.output-too-large")),
    attack("makes 64 MB of rows out of 64 KiB", Guest("explodes-deeply"), Fails("plugin.output-too-large")),
    attack("rejects 100,000 rows", Record("flood-reject 100000"), Fails("plugin.output-too-large")),
    attack("makes no rows", Record("empty-explode"), Fails("plugin.bad-outcome")),
    attack("looks up 100,000 columns", Record("flood-lookup"), Fails("plugin.output-too-large")),
    attack(
        "looks up one column 10,000 times at once",
        Record("flood-lookup 10000"),
        Fails("plugin.failed/error"),
    ),
    attack("sets 51 partition keys", Record("keys 51"), Fails("response.too-many-partition-keys")),
    attack("sets 5,000 partition keys", Record("keys 5000"), Fails("response.too-many-partition-keys")),
    attack("sets 100,000 partition keys", Record("keys 100000"), Fails("plugin.output-too-large")),
    attack("sets a partition key of no name", Record("empty-key"), Fails("plugin.partition-key")),
    attack("sets a partition key of no value", Record("empty-value"), Fails("plugin.partition-key")),
    attack("sets a partition key of 513 bytes", Record("long-key"), Fails("plugin.partition-key")),
    attack("sets a partition key that is not UTF-8", Guest("invalid-utf8-key"), Fails("plugin.bad-outcome")),
    attack(
        "fails with a reason that is not UTF-8",
        Guest("invalid-utf8-reason"),
        Fails("plugin.bad-outcome"),
    ),
    attack("fails with a reason and a path of 1 MiB", Record("big-reason"), Fails("plugin.output-too-large")),
    attack(
        "fails with a reason and a path of 100 KB",
        Record("big-reason 100000"),
        Fails("plugin.failed/big"),
    ),
    attack("fails with a code that is none", Record("bad-code"), Fails("plugin.bad-outcome")),
    // Before the first record.
    attack(
        "traps in its start function",
        AtStart("start-traps"),
        Refused("instantiation died (plugin.trap)"),
    ),
    attack(
        "never ends its start function",
        AtStart("start-loops"),
        Refused("instantiation died (plugin.deadline)"),
    ),
    attack("traps in `describe`", AtStart("describe-traps"), Refused("`describe` died (plugin.trap)")),
    attack("never ends `describe`", AtStart("describe-loops"), Refused("`describe` died (plugin.deadline)")),
    attack(
        "has a name that is none",
        AtStart("describe-not-kebab"),
        Refused("a name that is not kebab-case"),
    ),
    attack("has 65 counters", AtStart("describe-many-counters"), Refused("more than 64 counters")),
    attack(
        "traps in `configure`",
        Settings(r#"{"trap-in-configure":true}"#),
        Refused("`configure` died (plugin.trap)"),
    ),
    attack(
        "never ends `configure`",
        Settings(r#"{"loop-in-configure":true}"#),
        Refused("`configure` died (plugin.deadline)"),
    ),
    attack(
        "allocates in `configure` until memory ends",
        Settings(r#"{"grow-in-configure":true}"#),
        Refused("`configure` died (plugin.memory)"),
    ),
    attack(
        "asks for 100 tables",
        Settings(r#"{"tables":100}"#),
        Refused("it reads the table `table-0`, which is not in the configuration"),
    ),
    attack(
        "asks for 1,000,000 tables",
        Settings(r#"{"tables":1000000}"#),
        Refused("`configure` died (plugin.memory)"),
    ),
    attack(
        "begins with 4 GiB of memory",
        AtStart("huge-initial-memory"),
        Refused("module memory does not fit"),
    ),
    attack(
        "begins with more memory than its limit",
        AtStart("large-initial-memory"),
        Refused("instantiation died (plugin.memory)"),
    ),
    attack(
        "has eleven memories",
        AtStart("many-memories"),
        Refused("defined memories count of 11 exceeds the per-instance limit of 1"),
    ),
    attack(
        "begins with a table of 10,000,000 elements",
        AtStart("huge-table"),
        Refused("module table does not fit"),
    ),
    attack(
        "imports a host function that is none",
        AtStart("imports-unknown"),
        Refused("is missing function `open-file`"),
    ),
    attack("imports WASI", AtStart("imports-wasi"), Refused("it imports WASI")),
];

/// A pipeline of one plugin with limits that an attack reaches soon.
fn config(plugin: &Path, settings: &str) -> Config {
    let mut config = pipeline(&[(plugin, settings)]);
    config.output.newline = false;
    config.plugins[0].limits.memory = 16 << 20;
    config.plugins[0].limits.output = 1 << 20;
    // Time passes by hand, and fast: host functions are called some hundred times before it is over.
    config.plugins[0].limits.deadline = Duration::from_secs(600);
    config.tables.push(TableConfig {
        name: "countries".to_owned(),
        source: TableSource::File(root().join("runtime/cli/templates/pipelines/ecommerce/countries.csv")),
        key: vec!["Code".to_owned()],
        format: TableFormat::Csv(CsvFormat::default()),
        matching: Match::Normalised,
        refresh: None,
        place: Place::default(),
    });
    config
}

/// Checks that an attack costs its own record and no other, twice: the second batch must not notice the first.
fn costs_its_own_record(attack: &Attack, transform: &Transform, record: &str) {
    let Attack { what, end, .. } = attack;
    let (expected, loops) = match end {
        Fails(code) => (*code, *code == "plugin.deadline"),
        Forgotten => ("1", false),
        Refused(_) => unreachable!("{what}: the transform is loaded"),
    };
    for _ in 0..2 {
        let (_, answers) =
            run_by_hand(transform, &event(&["before", record, "after"]), |at| loops && at == 1);
        assert_eq!(answers.iter().map(brief).collect::<Vec<_>>(), ["before", expected, "after"], "{what}");
        answers.iter().for_each(|answer| assert!(is_short(answer), "{what}: {answer:?}"));
    }
}

/// Whether what is told about a record is bounded.
fn is_short(answer: &Answer) -> bool {
    let Answer::ProcessingFailed(failure) = answer else { return true };
    let message = failure.trap.as_ref().and_then(|trap| trap.message.as_ref());
    let mut texts = [Some(&failure.reason), failure.path.as_ref(), message].into_iter().flatten();
    texts.all(|text| text.len() <= REASON_BYTES)
}

fn load(config: &Config) -> Transform {
    Transform::load_stopped(config, Origin::Wasm(READY)).expect("the pipeline loads")
}

#[test]
fn an_attack_costs_its_own_record() {
    let misbehave = load(&config(built::misbehave(), "{}"));
    for attack in ATTACKS {
        match attack.by {
            Record(record) => costs_its_own_record(attack, &misbehave, record),
            Guest(name) => costs_its_own_record(attack, &load(&config(&guest(name), "{}")), "x"),
            Settings(_) | AtStart(_) => {}
        }
    }
}

#[test]
fn an_attack_before_the_first_record_is_an_error_of_the_start() {
    for Attack { what, by, end } in ATTACKS {
        let Refused(expected) = end else { continue };
        let loaded = match by {
            Settings(settings) => Transform::load(&config(built::misbehave(), settings), Origin::Wasm(READY)),
            AtStart(name) => Transform::load(&config(&guest(name), "{}"), Origin::Wasm(READY)),
            Record(_) | Guest(_) => unreachable!("{what}: a record comes after the start"),
        };
        let error = loaded.err().unwrap_or_else(|| panic!("{what}: it loads")).to_string();
        assert!(error.contains(expected), "{what}: {error}");
    }
}

/// The attacks as a table of SECURITY.md.
fn markdown() -> String {
    let row = |attack: &Attack| match attack.end {
        Fails(code) => format!("| {} | the record fails with `{code}` |\n", attack.what),
        Refused(text) => format!("| {} | the start fails: {text} |\n", attack.what),
        Forgotten => format!("| {} | they are gone with the batch |\n", attack.what),
    };
    let rows: String = ATTACKS.iter().map(row).collect();
    format!("| a plugin that | what happens |\n|---|---|\n{rows}")
}

#[test]
fn security_md_lists_the_attacks() {
    bless::assert_part(&root().join("SECURITY.md"), "<!-- attacks -->", &markdown());
}
