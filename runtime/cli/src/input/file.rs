//! Which file an argument names.

use std::path::{Path, PathBuf};

use anyhow::bail;

use crate::files;

/// The file that a path names, or the only one that is named so but for its ending: `sample.jsonl` for `sample`.
pub(crate) fn named(path: &Path) -> anyhow::Result<PathBuf> {
    if path.exists() && !path.is_dir() {
        return Ok(path.to_owned());
    }
    let mut meant = named_with_ending(path);
    let shown = path.display();
    match meant.len() {
        1 => Ok(meant.remove(0)),
        0 => bail!("there is no file `{shown}`\n  hint: name a file, or `-` for standard input"),
        _ => {
            let meant: Vec<_> = meant.iter().map(|path| format!("`{}`", path.display())).collect();
            bail!("`{shown}` may be {}\n  hint: name one of them", meant.join(" or "))
        }
    }
}

/// The files beside `path` whose names begin with its own and a dot.
fn named_with_ending(path: &Path) -> Vec<PathBuf> {
    let Some(name) = path.file_name() else {
        return Vec::new();
    };
    let begins = [name.as_encoded_bytes(), b"."].concat();
    let beside =
        files::folder_of(path).read_dir().into_iter().flatten().flatten().filter(|entry| {
            entry.file_name().as_encoded_bytes().starts_with(&begins) && entry.path().is_file()
        });
    let mut named: Vec<PathBuf> = beside.map(|entry| path.with_file_name(entry.file_name())).collect();
    named.sort();
    named
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_name_without_its_ending_is_that_of_the_only_file() {
        let folder = tempfile::tempdir().unwrap();
        let named = |name| super::named(&folder.path().join(name)).map_err(|error| error.to_string());
        let sample = folder.path().join("sample.jsonl");
        assert!(named("sample").unwrap_err().starts_with("there is no file `"));
        std::fs::write(&sample, "{}").unwrap();
        std::fs::create_dir(folder.path().join("sample")).unwrap();
        std::fs::create_dir(folder.path().join("sample.old")).unwrap();
        assert_eq!(named("sample"), Ok(sample.clone()));
        assert_eq!(named("sample.jsonl"), Ok(sample));
        std::fs::write(folder.path().join("sample.csv"), "a").unwrap();
        let error = named("sample").unwrap_err();
        assert!(error.contains("sample.csv` or `") && error.ends_with("hint: name one of them"), "{error}");
    }
}
