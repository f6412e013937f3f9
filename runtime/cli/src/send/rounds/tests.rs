use std::collections::VecDeque;

use proptest::prelude::*;

use super::*;

/// What a stream does with a request.
#[derive(Debug, Clone)]
enum Act {
    /// Takes each record whose bit is set, and refuses the others.
    Take(u64),
    /// Takes nothing, and says so.
    Throttle,
    /// There is no connection.
    Gone,
    /// There is no answer; whether the records are taken.
    Silent(bool),
}

/// A stream that does as it is told, and then takes everything.
#[derive(Default)]
struct Fake {
    acts: VecDeque<Act>,
    /// How often each record was taken.
    taken: Vec<u32>,
    /// The pauses that were asked for.
    pauses: Vec<Duration>,
}

impl Fake {
    fn new(records: usize, acts: &[Act]) -> Self {
        Self { acts: acts.iter().cloned().collect(), taken: vec![0; records], ..Self::default() }
    }

    fn take(&mut self, places: &[usize]) {
        places.iter().for_each(|place| self.taken[*place] += 1);
    }
}

fn slow_down(place: usize) -> Refused {
    Refused { place, code: "ServiceUnavailableException".to_owned(), message: "Slow down.".to_owned() }
}

impl Carrier for Fake {
    fn wait(&mut self, pause: Duration, _: usize) -> anyhow::Result<()> {
        self.pauses.push(pause);
        Ok(())
    }

    fn put(&mut self, places: &[usize]) -> anyhow::Result<Result<Vec<Refused>, CallError>> {
        Ok(match self.acts.pop_front().unwrap_or(Act::Take(u64::MAX)) {
            Act::Take(bits) => {
                let (taken, refused): (Vec<_>, Vec<_>) =
                    (0..places.len()).partition(|at| bits >> (at % 64) & 1 == 1);
                taken.iter().for_each(|at| self.taken[places[*at]] += 1);
                Ok(refused.into_iter().map(slow_down).collect())
            }
            Act::Throttle => {
                let Refused { code, message, .. } = slow_down(0);
                Err(CallError::Refused { code, message })
            }
            Act::Gone => Err(CallError::Unreached("connection refused".to_owned())),
            Act::Silent(taken) => {
                if taken {
                    self.take(places);
                }
                Err(CallError::Unanswered("connection reset".to_owned()))
            }
        })
    }
}

/// What a process that ends knows: whether a request was in flight, and what is pending.
type State = (Sending, Vec<usize>);

/// Sends, until it is done or the process ends: before it could write down its `end`th state.
fn send(
    fake: &mut Fake,
    state: &mut State,
    unsure: Unsure,
    end: Option<usize>,
) -> (anyhow::Result<()>, Tally) {
    let (mut tally, mut answered, mut notes) = (Tally::default(), true, 0);
    let mut rounds = Rounds { unsure, answered: &mut answered, tally: &mut tally };
    let pending = state.1.clone();
    let sent = rounds.run(fake, pending, &mut |sending, pending| {
        notes += 1;
        anyhow::ensure!(end.is_none_or(|end| notes <= end), "killed");
        *state = (sending, pending.to_vec());
        Ok(())
    });
    (sent, tally)
}

fn all(records: usize) -> State {
    (Sending::Acknowledged, (0..records).collect())
}

fn acts(with_silence: bool) -> impl Strategy<Value = Vec<Act>> {
    let told =
        prop_oneof![4 => any::<u64>().prop_map(Act::Take), 1 => Just(Act::Throttle), 1 => Just(Act::Gone)];
    let silent = any::<bool>().prop_map(Act::Silent);
    let act = if with_silence { prop_oneof![3 => told, 1 => silent].boxed() } else { told.boxed() };
    prop::collection::vec(act, 0..9) // Ten in vain would be too many.
}

proptest! {
    #[test]
    fn whatever_is_refused_each_record_is_acknowledged_once(records in 0_usize..200, acts in acts(false)) {
        let (mut fake, mut state) = (Fake::new(records, &acts), all(records));
        let (sent, tally) = send(&mut fake, &mut state, Unsure::Keep, None);
        sent.unwrap();
        prop_assert!(fake.taken.iter().all(|times| *times == 1), "{:?}", fake.taken);
        prop_assert_eq!((state.1.len(), tally.unsure), (0, 0));
    }

    #[test]
    fn what_had_no_answer_is_sent_again_and_told(records in 1_usize..200, acts in acts(true)) {
        let (mut fake, mut state) = (Fake::new(records, &acts), all(records));
        let (sent, tally) = send(&mut fake, &mut state, Unsure::Send, None);
        sent.unwrap();
        prop_assert!(fake.taken.iter().all(|times| *times >= 1), "{:?}", fake.taken);
        let twice: u32 = fake.taken.iter().map(|times| times - 1).sum();
        prop_assert!(u64::from(twice) <= tally.unsure, "{} of {}", twice, tally.unsure);
    }

    /// Killed before any state could be written, and resumed: what was not in flight is taken once, what was is known as that.
    #[test]
    fn a_killed_process_knows_what_was_in_flight(records in 1_usize..200, acts in acts(true), end in 0_usize..12) {
        let (mut fake, mut state) = (Fake::new(records, &acts), all(records));
        let _ = send(&mut fake, &mut state, Unsure::Keep, Some(end));
        let mut kept = Vec::new();
        while !state.1.is_empty() {
            if state.0 == Sending::InFlight {
                kept.append(&mut state.1);
            }
            state.0 = Sending::Acknowledged;
            let _ = send(&mut fake, &mut state, Unsure::Keep, None);
        }
        for (place, times) in fake.taken.iter().enumerate() {
            let is_right = *times == 1 || *times == 0 && kept.contains(&place);
            prop_assert!(is_right, "{place} is taken {times} times, kept {kept:?}");
        }
    }
}

/// The error of sending ten records, and how often it was tried.
fn failure(acts: &[Act], answered: bool) -> (String, usize) {
    let (mut fake, mut answered) = (Fake::new(10, acts), answered);
    let mut tally = Tally::default();
    let mut rounds = Rounds { unsure: Unsure::Send, answered: &mut answered, tally: &mut tally };
    let error = rounds.run(&mut fake, (0..10).collect(), &mut |_, _| Ok(())).unwrap_err();
    assert!(error.downcast_ref::<CallError>().is_some());
    assert!(fake.pauses.iter().all(|pause| *pause <= LAST_PAUSE), "{:?}", fake.pauses);
    (format!("{error:#}"), fake.pauses.len())
}

#[test]
fn what_refuses_for_ever_is_given_up() {
    let told = "nothing was taken, 10 times in a row: Slow down. (`ServiceUnavailableException`)";
    for act in [Act::Throttle, Act::Take(0)] {
        assert_eq!(failure(&vec![act; 20], true), (told.to_owned(), 10));
    }
}

#[test]
fn who_never_answered_is_not_tried_for_long() {
    let gone = vec![Act::Gone; 20];
    assert_eq!(failure(&gone, false), ("connection refused".to_owned(), 1));
    assert_eq!(failure(&gone, true).1, 10);
}

#[test]
fn pauses_grow_while_little_is_taken() {
    let acts = [Act::Throttle, Act::Throttle, Act::Take(1), Act::Take(!1), Act::Take(!1)];
    let (mut fake, mut state) = (Fake::new(64, &acts), all(64));
    send(&mut fake, &mut state, Unsure::Send, None).0.unwrap();
    let pauses: Vec<u128> = fake.pauses.iter().map(Duration::as_millis).collect();
    assert_eq!(pauses, [0, 50, 100, 200, 50, 100]);
}
