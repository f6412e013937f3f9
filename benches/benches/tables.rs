//! A reference table of a million rows: the time to load it, the memory it takes, and a lookup.
//!
//! Axes: format x match for the load; match x what is asked for in a lookup. The memory is that of the whole process, which
//! is why it is measured before criterion begins.

use std::fmt::Write as _;
use std::time::Instant;
use std::{fs, iter};

use criterion::{BenchmarkId, Criterion};
use nozzle_runtime::config::{CsvFormat, Match, Place, TableConfig, TableFormat, TableSource};
use nozzle_runtime::tables::Table;

const ROWS: usize = 1_000_000;

/// So many rows, all over the table, that one that is asked for again is no longer in the processor's own caches.
const ASKED: usize = 200_000;

/// Coprime with [`ROWS`]: visits each once, far from the one before.
const STRIDE: usize = 368_787;

const MIB: usize = 1 << 20;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    memory();
    load(&mut criterion);
    lookup(&mut criterion);
    criterion.final_summary();
}

/// The key of a row: every fourth with an accent, as keys of people and places have them.
fn customer(number: usize) -> String {
    format!("{} {number:07}", ["Amélie", "Bruno", "Carla", "Dirk"][number % 4])
}

fn region(number: usize) -> &'static str {
    ["Europe", "Asia", "North America", "Sub-Saharan Africa"][number / 7 % 4]
}

fn csv() -> String {
    let mut text = String::with_capacity(80 * MIB);
    text.push_str("customer,email,segment,region,credit\n");
    for number in 0..ROWS {
        let (customer, region) = (customer(number), region(number));
        let _ = writeln!(text, "{customer},c{number:07}@example.com,S{},{region},{number}.50", number % 12);
    }
    text
}

fn json_lines() -> String {
    let mut text = String::with_capacity(160 * MIB);
    for number in 0..ROWS {
        let (customer, region) = (customer(number), region(number));
        let _ = write!(text, r#"{{"customer":"{customer}","email":"c{number:07}@example.com","#);
        let _ = writeln!(text, r#""segment":"S{}","region":"{region}","credit":{number}.50}}"#, number % 12);
    }
    text
}

fn table(text: &str, format: TableFormat, matching: Match) -> Table {
    let (source, key) = (TableSource::File("customers".into()), Vec::new());
    let (name, place) = ("customers".to_owned(), Place::default());
    let config = TableConfig { name, source, key, format, matching, refresh: None, place };
    Table::parse(text.as_bytes(), &config).expect("the table is one")
}

/// How much the process grows for a table, without the file's bytes and with them.
#[expect(clippy::print_stdout, reason = "criterion measures times alone")]
fn memory() {
    for (name, format, text) in [
        ("csv", TableFormat::Csv(CsvFormat::default()), csv as fn() -> String),
        ("json-lines", TableFormat::JsonLines, json_lines),
    ] {
        let empty = status("VmRSS:");
        let text = text();
        let with_file = status("VmRSS:");
        fs::write("/proc/self/clear_refs", "5").expect("the peak can be set back");
        let start = Instant::now();
        let table = table(&text, format, Match::Exact);
        let (time, peak) = (start.elapsed(), status("VmHWM:"));
        let bytes = text.len();
        drop(text);
        let kept = status("VmRSS:");
        println!(
            "tables/memory/{name}: {} rows of a file of {} MiB ({} resident) in {} ms: {} MiB kept, {} MiB at the peak",
            table.len(),
            bytes / MIB,
            (with_file - empty) / MIB,
            time.as_millis(),
            (kept - empty) / MIB,
            (peak - empty) / MIB,
        );
    }
}

/// A figure of the process in bytes, as <https://www.man7.org/linux/man-pages/man5/proc_pid_status.5.html> names it.
fn status(field: &str) -> usize {
    let status = fs::read_to_string("/proc/self/status").expect("there is a /proc");
    let figure = status.lines().find_map(|line| line.strip_prefix(field)).expect("the field is there");
    figure.trim().trim_end_matches(" kB").parse::<usize>().expect("it is a number") * 1024
}

fn load(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("tables/load");
    group.sample_size(10);
    let csv_format = TableFormat::Csv(CsvFormat::default());
    for (name, format, text) in
        [("csv", csv_format, csv()), ("json-lines", TableFormat::JsonLines, json_lines())]
    {
        for (matched, matching) in [("exact", Match::Exact), ("normalised", Match::Normalised)] {
            group.bench_function(BenchmarkId::new(name, matched), |bencher| {
                bencher.iter_with_large_drop(|| table(&text, format.clone(), matching));
            });
        }
    }
    group.finish();
}

fn lookup(criterion: &mut Criterion) {
    let text = csv();
    let mut group = criterion.benchmark_group("tables/lookup");
    for (name, matching, spelling) in [
        ("exact", Match::Exact, customer as fn(usize) -> String),
        ("normalised", Match::Normalised, upper_case),
        ("normalised-accents", Match::Normalised, accented),
    ] {
        let table = table(&text, TableFormat::Csv(CsvFormat::default()), matching);
        for (asked, columns, first) in [
            ("1-column", &["region"][..], 0),
            ("3-columns", &["region", "segment", "credit"][..], 0),
            ("all-columns", &[][..], 0),
            ("miss", &["region"][..], ROWS),
        ] {
            let columns: Vec<String> = columns.iter().map(|&column| column.to_owned()).collect();
            let keys = (0..ASKED).map(|number| [spelling(first + number * STRIDE % ROWS)]);
            let keys: Vec<[String; 1]> = keys.collect();
            let mut key = iter::repeat_with(|| &keys).flatten();
            let found = table.lookup(&keys[7], &columns).expect("it can be answered");
            assert_eq!(found.is_some(), first == 0);
            group.bench_function(BenchmarkId::new(name, asked), |bencher| {
                bencher.iter(|| table.lookup(key.next().expect("it never ends"), &columns));
            });
        }
    }
    group.finish();
}

/// A key in another case and with a space too many, without its accents.
fn upper_case(number: usize) -> String {
    format!(" {}", customer(number).replace('é', "e").to_uppercase())
}

/// A key with accents.
fn accented(number: usize) -> String {
    customer(number / 4 * 4)
}
