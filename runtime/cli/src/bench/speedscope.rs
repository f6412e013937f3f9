//! A profile in the file format of <https://www.speedscope.app>.

use indexmap::IndexSet;
use nozzle_runtime::Usage;
use serde_json::{Value, json};

/// One profile a plugin, each a list of stacks and how often each was met. Stacks of one root stand side by side, not in the
/// order of time.
pub(crate) fn speedscope<'a>(name: &str, plugins: impl Iterator<Item = (&'a str, &'a Usage)>) -> Value {
    let mut frames = IndexSet::new();
    let profiles: Vec<Value> = plugins.map(|(name, usage)| profile(name, usage, &mut frames)).collect();
    let frames: Vec<Value> = frames.iter().map(|name| json!({ "name": name })).collect();
    json!({
        "$schema": "https://www.speedscope.app/file-format-schema.json",
        "name": name,
        "exporter": concat!("nozzle ", env!("CARGO_PKG_VERSION")),
        "activeProfileIndex": 0,
        "shared": { "frames": frames },
        "profiles": profiles,
    })
}

fn profile<'a>(name: &str, usage: &'a Usage, frames: &mut IndexSet<&'a str>) -> Value {
    let mut stack = |stack: &'a Vec<String>| -> Vec<usize> {
        stack.iter().map(|frame| frames.insert_full(frame).0).collect()
    };
    json!({
        "type": "sampled",
        "name": name,
        "unit": "none",
        "startValue": 0,
        "endValue": usage.stacks.values().sum::<u64>(),
        "samples": usage.stacks.keys().map(&mut stack).collect::<Vec<_>>(),
        "weights": usage.stacks.values().collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plugins_share_their_frames() {
        let stack = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let one = Usage {
            stacks: [(stack(&["main", "parse"]), 3), (stack(&["main"]), 1)].into(),
            ..Usage::default()
        };
        let two = Usage { stacks: [(stack(&["main", "write"]), 2)].into(), ..Usage::default() };
        let written = speedscope("orders.jsonl", [("one", &one), ("two", &two)].into_iter());
        let names: Vec<&str> = written["shared"]["frames"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|frame| frame["name"].as_str())
            .collect();
        assert_eq!(names, ["main", "parse", "write"]);
        let profile = |samples: Value, weights: Value, name: &str, end: u64| {
            json!({ "type": "sampled", "name": name, "unit": "none", "startValue": 0, "endValue": end,
                    "samples": samples, "weights": weights })
        };
        assert_eq!(written["profiles"][0], profile(json!([[0], [0, 1]]), json!([1, 3]), "one", 4));
        assert_eq!(written["profiles"][1], profile(json!([[0, 2]]), json!([2]), "two", 2));
    }
}
