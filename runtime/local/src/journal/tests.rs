//! Journals as a whole.

mod full;
mod model;

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use bytes::Bytes;
use nozzle_runtime::firehose::Metadata;
use tempfile::TempDir;

use super::*;

/// A full segment: some two records.
const SMALL: u64 = 200;

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn arrival(data: &str) -> Arrival {
    let metadata = Metadata { arrival_time_ms: Some(1), ..Metadata::default() };
    Arrival { data: Bytes::copy_from_slice(data.as_bytes()), metadata }
}

fn id(accepted: u64, part: u32) -> RecordId {
    RecordId { accepted, part }
}

/// The records that are read, as `number:data`.
fn read(journal: &Journal, bytes: usize) -> Vec<String> {
    let text =
        |(number, arrival): (u64, Arrival)| format!("{number}:{}", str::from_utf8(&arrival.data).unwrap());
    journal.read(bytes).unwrap().into_iter().map(text).collect()
}

/// The names of the segments.
fn segments(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.file_name().unwrap().to_str().unwrap().starts_with('0'));
    files.sort();
    files
}

/// Puts records of one part into an object of their own.
fn deliver(journal: &Journal, object: &str, accepted: std::ops::Range<u64>) {
    let ids: Vec<_> = accepted.flat_map(|accepted| journal.owe(accepted, 1, false)).collect();
    journal.intend(object, &ids).unwrap();
    journal.settle(object, true).unwrap();
}

#[test]
fn records_come_back_as_they_were_in_order_and_once() {
    let folder = folder();
    let metadata = Metadata {
        arrival_time_ms: Some(1_767_225_600_000),
        partition_key: Some("a\nb".to_owned()),
        shard_id: Some("shardId-0".to_owned()),
        sequence_number: Some("496".to_owned()),
        subsequence_number: Some(3),
        partition_id: Some("0".to_owned()),
        offset: Some("7".to_owned()),
    };
    let odd = Arrival { data: Bytes::from_static(b"\n\0\xff"), metadata };
    let journal = Journal::open(folder.path()).unwrap();
    journal.append(&[arrival("a"), odd.clone()], &[]).unwrap();
    journal.append(&[arrival("")], &[]).unwrap();
    let all = vec![(0, arrival("a")), (1, odd), (2, arrival(""))];
    assert_eq!(journal.read(usize::MAX).unwrap(), all);
    assert!(journal.read(usize::MAX).unwrap().is_empty());
    assert_eq!(journal.pending(), 3);
    drop(journal);
    let journal = Journal::open(folder.path()).unwrap();
    assert_eq!(journal.pending(), 3);
    assert_eq!(journal.read(1).unwrap(), all[..1]);
    assert_eq!(journal.read(1).unwrap(), all[1..2]);
    assert_eq!(journal.read(1).unwrap(), all[2..]);
}

#[test]
fn what_is_delivered_is_not_read_again_and_takes_no_room() {
    let folder = folder();
    let journal = Journal::open_with(folder.path(), SMALL).unwrap();
    for number in 0..100 {
        journal
            .append(&[arrival(&format!("record {number}"))], &[("file".into(), number.to_string())])
            .unwrap();
        assert_eq!(read(&journal, 1), [format!("{number}:record {number}")]);
        deliver(&journal, "object", number..number + 1);
        assert_eq!(journal.pending(), 0);
        assert!(segments(folder.path()).len() <= 2);
    }
    drop(journal);
    for _ in 0..3 {
        let journal = Journal::open_with(folder.path(), SMALL).unwrap();
        assert_eq!((journal.pending(), read(&journal, 1).len()), (0, 0));
        assert_eq!(journal.position("file").as_deref(), Some("99"));
    }
    let journal = Journal::open_with(folder.path(), SMALL).unwrap();
    journal.append(&[arrival("next")], &[]).unwrap();
    assert_eq!(read(&journal, 1), ["100:next"]);
}

