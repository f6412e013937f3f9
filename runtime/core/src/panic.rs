//! A panic in a guest, as its hook hands it over.

use crate::limits::REASON_BYTES;

/// What is kept of the name of a source file, in bytes.
const PATH_BYTES: usize = 512;

/// What stands in a source file's path before the part that says something, where the file is not the author's: cargo's
/// downloads, behind which comes the name of the registry, and the standard library, behind which comes a commit.
const FOREIGN: [&str; 3] = ["/registry/src/", "/git/checkouts/", "/rustc/"];

/// The standard library where its sources are installed.
const INSTALLED: &str = "/rustlib/src/rust/";

/// A panic in the guest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Panic {
    pub(crate) message: String,
    /// `file:line:column`. cargo names the author's own files from the folder of the workspace, all others in full: those
    /// are cut down to `crate-version/src/file`.
    pub(crate) location: String,
    /// Whether the file is not the author's.
    pub(crate) is_foreign: bool,
}

impl Panic {
    pub(crate) fn new(mut message: String, file: &str, line: u32, column: u32) -> Self {
        message.truncate(message.floor_char_boundary(REASON_BYTES));
        let file = &file[..file.floor_char_boundary(PATH_BYTES)];
        Self {
            message,
            location: format!("{}:{line}:{column}", short(file)),
            is_foreign: file.is_empty() || file.starts_with('/'),
        }
    }
}

fn short(file: &str) -> &str {
    if let Some((_, short)) = file.split_once(INSTALLED) {
        return short;
    }
    let below = |before: &str| Some(file.split_once(before)?.1.split_once('/')?.1);
    FOREIGN.into_iter().find_map(below).unwrap_or(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_others_are_known_and_cut_down() {
        for (file, location, is_foreign) in [
            ("src/lib.rs", "src/lib.rs:1:2", false),
            ("plugins/mine/src/lib.rs", "plugins/mine/src/lib.rs:1:2", false),
            (
                "/home/a/.cargo/registry/src/index.crates.io-1/csv-1.4.0/src/a.rs",
                "csv-1.4.0/src/a.rs:1:2",
                true,
            ),
            ("/rustc/0123abcd/library/core/src/option.rs", "library/core/src/option.rs:1:2", true),
            ("/opt/lib/rustlib/src/rust/library/std/src/time.rs", "library/std/src/time.rs:1:2", true),
            ("/opt/sdk/src/json.rs", "/opt/sdk/src/json.rs:1:2", true),
        ] {
            let panic = Panic::new(String::new(), file, 1, 2);
            assert_eq!((&*panic.location, panic.is_foreign), (location, is_foreign));
        }
    }
}
