//! A file that is only appended to, of which a failed write leaves nothing.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// What the name of a file ends in that is not begun yet.
pub(super) const UNFINISHED: &str = "tmp";

/// A file that is appended to.
#[derive(Debug)]
pub(super) struct Log {
    path: PathBuf,
    file: File,
    length: u64,
    /// A failed write could not be taken back: what stands behind `length` is nobody's.
    torn: bool,
}

impl Log {
    /// Opens a file, and cuts it off behind what is known to be good.
    pub(super) fn open(path: PathBuf, length: u64) -> io::Result<Self> {
        let open = || {
            let file = OpenOptions::new().append(true).open(&path)?;
            if file.metadata()?.len() > length {
                file.set_len(length)?;
            }
            Ok(file)
        };
        let file = open().map_err(|error| named(&error, "open", &path))?;
        Ok(Self { path, file, length, torn: false })
    }

    /// Begins a file with this content, in place of one of its name: whoever looks finds either of them whole.
    pub(super) fn begin(path: PathBuf, content: &[u8]) -> io::Result<Self> {
        let unfinished = path.with_extension(UNFINISHED);
        let begin = || {
            let mut file = OpenOptions::new().create(true).append(true).open(&unfinished)?;
            file.set_len(0)?;
            file.write_all(content)?;
            fs::rename(&unfinished, &path)?;
            Ok(file)
        };
        let file = begin().map_err(|error| {
            // Of no use to anybody, and perhaps what filled the disk.
            let _ = fs::remove_file(&unfinished);
            named(&error, "write", &path)
        })?;
        Ok(Self { path, file, length: content.len() as u64, torn: false })
    }

    /// Appends these bytes in one write.
    ///
    /// # Errors
    ///
    /// When they cannot be written: none of them is there then. Where even that cannot be had, no more is written
    /// until the file is opened anew.
    pub(super) fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.sound()?;
        if let Err(error) = self.file.write_all(bytes) {
            self.torn = self.file.set_len(self.length).is_err();
            return Err(named(&error, "write", &self.path));
        }
        self.length += bytes.len() as u64;
        Ok(())
    }

    /// Refuses a file with half a write at its end.
    pub(super) fn sound(&self) -> io::Result<()> {
        if !self.torn {
            return Ok(());
        }
        let path = self.path.display();
        Err(io::Error::other(format!(
            "cannot write `{path}`: half of an earlier write could not be taken back\n  hint: end the process and start it again"
        )))
    }

    /// How long it is, in bytes.
    pub(super) fn length(&self) -> u64 {
        self.length
    }
}

/// An error about what no killed process leaves behind.
pub(super) fn damaged(file: &Path, problem: &str, without: &str) -> io::Error {
    let folder = file.parent().unwrap_or(file).display();
    let hint = format!("nothing was changed; move `{folder}` away to go on without {without}");
    io::Error::new(io::ErrorKind::InvalidData, format!("{problem}\n  hint: {hint}"))
}

/// An error with the file that it is about.
pub(super) fn named(error: &io::Error, verb: &str, path: &Path) -> io::Error {
    io::Error::new(error.kind(), format!("cannot {verb} `{}`: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn what_cannot_be_taken_back_ends_writing() {
        // A device that is full, and cannot be cut.
        let mut log = Log::open("/dev/full".into(), 0).unwrap();
        let first = log.append(b"x").unwrap_err();
        assert_eq!(first.kind(), io::ErrorKind::StorageFull);
        let second = log.append(b"x").unwrap_err();
        assert!(second.to_string().contains("start it again"), "{second}");
        assert_eq!(log.length(), 0);
    }
}
