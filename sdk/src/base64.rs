//! Bytes that stand in JSON as base64.

/// The bytes that `text` means in base64's standard alphabet, with padding or without.
///
/// `None` for anything else: white space, padding of a wrong length, bits behind the last byte that are not
/// zero (<https://www.rfc-editor.org/rfc/rfc4648#section-3.5>).
///
/// ```
/// use nozzle_sdk::base64;
///
/// assert_eq!(base64::decode("aGk=").as_deref(), Some(&b"hi"[..]));
/// assert_eq!(base64::decode("aGk"), base64::decode("aGk="));
/// assert_eq!(base64::decode("aGl"), None);
/// ```
#[must_use]
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let digits = without_padding(text.as_bytes())?;
    let mut bytes = Vec::with_capacity(digits.len() / 4 * 3 + 2);
    for group in digits.chunks(4) {
        let mut bits = 0;
        for digit in group {
            bits = bits << 6 | u32::from(value(*digit)?);
        }
        let (length, rest) = (group.len() * 6 / 8, group.len() * 6 % 8);
        if length == 0 || bits & ((1 << rest) - 1) != 0 {
            return None;
        }
        bytes.extend_from_slice(&(bits >> rest).to_be_bytes()[4 - length..]);
    }
    Some(bytes)
}

/// The digits in front of the padding, which fills a group of four if it is there.
fn without_padding(text: &[u8]) -> Option<&[u8]> {
    let padding = text.iter().rev().take_while(|byte| **byte == b'=').count();
    let is_padded = padding <= 2 && text.len().is_multiple_of(4);
    (padding == 0 || is_padded).then(|| &text[..text.len() - padding])
}

/// Whether `text` is of digits and of just the padding that fills the last group of four. What the last bits are is not asked.
pub(crate) fn is_padded(text: &str) -> bool {
    let digits = text.strip_suffix("==").or(text.strip_suffix('=')).unwrap_or(text);
    text.len().is_multiple_of(4) && digits.bytes().all(|digit| value(digit).is_some())
}

/// What a digit counts for.
fn value(digit: u8) -> Option<u8> {
    match digit {
        b'A'..=b'Z' => Some(digit - b'A'),
        b'a'..=b'z' => Some(digit - b'a' + 26),
        b'0'..=b'9' => Some(digit - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD};
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_texts() {
        for (text, bytes) in [("", &b""[..]), ("/w", &[0xFF]), ("+/+/", &[0xFB, 0xFF, 0xBF])] {
            assert_eq!(decode(text).as_deref(), Some(bytes));
        }
        for text in ["=", "a", "aGk==", "aG=k", "aG=", "a===", "aGk=aGk=", "aGk-", "aGk=\n", "aGkaé"] {
            assert_eq!(decode(text), None, "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]

        #[test]
        fn bytes_survive(bytes: Vec<u8>) {
            let text = BASE64_STANDARD.encode(&bytes);
            prop_assert_eq!(decode(text.trim_end_matches('=')), Some(bytes.clone()));
            prop_assert_eq!(decode(&text), Some(bytes));
        }

        #[test]
        fn what_is_base64_has_all_its_padding_or_none(text in "[A-Da-d0/+=]{0,9}") {
            let oracle = BASE64_STANDARD.decode(&text).or_else(|_| BASE64_STANDARD_NO_PAD.decode(&text));
            prop_assert_eq!(decode(&text), oracle.ok());
        }
    }
}
