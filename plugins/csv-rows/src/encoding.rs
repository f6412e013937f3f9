//! How text is encoded.

use std::borrow::Cow;

use nozzle_sdk::{Failure, Result};

/// The encodings that settings can name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
pub(crate) enum Encoding {
    #[default]
    #[serde(rename = "utf-8")]
    Utf8,
    /// Each byte is the character of its number.
    #[serde(rename = "iso-8859-1")]
    Latin1,
    #[serde(rename = "windows-1252")]
    Windows1252,
}

/// What windows-1252 has at 0x80 to 0x9F; a control character where it has nothing:
/// <https://www.unicode.org/Public/MAPPINGS/VENDORS/MICSFT/WINDOWS/CP1252.TXT>.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

impl Encoding {
    /// What text may begin with without meaning it; empty where there is no such thing.
    pub(crate) fn byte_order_mark(self) -> &'static [u8] {
        match self {
            Encoding::Utf8 => b"\xef\xbb\xbf",
            Encoding::Latin1 | Encoding::Windows1252 => b"",
        }
    }

    /// The text that the bytes are.
    ///
    /// # Errors
    ///
    /// `not-utf8`, `not-windows-1252`.
    pub(crate) fn text(self, bytes: &[u8]) -> Result<Cow<'_, str>> {
        match (self, std::str::from_utf8(bytes)) {
            (Encoding::Utf8, text) => {
                text.map(Cow::Borrowed).map_err(|_| Failure::new("not-utf8", "is not UTF-8"))
            }
            // ASCII is the same in all of them.
            (_, Ok(text)) if text.is_ascii() => Ok(Cow::Borrowed(text)),
            (Encoding::Latin1, _) => Ok(bytes.iter().copied().map(char::from).collect()),
            (Encoding::Windows1252, _) => windows_1252(bytes),
        }
    }
}

fn windows_1252(bytes: &[u8]) -> Result<Cow<'_, str>> {
    let char = |&byte: &u8| match byte {
        0x80..=0x9F => Some(WINDOWS_1252[usize::from(byte - 0x80)]).filter(|char| !char.is_control()),
        _ => Some(char::from(byte)),
    };
    let text: Option<String> = bytes.iter().map(char).collect();
    text.map(Cow::Owned).ok_or_else(|| Failure::new("not-windows-1252", "is not windows-1252"))
}
