//! Random lives of a journal, beside a model that knows what must come of them.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use proptest::prelude::*;

use super::*;

/// One step of a life. Numbers choose among what there is.
#[derive(Debug, Clone)]
enum Step {
    /// Accepts so many records, with a position.
    Append(usize, Option<u8>),
    /// Reads about so many bytes.
    Read(usize),
    /// Puts an object of every second, third ... of what is owed.
    Intend(usize),
    /// Settles an object.
    Settle(usize, bool),
    /// Drops every second, third ... of what is owed.
    Drop(usize),
    /// The process ends.
    Reopen,
    /// The process is killed in the middle of a step: this share of its last write came through.
    Kill(Box<Step>, f64),
}

fn step() -> impl Strategy<Value = Step> {
    let whole = prop_oneof![
        (0..6_usize, prop::option::of(any::<u8>()))
            .prop_map(|(records, position)| Step::Append(records, position)),
        (0..400_usize).prop_map(Step::Read),
        (1..4_usize).prop_map(Step::Intend),
        (0..4_usize, prop::bool::weighted(0.8)).prop_map(|(object, there)| Step::Settle(object, there)),
        (1..4_usize).prop_map(Step::Drop),
    ];
    let killed = (whole.clone(), 0.0..1.0).prop_map(|(step, share)| Step::Kill(Box::new(step), share));
    prop_oneof![8 => whole, 1 => Just(Step::Reopen), 1 => killed]
}

/// What must be so, of a journal in a folder.
struct Model {
    folder: TempDir,
    segment: u64,
    /// The data of each accepted record.
    accepted: Vec<String>,
    positions: BTreeMap<String, String>,
    done: BTreeSet<RecordId>,
    intended: BTreeMap<String, Vec<RecordId>>,
    /// What this process read.
    read: BTreeSet<u64>,
    /// What it owes and has not intended.
    held: Vec<RecordId>,
    objects: usize,
}

/// What a record comes to.
fn owed(accepted: u64) -> (u32, bool) {
    ((accepted % 4) as u32, accepted.is_multiple_of(3))
}

impl Model {
    fn left(&self, accepted: u64) -> Vec<RecordId> {
        let (parts, backup) = owed(accepted);
        let owed = (0..parts).chain(backup.then_some(BACKUP)).map(|part| id(accepted, part));
        owed.filter(|id| !self.done.contains(id)).collect()
    }

    fn open(&self) -> Journal {
        Journal::open_with(self.folder.path(), self.segment).unwrap()
    }

    /// Does a step, or gives what it would be if it came through.
    fn take(&mut self, journal: &Journal, step: &Step) {
        match step {
            Step::Append(records, position) => self.append(journal, *records, *position),
            Step::Read(bytes) => self.read(journal, *bytes),
            Step::Intend(every) => self.intend(journal, *every),
            Step::Settle(object, there) => {
                let Some(object) = self.intended.keys().cycle().nth(*object).cloned() else { return };
                self.settle(journal, &object, *there);
            }
            Step::Drop(every) => {
                let ids = self.some(*every);
                journal.dropped(&ids).unwrap();
                self.done.extend(ids);
            }
            Step::Reopen | Step::Kill(..) => unreachable!("lives are told by `live`"),
        }
    }

    fn append(&mut self, journal: &Journal, records: usize, position: Option<u8>) {
        let data: Vec<_> = (0..records).map(|place| "x".repeat((self.accepted.len() + place) % 50)).collect();
        let arrivals: Vec<_> = data.iter().map(|data| arrival(data)).collect();
        let positions: Vec<_> = position.map(|p| ((p % 3).to_string(), p.to_string())).into_iter().collect();
        journal.append(&arrivals, &positions).unwrap();
        self.accepted.extend(data);
        self.positions.extend(positions);
    }

    /// Nothing that is not done is left out, and order is kept. A record that is done may come again: then it owes
    /// nothing.
    fn read(&mut self, journal: &Journal, bytes: usize) {
        let records = journal.read(bytes).unwrap();
        let from = self.read.last().map_or(Bound::Unbounded, |last| Bound::Excluded(*last));
        let until = records.last().map_or(self.accepted.len() as u64, |(number, _)| number + 1);
        let numbers: BTreeSet<_> = (0..self.accepted.len() as u64).collect();
        let expected = numbers.range((from, Bound::Excluded(until))).filter(|n| !self.left(**n).is_empty());
        let owing = records.iter().filter(|(number, _)| !self.left(*number).is_empty());
        assert!(expected.eq(owing.map(|(number, _)| number)), "{records:?}");
        assert!(records.is_sorted_by_key(|(number, _)| *number));
        for (number, record) in records {
            assert!(self.read.last().is_none_or(|last| *last < number));
            assert_eq!(record, arrival(&self.accepted[number as usize]));
            self.read.insert(number);
            let (parts, backup) = owed(number);
            assert_eq!(journal.owe(number, parts, backup), self.left(number));
            self.held.extend(self.left(number));
        }
    }