#[test]
fn a_segment_between_others_is_deleted_too() {
    let folder = folder();
    let journal = Journal::open_with(folder.path(), SMALL).unwrap();
    (0..20).for_each(|number| journal.append(&[arrival(&format!("{number:099}"))], &[]).unwrap());
    assert_eq!(segments(folder.path()).len(), 10);
    assert_eq!(journal.read(usize::MAX).unwrap().len(), 20);
    deliver(&journal, "object", 1..18);
    assert_eq!(segments(folder.path()).len(), 2);
    assert_eq!(journal.pending(), 3);
    drop(journal);
    let journal = Journal::open_with(folder.path(), SMALL).unwrap();
    let numbers: Vec<_> = journal.read(usize::MAX).unwrap().into_iter().map(|(number, _)| number).collect();
    assert_eq!(numbers, [0, 18, 19]);
}

#[test]
fn a_record_is_done_with_when_all_that_it_owes_is() {
    let folder = folder();
    let journal = Journal::open(folder.path()).unwrap();
    journal.append(&[arrival("split"), arrival("nothing")], &[]).unwrap();
    read(&journal, usize::MAX);
    assert!(journal.owe(1, 0, false).is_empty());
    assert_eq!(journal.pending(), 1);
    assert_eq!(journal.owe(0, 3, true), [id(0, 0), id(0, 1), id(0, 2), id(0, BACKUP)]);
    journal.dropped(&[id(0, 1)]).unwrap();
    journal.intend("backup", &[id(0, BACKUP)]).unwrap();
    journal.settle("backup", true).unwrap();
    journal.intend("lost", &[id(0, 0)]).unwrap();
    journal.settle("lost", false).unwrap();
    journal.intend("put", &[id(0, 2)]).unwrap();
    assert_eq!(journal.pending(), 1);
    drop(journal);
    let journal = Journal::open(folder.path()).unwrap();
    assert_eq!(journal.unsettled(), ["put"]);
    journal.settle("put", true).unwrap();
    assert_eq!(read(&journal, 1), ["0:split"]);
    assert_eq!(journal.owe(0, 3, true), [id(0, 0)]);
    journal.dropped(&[id(0, 0)]).unwrap();
    assert_eq!(journal.pending(), 0);
}

#[test]
fn parts_of_a_record_that_is_split_anew_are_others() {
    let folder = folder();
    let journal = Journal::open(folder.path()).unwrap();
    journal.append(&[arrival("split")], &[]).unwrap();
    journal.owe(0, 3, true);
    journal.dropped(&[id(0, 0), id(0, 1), id(0, BACKUP)]).unwrap();
    drop(journal);
    // In the ledger as it was, and as it is written anew.
    for _ in 0..2 {
        let journal = Journal::open(folder.path()).unwrap();
        assert_eq!(journal.owe(0, 3, true), [id(0, 2)]);
    }
    for parts in [1, 2, 4] {
        let journal = Journal::open(folder.path()).unwrap();
        assert_eq!(journal.owe(0, parts, true).len(), parts as usize);
    }
    let journal = Journal::open(folder.path()).unwrap();
    journal.owe(0, 2, true);
    journal.dropped(&[id(0, 1)]).unwrap();
    assert_eq!(journal.owe(0, 2, true), [id(0, 0)]);
}

#[test]
fn an_object_that_was_not_intended_cannot_be_settled() {
    let folder = folder();
    let journal = Journal::open(folder.path()).unwrap();
    assert!(journal.settle("object", true).is_err());
}

#[test]
fn one_process_at_a_time() {
    let folder = folder();
    let journal = Journal::open(folder.path()).unwrap();
    let error = Journal::open(folder.path()).unwrap_err().to_string();
    assert!(error.contains("in use by another process\n  hint: "), "{error}");
    drop(journal);
    assert!(Journal::open(folder.path()).is_ok());
}

