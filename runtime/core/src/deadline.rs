//! How long a row may take: its plugin's limit, and less where the invocation's time or earlier overruns call for it.
//!
//! Poison comes in batches. Were each endless loop given the whole limit, a few hundred would use up the invocation and
//! take the good records behind them along. So each overrun shortens the deadline of what follows, slowly enough that
//! one slow record does not cost another, and surely enough that thousands of loops leave time for the rest.

use std::time::{Duration, Instant};

use crate::Failure;

/// A record may always take this part of the time left, even where an even share would be less: most records need
/// next to none of theirs.
const GREATEST_PART: u32 = 100;

/// So many overruns halve the deadline, three times as many quarter it.
const HALVING: u32 = 10;

/// What a row may take after however many overruns, unless an even share is less: enough for a pause of a garbage
/// collector, or of this process on a busy machine.
const LEAST: Duration = Duration::from_millis(5);

/// The time that the records of one batch share.
#[derive(Debug)]
pub(crate) struct TimeLeft {
    /// When what is left of the batch must be answered as failed; none when nothing kills the invocation.
    until: Option<Instant>,
    /// Rows stopped at their deadline so far.
    overruns: u32,
}

/// One record's part of the time, over all of its rows and plugins.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part {
    begun: Instant,
    /// When the record's part is used up, and when the batch's time is.
    ends: Option<(Instant, Instant)>,
    overruns: u32,
    least: Duration,
}

impl TimeLeft {
    pub(crate) fn new(until: Option<Instant>) -> Self {
        Self { until, overruns: 0 }
    }

    /// The part of the record in hand, the first of `records_left`, which begins now.
    pub(crate) fn part(&self, begun: Instant, records_left: usize) -> Part {
        let left = self.until.map(|until| until.saturating_duration_since(begun));
        let even = left.map_or(LEAST, |left| even(left, records_left));
        let ends = left.map(|left| {
            let part = shortened(even.max(left / GREATEST_PART), self.overruns);
            (begun + part.max(even.min(LEAST)), begun + left)
        });
        Part { begun, ends, overruns: self.overruns, least: even.min(LEAST) }
    }

    /// Notes that a row was stopped at its deadline.
    pub(crate) fn overran(&mut self) {
        self.overruns = self.overruns.saturating_add(1);
    }
}

impl Part {
    /// The deadline of one row.
    ///
    /// # Errors
    ///
    /// `invocation.out-of-time` when the batch has no time left, or the rows of this record have used up theirs.
    pub(crate) fn deadline(&self, limit: Duration) -> Result<Duration, Failure> {
        self.deadline_at(limit, Instant::now())
    }

    fn deadline_at(&self, limit: Duration, now: Instant) -> Result<Duration, Failure> {
        let limit = shortened(limit, self.overruns).max(self.least).min(limit);
        let Some((part_ends, until)) = self.ends else { return Ok(limit) };
        if now >= until {
            let reason = "the invocation's time ran out before this record";
            return Err(Failure::at_edge("invocation.out-of-time", reason));
        }
        let left = part_ends.saturating_duration_since(now);
        if left.is_zero() {
            let reason = "its rows used up this record's part of the invocation's time";
            return Err(Failure::at_edge("invocation.out-of-time", reason));
        }
        Ok(limit.min(left))
    }

    /// What a plugin's start in mid-batch may take: it is paid from the batch's time, not from one record's.
    pub(crate) fn start(&self, limit: Duration) -> Duration {
        let left = self.ends.map_or(limit, |(_, until)| until.saturating_duration_since(Instant::now()));
        limit.min(left)
    }

    /// How long the record has taken so far.
    pub(crate) fn used(&self) -> Duration {
        self.begun.elapsed()
    }
}

fn even(left: Duration, records_left: usize) -> Duration {
    left / u32::try_from(records_left.max(1)).unwrap_or(u32::MAX)
}

fn shortened(limit: Duration, overruns: u32) -> Duration {
    limit.saturating_mul(HALVING) / HALVING.saturating_add(overruns)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::limits::{DEFAULT_DEADLINE, TICK};

    /// Plays a batch in which every loop costs all that it may, rounded up to ticks, and two ticks more.
    fn left_after(
        limit: Duration,
        time: Duration,
        records: usize,
        is_loop: impl Fn(usize) -> bool,
    ) -> Duration {
        let mut now = Instant::now();
        let mut time = TimeLeft::new(Some(now + time));
        for index in (0..records).filter(|index| is_loop(*index)) {
            let Ok(deadline) = time.part(now, records - index).deadline_at(limit, now) else { break };
            now += deadline + 2 * TICK;
            time.overran();
        }
        time.until.map_or(Duration::ZERO, |until| until.saturating_duration_since(now))
    }

    #[test]
    fn half_a_batch_of_endless_loops_leaves_time_for_the_other_half() {
        for records in [2, 10, 100, 1000, 10_000] {
            for limit in [DEFAULT_DEADLINE, Duration::from_secs(5), Duration::from_secs(600)] {
                let left = left_after(limit, Duration::from_secs(57), records, |index| index < records / 2);
                assert!(left > Duration::from_secs(2), "{records} records, {limit:?}: {left:?}");
            }
        }
    }

    #[test]
    fn a_batch_without_overruns_keeps_the_whole_limit() {
        let now = Instant::now();
        let part = TimeLeft::new(Some(now + Duration::from_secs(57))).part(now, 10_000);
        assert_eq!(part.deadline(DEFAULT_DEADLINE).unwrap(), DEFAULT_DEADLINE);
    }

    #[test]
    fn no_time_left_is_said_so() {
        let now = Instant::now();
        let part = TimeLeft::new(Some(now)).part(now, 2);
        assert_eq!(part.deadline(DEFAULT_DEADLINE).unwrap_err().code, "invocation.out-of-time");
    }

    proptest! {
        #[test]
        fn a_deadline_is_never_more_than_the_limit_or_the_time_left(
            limit in 1_u64..1_000_000, left in 0_u64..1_000_000, records in 1_usize..100_000, overruns: u32,
        ) {
            let (limit, left, now) = (Duration::from_micros(limit), Duration::from_micros(left), Instant::now());
            let part = TimeLeft { until: Some(now + left), overruns }.part(now, records);
            if let Ok(deadline) = part.deadline_at(limit, now) {
                prop_assert!(deadline <= limit && deadline <= left);
            }
        }
    }
}
