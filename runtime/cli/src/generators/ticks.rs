//! Made-up ticks of five price indexes, as `nozzle generate ticks` prints them.

use oorandom::Rand64;
use serde_json::json;

/// Where the indexes begin, in hundredths, by the number in their names less one.
const BEGIN: [u64; 5] = [10_000, 9_000, 8_000, 7_000, 6_000];

/// The largest step of an index from one of its ticks to the next, in hundredths.
const STEP: u64 = 50;

/// An endless walk of the indexes: yields one tick a turn, as a line of JSON, of each index by turns. The same seed gives the
/// same ticks.
#[derive(Debug)]
pub(crate) struct Ticks {
    random: Rand64,
    prices: [u64; 5],
    turn: usize,
}

impl Ticks {
    /// The indexes where they begin.
    pub(crate) fn new(seed: u64) -> Self {
        Self { random: Rand64::new(seed.into()), prices: BEGIN, turn: 0 }
    }
}

impl Iterator for Ticks {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        let index = self.turn % BEGIN.len();
        self.turn += 1;
        let up = self.random.rand_range(0..2 * STEP + 1);
        // A price is never nothing.
        self.prices[index] = (self.prices[index] + up).saturating_sub(STEP).max(1);
        let price = self.prices[index] as f64 / 100.0;
        Some(json!({ "TickerName": format!("Index_{}", index + 1), "Price": price }).to_string())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn lines(seed: u64) -> Vec<String> {
        Ticks::new(seed).take(10_000).collect()
    }

    #[test]
    fn the_same_seed_gives_the_same_ticks() {
        assert_eq!(lines(7), lines(7));
        assert_ne!(lines(7), lines(8));
    }

    #[test]
    fn each_index_walks_in_small_steps_from_where_it_begins() {
        let mut prices = [100.0, 90.0, 80.0, 70.0, 60.0];
        for (turn, line) in lines(1).iter().enumerate() {
            let tick: Value = serde_json::from_str(line).unwrap();
            assert_eq!(tick["TickerName"], format!("Index_{}", turn % 5 + 1));
            let price = tick["Price"].as_f64().unwrap();
            assert!(price > 0.0 && (price - prices[turn % 5]).abs() < 0.501, "{line}");
            prices[turn % 5] = price;
            assert_eq!(tick.as_object().unwrap().len(), 2);
        }
    }
}
