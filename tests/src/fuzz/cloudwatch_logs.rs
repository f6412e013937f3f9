//! Records of CloudWatch Logs: `cloudwatch-logs`.

use std::io::Write;
use std::sync::LazyLock;

use cloudwatch_logs::CloudwatchLogs;
use flate2::Compression;
use flate2::write::GzEncoder;
use nozzle_sdk::testing::configure;
use nozzle_sdk::{Plugin, Record};

use super::outcome::check;

/// Settings under which the plugin takes different ways.
const SETTINGS: [&str; 3] = [
    "{}",
    r#"{"message":"json","columns":{"at":"timestamp","line":"message","stream":"log-stream"}}"#,
    r#"{"columns":{"fields":"extracted-fields","filters":"subscription-filters","message":"message"}}"#,
];

static PLUGINS: LazyLock<Vec<CloudwatchLogs>> = LazyLock::new(|| {
    SETTINGS.iter().map(|settings| configure(settings).expect("the settings fit")).collect()
});

/// Turns the record into rows: they are objects on a line of their own, failures keep the contract, and the record gives
/// in gzip what it gives plain, in one member and in two.
///
/// # Panics
///
/// When that does not hold.
pub fn cloudwatch_logs(data: &[u8]) {
    for plugin in &*PLUGINS {
        let outcome = plugin.transform(Record::new(data));
        check(&outcome);
        if data.starts_with(&[0x1f, 0x8b]) {
            continue;
        }
        let (left, right) = data.split_at(data.len() / 2);
        for deflated in [gzip(data), [gzip(left), gzip(right)].concat()] {
            assert_eq!(plugin.transform(Record::new(deflated)), outcome);
        }
    }
}

fn gzip(data: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(data).and_then(|()| encoder.finish()).expect("writing into memory does not fail")
}
