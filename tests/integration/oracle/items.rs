//! Random items in DynamoDB's typed JSON.

use std::collections::HashSet;
use std::fmt::Write;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use oorandom::Rand32;

/// Items without end, the same ones for the same seed.
pub(super) struct Items(Rand32);

impl Items {
    pub(super) fn new(seed: u64) -> Self {
        Items(Rand32::new(seed))
    }
}

impl Iterator for Items {
    type Item = String;

    /// Most items are shallow, one in a hundred goes down to DynamoDB's 32 levels.
    fn next(&mut self) -> Option<String> {
        let depth = match self.0.rand_range(0..100) {
            0 => self.0.rand_range(6..32),
            1..10 => self.0.rand_range(2..6),
            10..40 => 1,
            _ => 0,
        };
        let (is_spaced, is_bare) = (self.0.rand_range(0..4) == 0, self.0.rand_range(0..16) == 0);
        let mut writer = Writer { random: &mut self.0, out: String::new(), is_spaced, is_bare };
        writer.members(depth, 8);
        Some(writer.out)
    }
}

struct Writer<'r> {
    random: &'r mut Rand32,
    out: String,
    /// Whether white space stands between the tokens.
    is_spaced: bool,
    /// Whether some numbers are without quotes, as some tools write them.
    is_bare: bool,
}

/// What names and strings are made of: what means something in JSON, in paths and in columns, and characters of every
/// length in UTF-8 and UTF-16.
const PIECES: [&str; 28] = [
    "a",
    "A",
    "b",
    "id",
    "price",
    "0",
    "_",
    "__",
    ".",
    "..",
    " ",
    "\"",
    "\\",
    "/",
    "{",
    "}]",
    "[0]",
    ":,",
    "\n",
    "\r\t",
    "\u{0}",
    "\u{1f}\u{7f}",
    "é",
    "e\u{301}",
    "日本",
    "\u{2028}",
    "\u{ffff}",
    "😀",
];

/// Numbers at which doubles and machine words end.
const LIMITS: [&str; 9] = [
    "9007199254740991",
    "9007199254740993",
    "-9007199254740993",
    "9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "9.9999999999999999999999999999999999999E+125",
    "-9.9999999999999999999999999999999999999E+125",
    "1E-130",
];

const ZEROS: [&str; 7] = ["0", "-0", "0.0", "-0.00", "0E+3", "0e-7", "0.0E125"];

