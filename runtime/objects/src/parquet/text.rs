//! The text that OpenX keeps of an object or an array where a string is wanted.

use nozzle_sdk::json::{Scan, Scanner, string_value, write_string};

/// The JSON without spaces, its names in lower case: OpenX puts them so before it reads values. Numbers stay as they are written.
pub(super) fn in_lower_case(raw: &str) -> String {
    let mut out = Vec::with_capacity(raw.len());
    write(&mut Scanner::new(raw), &mut out).expect("what was read once is JSON");
    String::from_utf8(out).expect("JSON is text")
}

fn write(scanner: &mut Scanner<'_>, out: &mut Vec<u8>) -> Scan<()> {
    match scanner.peek() {
        Some(b'{') => write_object(scanner, out),
        Some(b'[') => write_array(scanner, out),
        _ => {
            let raw = scanner.value()?;
            match string_value(raw) {
                Some(text) => write_string(out, &text),
                None => out.extend_from_slice(raw.as_bytes()),
            }
            Ok(())
        }
    }
}

fn write_object(scanner: &mut Scanner<'_>, out: &mut Vec<u8>) -> Scan<()> {
    scanner.open(b'{')?;
    let mut before = b'{';
    while let Some(name) = scanner.named_member()? {
        out.push(std::mem::replace(&mut before, b','));
        write_string(out, &name.to_lowercase());
        out.push(b':');
        write(scanner, out)?;
    }
    end(out, before, *b"{}");
    Ok(())
}

fn write_array(scanner: &mut Scanner<'_>, out: &mut Vec<u8>) -> Scan<()> {
    scanner.open(b'[')?;
    let mut before = b'[';
    while scanner.element()? {
        out.push(std::mem::replace(&mut before, b','));
        write(scanner, out)?;
    }
    end(out, before, *b"[]");
    Ok(())
}

/// The closing bracket; the opening one too where nothing stood behind it.
fn end(out: &mut Vec<u8>, before: u8, [open, close]: [u8; 2]) {
    if before == open {
        out.push(open);
    }
    out.push(close);
}