#[test]
fn positions_alone_take_no_room() {
    let folder = folder();
    let journal = Journal::open_with(folder.path(), SMALL).unwrap();
    for number in 0..100 {
        journal.append(&[], &[("shard".into(), number.to_string())]).unwrap();
        assert!(read(&journal, 1).is_empty());
    }
    journal.append(&[arrival("a")], &[]).unwrap();
    assert_eq!(read(&journal, 1), ["0:a"]);
    assert_eq!(segments(folder.path()).len(), 1);
    assert!(fs::metadata(&segments(folder.path())[0]).unwrap().len() < 2 * SMALL);
    assert_eq!(journal.position("shard").as_deref(), Some("99"));
}

#[test]
fn a_long_ledger_is_written_anew() {
    let folder = folder();
    let journal = Journal::open(folder.path()).unwrap();
    let object = "object".repeat(20);
    for number in 0..20_000 {
        journal.append(&[arrival("a")], &[]).unwrap();
        deliver(&journal, &object, number..number + 1);
    }
    assert!(fs::metadata(folder.path().join("ledger.log")).unwrap().len() < 1_200_000);
    assert_eq!(journal.pending(), 0);
}

#[tokio::test]
async fn who_waits_for_more_is_told() {
    let folder = folder();
    let journal = std::sync::Arc::new(Journal::open(folder.path()).unwrap());
    let more = |journal: std::sync::Arc<Journal>| async move { journal.more().await };
    assert!(tokio::time::timeout(Duration::from_millis(20), journal.more()).await.is_err());
    let waiting = tokio::spawn(more(journal.clone()));
    tokio::task::yield_now().await;
    journal.append(&[arrival("a")], &[]).unwrap();
    tokio::time::timeout(Duration::from_secs(10), waiting).await.unwrap().unwrap();
    journal.more().await;
    read(&journal, 1);
    assert!(tokio::time::timeout(Duration::from_millis(20), journal.more()).await.is_err());
}

/// A journal of four appends in two segments, of which nothing is done.
fn four(folder: &Path) {
    let journal = Journal::open_with(folder, SMALL).unwrap();
    (0..4).for_each(|number| journal.append(&[arrival(&format!("{number:099}"))], &[]).unwrap());
    assert_eq!(segments(folder).len(), 2);
}

#[test]
fn an_end_that_is_torn_anywhere_is_cut_off() {
    let folder = folder();
    four(folder.path());
    let last = segments(folder.path()).pop().unwrap();
    let whole = fs::read(&last).unwrap();
    for length in 0..=whole.len() {
        fs::write(&last, &whole[..length]).unwrap();
        let kept = 2 + 2 * length / whole.len();
        let journal = Journal::open_with(folder.path(), 1000).unwrap();
        assert_eq!(journal.read(usize::MAX).unwrap().len(), kept, "cut to {length}");
        journal.append(&[arrival("next")], &[]).unwrap();
        assert_eq!(read(&journal, 1), [format!("{kept}:next")]);
    }
}

#[test]
fn a_broken_end_is_cut_off_and_damage_before_it_is_refused() {
    let folder = folder();
    four(folder.path());
    let last = segments(folder.path()).pop().unwrap();
    let whole = fs::read(&last).unwrap();
    for place in 0..whole.len() {
        let mut broken = whole.clone();
        broken[place] ^= 0x10;
        fs::write(&last, &broken).unwrap();
        if place >= whole.len() / 2 {
            let journal = Journal::open_with(folder.path(), SMALL).unwrap();
            assert_eq!(journal.read(usize::MAX).unwrap().len(), 3, "broken at {place}");
            continue;
        }
        let error = Journal::open_with(folder.path(), SMALL).unwrap_err().to_string();
        let expected = format!("`{}` is damaged at byte 0, ", last.display());
        assert!(error.starts_with(&expected) && error.contains("\n  hint: "), "{error}");
        assert_eq!(fs::read(&last).unwrap(), broken);
    }
}