impl Writer<'_> {
    fn one_in(&mut self, count: u32) -> bool {
        self.random.rand_range(0..count) == 0
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.random.rand_range(0..from.len() as u32) as usize]
    }

    /// A token, with or without white space behind it.
    fn token(&mut self, token: &str) {
        self.out.push_str(token);
        if self.is_spaced && self.one_in(3) {
            let space = self.pick(&[" ", "  ", "\n", "\r\n", "\t"]);
            self.out.push_str(space);
        }
    }

    /// An object of typed values, one of them as deep as told.
    fn members(&mut self, depth: u32, most: u32) {
        self.token("{");
        let count = self.random.rand_range(u32::from(depth > 0)..most + 1);
        let mut names = HashSet::new();
        for index in 0..count {
            let mut name = self.text();
            while !names.insert(name.clone()) {
                name.push_str(self.pick(&PIECES));
            }
            if index > 0 {
                self.token(",");
            }
            self.string(&name);
            self.token(":");
            self.value(if index == 0 { depth } else { 0 });
        }
        self.token("}");
    }

    /// A typed value of so many levels.
    fn value(&mut self, depth: u32) {
        let leaves = ["S", "S", "N", "N", "N", "B", "SS", "NS", "BS", "NULL", "BOOL", "M", "L"];
        let tag = if depth > 0 { self.pick(&["M", "M", "L"]) } else { self.pick(&leaves) };
        self.token("{");
        self.string(tag);
        self.token(":");
        match tag {
            "S" => self.any_string(),
            "N" => self.number(),
            "B" => self.binary(),
            "SS" => self.array(Self::any_string),
            "NS" => self.array(Self::number),
            "BS" => self.array(Self::binary),
            "NULL" => self.token("true"),
            "BOOL" => {
                let is = self.pick(&["true", "false"]);
                self.token(is);
            }
            "M" if depth > 0 => self.members(depth - 1, 3),
            "L" if depth > 0 => self.list(depth - 1),
            "M" => self.members(0, 0),
            _ => self.token("[]"),
        }
        self.token("}");
    }

    /// A list, one of its values as deep as told.
    fn list(&mut self, depth: u32) {
        let mut depths = [depth, 0, 0].into_iter();
        self.array(|writer| writer.value(depths.next().unwrap_or(0)));
    }

    fn array(&mut self, mut element: impl FnMut(&mut Self)) {
        self.token("[");
        for index in 0..self.random.rand_range(1..4) {
            if index > 0 {
                self.token(",");
            }
            element(self);
        }
        self.token("]");
    }

    fn text(&mut self) -> String {
        let pieces = if self.one_in(50) { 100 } else { self.random.rand_range(0..5) };
        (0..pieces).map(|_| self.pick(&PIECES)).collect()
    }

    fn any_string(&mut self) {
        let text = self.text();
        self.string(&text);
    }

    /// A string, its characters escaped where they must be and sometimes where they need not.
    fn string(&mut self, text: &str) {
        let mut string = String::from("\"");
        for character in text.chars() {
            match character {
                '"' | '\\' => string.extend(['\\', character]),
                '/' if self.one_in(2) => string.push_str("\\/"),
                '\n' if self.one_in(2) => string.push_str("\\n"),
                '\r' if self.one_in(2) => string.push_str("\\r"),
                '\t' if self.one_in(2) => string.push_str("\\t"),
                '\0'..=' ' => self.units(character, &mut string),
                _ if self.one_in(12) => self.units(character, &mut string),
                _ => string.push(character),
            }
        }
        string.push('"');
        self.token(&string);
    }

    /// A character as one or two escapes of four digits.
    fn units(&mut self, character: char, string: &mut String) {
        for unit in character.encode_utf16(&mut [0; 2]) {
            let written = match self.one_in(2) {
                true => write!(string, "\\u{unit:04x}"),
                false => write!(string, "\\u{unit:04X}"),
            };
            written.expect("writing into memory does not fail");
        }
    }

    fn binary(&mut self) {
        let bytes: Vec<u8> =
            (0..self.random.rand_range(0..20)).map(|_| self.random.rand_u32() as u8).collect();
        let text = BASE64_STANDARD.encode(bytes);
        self.string(&text);
    }

    fn number(&mut self) {
        let sign = self.pick(&["", "", "-"]);
        let literal = match self.random.rand_range(0..8) {
            0 => self.pick(&LIMITS).to_owned(),
            1 => self.pick(&ZEROS).to_owned(),
            2 => format!("{sign}{}", self.random.rand_range(0..1000)),
            3 => sign.to_owned() + &self.digits(38),
            4 => format!("{sign}{}.{}", self.digits(19), self.digits(19)),
            5 => format!("{sign}0.{}{}", "0".repeat(self.random.rand_range(0..92) as usize), self.digits(38)),
            6 => sign.to_owned() + &self.digits(38) + &"0".repeat(self.random.rand_range(0..88) as usize),
            _ => self.scientific(sign),
        };
        if self.is_bare && self.one_in(2) { self.token(&literal) } else { self.string(&literal) }
    }

    /// With an exponent, in DynamoDB's range of 1E-130 to 9.99E+125.
    fn scientific(&mut self, sign: &str) -> String {
        let (digits, exponent) = (self.digits(38), self.pick(&["e", "E", "E+", "e-", "E-"]));
        let (first, rest) = digits.split_at(1);
        let point = if rest.is_empty() { "" } else { "." };
        let power = self.random.rand_range(0..if exponent.ends_with('-') { 131 } else { 126 });
        let zeros = self.pick(&["", "", "0"]);
        format!("{sign}{first}{point}{rest}{exponent}{zeros}{power}")
    }

    /// Digits, at most so many, the first of them not zero.
    fn digits(&mut self, most: u32) -> String {
        let count = if self.one_in(2) { self.random.rand_range(1..most + 1) } else { most.min(3) };
        let first = char::from(self.random.rand_range(0..9) as u8 + b'1');
        let rest = (1..count).map(|_| char::from(self.random.rand_range(0..10) as u8 + b'0'));
        std::iter::once(first).chain(rest.collect::<Vec<_>>()).collect()
    }
}
