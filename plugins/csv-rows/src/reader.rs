//! CSV as RFC 4180 has it, line by line: <https://www.rfc-editor.org/rfc/rfc4180#section-2>.

use std::borrow::Cow;

/// How CSV is written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dialect {
    /// What stands between two fields: one byte of ASCII.
    pub(crate) delimiter: u8,
    /// What a line may begin with without meaning it; may be empty.
    pub(crate) byte_order_mark: &'static [u8],
    /// How many fields of a line are wanted. The others are counted alone, so that a line of nothing but delimiters
    /// takes no memory.
    pub(crate) width: usize,
}

/// What is left of a record.
///
/// Lines end where every reader of CSV ends them, those with a fault too: at the first newline outside of quotes. A
/// quote opens a field only as its first byte; elsewhere in a field without quotes it stands for itself.
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    dialect: Dialect,
    rest: &'a [u8],
}

/// One line: a row of several fields, which may hold newlines.
#[derive(Debug, Default)]
pub(crate) struct Line<'a> {
    /// As it is written, without its end.
    pub(crate) raw: &'a [u8],
    /// What the fields hold, as many as are wanted.
    pub(crate) fields: Vec<Cow<'a, [u8]>>,
    /// How many fields there are.
    pub(crate) count: usize,
    /// The first thing wrong with the quotes, and the field in which it is.
    pub(crate) fault: Option<(usize, Fault)>,
}

/// What is wrong with a quoted field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It has no closing quote, and so goes on to the record's end.
    Unterminated,
    /// Text follows its closing quote.
    Stray,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(data: &'a [u8], dialect: Dialect) -> Self {
        let mut reader = Reader { dialect, rest: data };
        reader.skip_to_line();
        reader
    }

    /// Whether there is no further line.
    pub(crate) fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    /// Reads the next line in the place of the one before. Blank lines are none.
    pub(crate) fn read(&mut self, line: &mut Line<'a>) -> bool {
        if self.is_at_end() {
            return false;
        }
        let start = self.rest;
        line.clear();
        loop {
            let (field, fault) = self.field();
            line.push(field, fault, self.dialect.width);
            match self.rest.split_first() {
                Some((&byte, rest)) if byte == self.dialect.delimiter => self.rest = rest,
                _ => break,
            }
        }
        line.raw = without_return(&start[..start.len() - self.rest.len()]);
        self.skip_to_line();
        true
    }

    /// Passes over what stands in front of a line: blank ones, and a byte order mark, for producers put files together.
    fn skip_to_line(&mut self) {
        loop {
            self.rest = match self.rest.strip_prefix(self.dialect.byte_order_mark).unwrap_or(self.rest) {
                [b'\n', rest @ ..] | [b'\r', b'\n', rest @ ..] => rest,
                b"\r" => &[],
                rest => {
                    self.rest = rest;
                    return;
                }
            };
        }
    }

    /// Reads a field, up to its delimiter or newline.
    fn field(&mut self) -> (Cow<'a, [u8]>, Option<Fault>) {
        match self.rest.strip_prefix(b"\"") {
            None => (Cow::Borrowed(self.plain()), None),
            Some(rest) => {
                self.rest = rest;
                self.quoted()
            }
        }
    }

    /// Reads text without quotes around it.
    fn plain(&mut self) -> &'a [u8] {
        let delimiter = self.dialect.delimiter;
        let ends = |&byte: &u8| byte == delimiter || byte == b'\n';
        let (text, rest) = self.rest.split_at(self.rest.iter().position(ends).unwrap_or(self.rest.len()));
        self.rest = rest;
        if rest.first() == Some(&delimiter) { text } else { without_return(text) }
    }

    /// Reads what follows an opening quote. Two quotes stand for one.
    fn quoted(&mut self) -> (Cow<'a, [u8]>, Option<Fault>) {
        let mut text = Cow::Borrowed(&[][..]);
        loop {
            let Some(quote) = self.rest.iter().position(|&byte| byte == b'"') else {
                self.rest = &[];
                return (text, Some(Fault::Unterminated));
            };
            let is_doubled = self.rest.get(quote + 1) == Some(&b'"');
            append(&mut text, &self.rest[..quote + usize::from(is_doubled)]);
            self.rest = &self.rest[quote + 1 + usize::from(is_doubled)..];
            if !is_doubled {
                let is_stray = !self.plain().is_empty();
                return (text, is_stray.then_some(Fault::Stray));
            }
        }
    }
}

impl<'a> Line<'a> {
    fn clear(&mut self) {
        self.fields.clear();
        (self.count, self.fault) = (0, None);
    }

    fn push(&mut self, field: Cow<'a, [u8]>, fault: Option<Fault>, width: usize) {
        self.fault = self.fault.or(fault.map(|fault| (self.count, fault)));
        self.count += 1;
        if self.fields.len() < width {
            self.fields.push(field);
        }
    }
}

/// A line's text without the carriage return of its end. Producers that cut files into records at their newlines leave
/// one at a record's end.
fn without_return(text: &[u8]) -> &[u8] {
    text.strip_suffix(b"\r").unwrap_or(text)
}

fn append<'a>(text: &mut Cow<'a, [u8]>, piece: &'a [u8]) {
    match text.is_empty() {
        true => *text = Cow::Borrowed(piece),
        false => text.to_mut().extend_from_slice(piece),
    }
}

#[cfg(test)]
mod tests;