#[test]
fn a_segment_within_a_record_is_no_damage() {
    let folder = folder();
    four(folder.path());
    let last = segments(folder.path()).pop().unwrap();
    let whole = fs::read(&last).unwrap();
    let journal = Journal::open_with(folder.path(), 1000).unwrap();
    let metadata = Metadata::default();
    journal.append(&[Arrival { data: whole.repeat(2).into(), metadata }], &[]).unwrap();
    drop(journal);
    let mut torn = fs::read(&last).unwrap();
    torn.pop();
    fs::write(&last, &torn).unwrap();
    assert_eq!(Journal::open_with(folder.path(), 1000).unwrap().pending(), 4);
}

#[test]
fn damage_of_an_earlier_segment_is_refused() {
    let folder = folder();
    four(folder.path());
    let first = segments(folder.path()).remove(0);
    let whole = fs::read(&first).unwrap();
    for length in 0..whole.len() {
        fs::write(&first, &whole[..length]).unwrap();
        let error = Journal::open_with(folder.path(), SMALL).unwrap_err().to_string();
        let told = if length % (whole.len() / 2) == 0 {
            "records are missing before `"
        } else {
            "` is damaged at byte "
        };
        assert!(error.contains(told) && error.contains("\n  hint: "), "cut to {length}: {error}");
    }
    fs::write(&first, &whole).unwrap();
    assert_eq!(Journal::open_with(folder.path(), SMALL).unwrap().pending(), 4);
}

#[test]
fn damage_after_opening_is_told_and_nothing_is_left_out() {
    let folder = folder();
    four(folder.path());
    let first = segments(folder.path()).remove(0);
    let whole = fs::read(&first).unwrap();
    let journal = Journal::open_with(folder.path(), SMALL).unwrap();
    fs::write(&first, vec![b'x'; whole.len()]).unwrap();
    assert!(journal.read(1).unwrap_err().to_string().contains("is damaged at byte 0"));
    fs::write(&first, &whole).unwrap();
    assert_eq!(journal.read(usize::MAX).unwrap().len(), 4);
}

#[test]
fn a_line_of_the_ledger_that_is_none_is_refused_unless_torn() {
    let folder = folder();
    four(folder.path());
    let ledger = folder.path().join("ledger.log");
    fs::write(&ledger, "{\"dropped\":\"0-1\"}\n{\"dropped\":\"2").unwrap();
    let journal = Journal::open(folder.path()).unwrap();
    assert_eq!((journal.owe(1, 1, false).len(), journal.owe(2, 1, false).len()), (0, 1));
    drop(journal);
    fs::write(&ledger, "{\"dropped\":\"0-1\"}\n{\"dropped\":\"2\n{\"gone\":\"x\"}\n").unwrap();
    let error = Journal::open(folder.path()).unwrap_err().to_string();
    assert!(error.contains("ledger.log` is damaged at line 2\n  hint: "), "{error}");
}

#[test]
fn without_its_ledger_a_journal_holds_what_its_segments_do() {
    let folder = folder();
    let journal = Journal::open_with(folder.path(), SMALL).unwrap();
    for number in 0..8 {
        journal.append(&[arrival("gone")], &[]).unwrap();
        deliver(&journal, "object", number..number + 1);
    }
    journal.append(&[arrival("kept")], &[]).unwrap();
    drop(journal);
    fs::remove_file(folder.path().join("ledger.log")).unwrap();
    let journal = Journal::open_with(folder.path(), SMALL).unwrap();
    assert_eq!(journal.pending(), 1);
    assert_eq!(read(&journal, usize::MAX), ["8:kept"]);
}

#[test]
fn a_ledger_that_knows_of_later_records_says_nothing_of_those_that_come() {
    let folder = folder();
    four(folder.path());
    fs::write(folder.path().join("ledger.log"), "{\"whole\":\"3-9\"}\n{\"dropped\":\"2-12\"}\n").unwrap();
    let journal = Journal::open(folder.path()).unwrap();
    journal.append(&[arrival("new")], &[]).unwrap();
    let numbers: Vec<_> = journal.read(usize::MAX).unwrap().into_iter().map(|(number, _)| number).collect();
    assert_eq!(numbers, [0, 1, 2, 4]);
    assert_eq!(journal.owe(4, 1, false), [id(4, 0)]);
}