    fn intend(&mut self, journal: &Journal, every: usize) {
        let ids = self.some(every);
        let object = format!("object-{}", self.objects);
        journal.intend(&object, &ids).unwrap();
        self.objects += 1;
        self.intended.insert(object, ids);
    }

    fn settle(&mut self, journal: &Journal, object: &str, there: bool) {
        journal.settle(object, there).unwrap();
        let ids = self.intended.remove(object).unwrap();
        self.done.extend(ids.into_iter().filter(|_| there));
    }

    fn some(&mut self, every: usize) -> Vec<RecordId> {
        let mut place = 0;
        self.held.extract_if(.., |_| (place += 1, place % every == 0).1).collect()
    }

    /// Opens the journal as a new process does.
    fn begin(&mut self, there: bool) -> Journal {
        let journal = self.open();
        assert!(journal.unsettled().iter().eq(self.intended.keys()));
        for object in journal.unsettled() {
            self.settle(&journal, &object, there);
        }
        for source in 0..3 {
            let source = source.to_string();
            assert_eq!(journal.position(&source).as_ref(), self.positions.get(&source));
        }
        self.read.clear();
        self.held.clear();
        journal
    }

    /// Takes a step of which this share of the last write came through. What else it wrote is there.
    fn kill(&mut self, journal: Journal, step: &Step, share: f64) {
        let before = self.files();
        let (accepted, positions) = (self.accepted.len(), self.positions.clone());
        let (done, intended) = (self.done.clone(), self.intended.clone());
        self.take(&journal, step);
        drop(journal);
        let after = self.files();
        let grown = |(file, length): (&PathBuf, &u64)| {
            let old = before.get(file).filter(|old| *old < length)?;
            Some((file.clone(), *old, *length))
        };
        let grown: Vec<_> = after.iter().filter_map(grown).collect();
        let [(file, old, new)] = grown.as_slice() else { return };
        if !before.keys().eq(after.keys()) {
            return;
        }
        let cut = *old + ((new - old) as f64 * share) as u64;
        let mut content = fs::read(file).unwrap();
        content.truncate(cut as usize);
        fs::write(file, &content).unwrap();
        // A step is in the ledger with its first line; the one behind it only says what is done with by that.
        if !content[*old as usize..].contains(&b'\n') || !file.ends_with("ledger.log") {
            self.accepted.truncate(accepted);
            (self.positions, self.done, self.intended) = (positions, done, intended);
        }
    }

    fn files(&self) -> BTreeMap<PathBuf, u64> {
        let files = fs::read_dir(self.folder.path()).unwrap().map(|entry| entry.unwrap());
        files.map(|file| (file.path(), file.metadata().unwrap().len())).collect()
    }

    fn live(&mut self, steps: &[Step]) {
        let mut journal = self.begin(true);
        for step in steps {
            journal = match step {
                Step::Reopen => {
                    drop(journal);
                    self.begin(true)
                }
                Step::Kill(step, share) => {
                    self.kill(journal, step, *share);
                    self.begin(*share < 0.5)
                }
                step => {
                    self.take(&journal, step);
                    journal
                }
            };
            assert!(journal.pending() >= self.open_records());
        }
        drop(journal);
        let journal = self.begin(false);
        self.read(&journal, usize::MAX);
        assert_eq!(journal.pending(), self.open_records());
        let left = std::mem::take(&mut self.held);
        journal.dropped(&left).unwrap();
        assert_eq!(journal.pending(), 0);
        self.append(&journal, 1, None);
        self.done.extend(left);
        self.read(&journal, usize::MAX);
    }

    fn open_records(&self) -> u64 {
        (0..self.accepted.len() as u64).filter(|number| !self.left(*number).is_empty()).count() as u64
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn nothing_is_lost_and_nothing_that_is_done_comes_again(
        steps in prop::collection::vec(step(), 0..60),
        segment in 1..900_u64,
    ) {
        let mut model = Model {
            folder: folder(),
            segment,
            accepted: Vec::new(),
            positions: BTreeMap::new(),
            done: BTreeSet::new(),
            intended: BTreeMap::new(),
            read: BTreeSet::new(),
            held: Vec::new(),
            objects: 0,
        };
        model.live(&steps);
    }
}
