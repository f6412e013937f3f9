//! Keys as paths. A key holds whatever a partition's value does.

use std::borrow::Cow;

use object_store::path::{Path, PathPart};

/// The longest name of a file that is given, in bytes. File systems take 255; a temporary name is a little longer.
const LONGEST_NAME: usize = 240;

/// How much is kept of a longer one at its beginning and at its end, where what makes it unique and its ending stand.
const KEPT: usize = 110;

/// A key in S3. It goes out as it is, but for what the client cannot send: an empty part between slashes is left out, and
/// control characters, `.` and `..` are percent-encoded.
pub(crate) fn in_s3(key: &str) -> Path {
    path(key, |part| part.into())
}

/// A key below a folder, which it never leaves. Parts that are too long for a file's name are shortened.
pub(crate) fn in_folder(key: &str) -> Path {
    path(key, shortened)
}

fn path(key: &str, name: fn(&str) -> Cow<'_, str>) -> Path {
    let parts = key.split('/').filter(|part| !part.is_empty());
    let parts = parts.map(|part| match PathPart::parse(part) {
        Ok(part) => name(part.as_ref()).into_owned(),
        Err(_) => name(PathPart::from(part).as_ref()).into_owned(),
    });
    let parts: Vec<String> = parts.collect();
    Path::parse(parts.join("/")).expect("parts that were checked make a path")
}

fn shortened(name: &str) -> Cow<'_, str> {
    if name.len() <= LONGEST_NAME {
        return name.into();
    }
    let head = &name[..name.floor_char_boundary(KEPT)];
    let tail = &name[name.ceil_char_boundary(name.len() - KEPT)..];
    format!("{head}~{:08x}~{tail}", crc32fast::hash(name.as_bytes())).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_paths_as_they_are() {
        for key in ["a", "year=2018/c=Zürich 1/orders-1", "100%/a b/*?#~{}", "%2E%2E/a", "a\\b/.hidden/..."]
        {
            assert_eq!(in_s3(key).as_ref(), key);
            assert_eq!(in_folder(key).as_ref(), key);
        }
    }

    #[test]
    fn what_would_leave_the_folder_is_encoded() {
        for (key, expected) in [
            ("../../etc/passwd", "%2E%2E/%2E%2E/etc/passwd"),
            ("/etc/passwd", "etc/passwd"),
            ("a//./b", "a/%2E/b"),
            ("a\0b/c\nd", "a%00b/c%0Ad"),
        ] {
            assert_eq!(in_s3(key).as_ref(), expected);
            assert_eq!(in_folder(key).as_ref(), expected);
        }
    }

    #[test]
    fn long_names_are_shortened_and_stay_apart() {
        let key = |letter: &str| format!("{}{letter}{}-1.parquet", "ä".repeat(300), "b".repeat(200));
        let (one, other) = (in_folder(&key("x")), in_folder(&key("y")));
        assert!(one.as_ref().len() <= LONGEST_NAME && one.as_ref().ends_with("b-1.parquet"), "{one}");
        assert_ne!(one, other);
        assert_eq!(in_s3(&key("x")).as_ref(), key("x"));
        assert_eq!(in_folder(&"a".repeat(LONGEST_NAME)).as_ref(), "a".repeat(LONGEST_NAME));
    }
}
