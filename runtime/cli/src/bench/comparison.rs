//! A bench held against an earlier one.

use serde::Serialize;

use super::Report;

/// What has changed since the baseline, in percent: above zero is dearer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Comparison {
    /// Whether both ran the same events; figures of different records say nothing about the plugins.
    pub(crate) same_input: bool,
    /// Whether both ran on such a machine; times of different ones say nothing either.
    pub(super) same_machine: bool,
    /// Whether one Nozzle measured both: another may count instructions otherwise.
    pub(super) same_nozzle: bool,
    /// The time of a record.
    pub(super) time_percent: Option<f64>,
    pub(super) fuel_percent: Option<f64>,
    pub(super) plugins: Vec<Change>,
}

/// What has changed in one plugin; no figures where the baseline knows none for it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Change {
    pub(super) plugin: String,
    pub(super) time_percent: Option<f64>,
    pub(super) fuel_percent: Option<f64>,
}

impl Comparison {
    pub(crate) fn of(baseline: &Report, report: &Report) -> Self {
        let change = |plugin: &super::report::PluginCost| {
            let before = baseline.plugins.iter().find(|before| before.plugin == plugin.plugin);
            Change {
                plugin: plugin.plugin.clone(),
                time_percent: before
                    .and_then(|before| percent(before.ns_per_record.sum(), plugin.ns_per_record.sum())),
                fuel_percent: before
                    .and_then(|before| percent(before.fuel_per_record, plugin.fuel_per_record)),
            }
        };
        Self {
            same_input: baseline.input == report.input,
            same_machine: baseline.machine == report.machine,
            same_nozzle: baseline.nozzle == report.nozzle,
            time_percent: percent(baseline.ns_per_record, report.ns_per_record),
            fuel_percent: percent(baseline.fuel_per_record, report.fuel_per_record),
            plugins: report.plugins.iter().map(change).collect(),
        }
    }

    /// The greatest growth of fuel, of one plugin or of all together, in percent.
    pub(crate) fn fuel_growth(&self) -> f64 {
        let plugins = self.plugins.iter().map(|change| change.fuel_percent);
        plugins.chain([self.fuel_percent]).flatten().fold(0.0, f64::max)
    }
}

fn percent(before: f64, now: f64) -> Option<f64> {
    (before > 0.0).then(|| ((now / before - 1.0) * 10_000.0).round() / 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_told_to_a_hundredth_of_a_percent() {
        assert_eq!(percent(2000.0, 2001.0), Some(0.05));
        assert_eq!(percent(2000.0, 1000.0), Some(-50.0));
        assert_eq!(percent(0.0, 1.0), None);
    }
}
