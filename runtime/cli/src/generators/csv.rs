//! Lines of CSV.

use std::borrow::Cow;

/// A line of these fields, without a newline at its end. What must be quoted is, by RFC 4180.
pub(super) fn line<'f>(fields: impl IntoIterator<Item = &'f str>, delimiter: char) -> String {
    let mut line = String::new();
    for (index, field) in fields.into_iter().enumerate() {
        if index > 0 {
            line.push(delimiter);
        }
        line.push_str(&quoted(field, delimiter));
    }
    line
}

fn quoted(field: &str, delimiter: char) -> Cow<'_, str> {
    if field.contains([delimiter, '"', '\n', '\r']) {
        format!("\"{}\"", field.replace('"', "\"\"")).into()
    } else {
        field.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_must_be_quoted_is() {
        assert_eq!(line(["a", "", "b c"], ','), "a,,b c");
        assert_eq!(line(["a;b", "c,d", "7\"", "e\nf"], ';'), "\"a;b\";c,d;\"7\"\"\";\"e\nf\"");
    }
}
