//! How long things took, in steps that people read: 1, 2, 5, 10, ...

use std::time::Duration;

use nozzle_runtime::telemetry::Times;
use serde_json::{Value, json};

/// Times as the page draws them; null where there are none.
pub(super) fn as_json(times: &Times) -> Value {
    let (mut steps, mut slowest) = (Vec::<(u64, u64)>::new(), 0);
    for (time, n) in times.counts() {
        let ns = nanoseconds(time);
        slowest = ns;
        let to = step_over(ns);
        match steps.last_mut() {
            Some((last, count)) if *last == to => *count += n,
            _ => steps.push((to, n)),
        }
    }
    if steps.is_empty() {
        return Value::Null;
    }
    json!({
        "count": steps.iter().map(|(_, n)| n).sum::<u64>(),
        "p50Ns": nanoseconds(times.quantile(0.5)),
        "p99Ns": nanoseconds(times.quantile(0.99)),
        "maxNs": slowest,
        "buckets": without_gaps(&steps),
    })
}

fn nanoseconds(time: Duration) -> u64 {
    time.as_nanos() as u64
}

/// The first of 1, 2, 5, 10, 20, 50, ... that is not under `ns`.
fn step_over(ns: u64) -> u64 {
    let ten = 10u64.pow(ns.max(1).ilog10());
    [1, 2, 5, 10].into_iter().map(|step| step * ten).find(|step| *step >= ns).unwrap_or(u64::MAX)
}

/// The steps with those between them in which there was nothing.
fn without_gaps(steps: &[(u64, u64)]) -> Vec<Value> {
    let (Some((first, _)), Some((last, _))) = (steps.first(), steps.last()) else { return Vec::new() };
    let all = std::iter::successors(Some(*first), |step| (step < last).then(|| step_over(step + 1)));
    let count = |to| steps.iter().find(|(step, _)| *step == to).map_or(0, |(_, n)| *n);
    all.map(|to| json!({ "toNs": to, "count": count(to) })).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_1_2_5() {
        let steps = [0, 1, 2, 3, 5, 6, 10, 11, 999, 1000, 1001].map(step_over);
        assert_eq!(steps, [1, 1, 2, 5, 5, 10, 10, 20, 1000, 1000, 2000]);
    }

    #[test]
    fn times_stand_in_their_steps_with_the_empty_ones_between() {
        let mut times = Times::default();
        assert_eq!(as_json(&times), Value::Null);
        for micros in [3, 4, 40] {
            times.record(Duration::from_micros(micros));
        }
        let shown = as_json(&times);
        let buckets: Vec<(u64, u64)> = shown["buckets"]
            .as_array()
            .unwrap()
            .iter()
            .map(|step| (step["toNs"].as_u64().unwrap(), step["count"].as_u64().unwrap()))
            .collect();
        assert_eq!(buckets, [(5_000, 2), (10_000, 0), (20_000, 0), (50_000, 1)]);
        assert_eq!(shown["count"], 3);
    }
}
