//! Limits of nozzle.toml that Lambda or Firehose cuts short.

use std::time::Duration;

use nozzle_runtime::Config;
use nozzle_runtime::config::PluginConfig;

use super::Finding;

/// What Firehose waits for a function at most.
const INVOCATION: Duration = Duration::from_secs(5 * 60);

/// What fits a response once it is base64, without the envelope: 6,291,556 bytes * 3/4.
const RESPONSE: usize = 4_718_667;

/// The most memory that a function can have, in MiB.
const FUNCTION_MIB: usize = 10_240;

/// Looks at the limits of all plugins.
pub(crate) fn limits(config: &Config, found: &mut Vec<Finding>) {
    let before = found.len();
    config.plugins.iter().for_each(|plugin| of_plugin(plugin, found));
    let memory: usize = config.plugins.iter().map(|plugin| plugin.limits.memory).sum();
    let mib = memory as f64 / f64::from(1 << 20);
    if memory >> 20 > FUNCTION_MIB {
        let text =
            format!("the plugins may have {mib} MiB together, and a function has {FUNCTION_MIB} at most");
        found.push(Finding::note(
            "limits",
            text,
            "lower `memory`: a function that runs out of it loses the whole batch",
        ));
    }
    if config.reserve >= INVOCATION / 2 {
        let text = format!("`reserve` of {:?} is over half of the 5 min that Firehose waits", config.reserve);
        found.push(Finding::note(
            "limits",
            text,
            "half of an invocation's time is the most that is kept back",
        ));
    }
    if found.len() == before {
        let text = format!("limits: {mib} MiB of plugin memory at most, reserve {:?}", config.reserve);
        found.push(Finding::ok("limits", text));
    }
}

fn of_plugin(plugin: &PluginConfig, found: &mut Vec<Finding>) {
    let (place, name) = (&plugin.place, &plugin.written);
    if plugin.limits.deadline > INVOCATION {
        let text =
            format!("{place}`deadline` of `{name}` is over the 5 min that Firehose waits for a whole batch");
        found.push(Finding::note("limits", text, "lower it: the end of the invocation comes first"));
    }
    if plugin.limits.output > RESPONSE {
        let text = format!("{place}`output` of `{name}` is over what a response holds, {RESPONSE} bytes");
        found.push(Finding::note("limits", text, "lower it: such a row fails with `response.over-budget`"));
    }
}
