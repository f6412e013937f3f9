//! A disk that is full.

use std::process::Command;

use super::*;

/// An argument by which a process knows that files cannot grow for it. To the test harness it is a filter that
/// matches nothing.
const LIMITED: &str = "files-are-limited";

/// Files of this test's own process may have 64 KiB: a write beyond comes through in part, and the next one fails.
#[test]
fn a_full_disk_leaves_nothing_half() {
    if std::env::args().any(|argument| argument == LIMITED) {
        return fill();
    }
    let test = "journal::tests::full::a_full_disk_leaves_nothing_half";
    let limited = Command::new("sh")
        .args(["-c", r#"ulimit -f 128 && trap '' XFSZ && exec "$0" "$@""#])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", test, LIMITED])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&limited.stdout);
    assert!(limited.status.success() && said.contains("1 passed"), "{said}");
}

fn fill() {
    let folder = folder();
    let journal = Journal::open_with(folder.path(), 512 * 1024).unwrap();
    let records = vec![arrival(&"x".repeat(1000)); 7];
    let position = |batch: u64| vec![("file".to_owned(), batch.to_string())];
    let full = (0..).find(|batch| journal.append(&records, &position(*batch)).is_err()).unwrap();
    assert!(full > 5);
    let error = journal.append(&records, &position(full)).unwrap_err().to_string();
    assert!(error.contains("cannot write `") && error.contains("00000000.log`: "), "{error}");
    journal.append(&[arrival("small")], &[]).unwrap();
    let number = full * 7;
    assert_eq!(journal.pending(), number + 1);
    drop(journal);

    let journal = Journal::open_with(folder.path(), 512 * 1024).unwrap();
    assert_eq!(journal.position("file"), Some((full - 1).to_string()));
    assert_eq!(journal.read(usize::MAX).unwrap().len() as u64, number + 1);
    assert!(journal.append(&records, &[]).is_err());
    deliver(&journal, "object", 0..number + 1);
    journal.append(&records, &position(full)).unwrap();
    assert_eq!(journal.read(usize::MAX).unwrap()[0].0, number + 1);
    let intended = fill_ledger(&journal, number + 1);
    drop(journal);
    let journal = Journal::open_with(folder.path(), 512 * 1024).unwrap();
    assert_eq!((journal.pending(), journal.unsettled()), (7, intended));
}

/// Intends objects until the ledger is full, and gives those that were.
fn fill_ledger(journal: &Journal, accepted: u64) -> Vec<String> {
    let objects = (0..).map(|place| format!("{place:01000}"));
    let intended: Vec<_> =
        objects.take_while(|object| journal.intend(object, &[id(accepted, 0)]).is_ok()).collect();
    assert!(intended.len() > 5);
    assert_eq!(journal.unsettled(), intended);
    intended
}
