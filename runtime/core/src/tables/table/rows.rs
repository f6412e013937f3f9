//! The rows of a table, one after another in one run of bytes.

/// The value of a column that a row lacks.
const NULL: &[u8] = b"null";

/// Rows whose values are kept as JSON text, so that a lookup only has to join them.
///
/// Numbers of values and lengths of texts stand before what they count, seven bits a byte, the lowest first: a million rows
/// cost six bytes each over their text, where a string for each value would cost sixteen and an allocation.
#[derive(Debug, Default)]
pub(in crate::tables) struct Rows {
    bytes: Vec<u8>,
    len: usize,
}

/// One row of [`Rows`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Row<'a> {
    values: usize,
    /// From the first value to the end of all rows.
    bytes: &'a [u8],
}

impl Rows {
    /// Room for rows from a file of this many bytes. What is not used costs no memory before `shrink` gives it back.
    pub(in crate::tables) fn of_file(bytes: usize) -> Self {
        Self { bytes: Vec::with_capacity(bytes + bytes / 2), len: 0 }
    }

    /// Begins a row of this many values, which are pushed next.
    ///
    /// # Errors
    ///
    /// When the rows before it are over 4 GiB: a row is known by 32 bits.
    pub(in crate::tables) fn begin(&mut self, values: usize) -> Result<(), String> {
        u32::try_from(self.bytes.len()).map_err(|_| "the rows are over 4 GiB".to_owned())?;
        self.len += 1;
        self.push_count(values);
        Ok(())
    }

    /// A value as JSON text, null when there is none.
    pub(in crate::tables) fn push(&mut self, json: Option<&[u8]>) {
        let json = json.unwrap_or(NULL);
        self.push_count(json.len());
        self.bytes.extend_from_slice(json);
    }

    /// A string that is not JSON yet, in UTF-8.
    pub(in crate::tables) fn push_string(&mut self, text: &[u8]) {
        if text.iter().any(|byte| matches!(byte, 0..=0x1f | b'"' | b'\\')) {
            let json = serde_json::Value::from(String::from_utf8_lossy(text)).to_string();
            return self.push(Some(json.as_bytes()));
        }
        self.push_count(text.len() + 2);
        self.bytes.push(b'"');
        self.bytes.extend_from_slice(text);
        self.bytes.push(b'"');
    }

    fn push_count(&mut self, mut count: usize) {
        while count > 0x7f {
            self.bytes.push(count as u8 | 0x80);
            count >>= 7;
        }
        self.bytes.push(count as u8);
    }

    /// Gives back the memory that no row needs.
    pub(in crate::tables) fn shrink(&mut self) {
        self.bytes.shrink_to_fit();
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The row that begins at this byte.
    pub(super) fn row(&self, at: u32) -> Row<'_> {
        let mut bytes = &self.bytes[at as usize..];
        Row { values: take_count(&mut bytes), bytes }
    }

    /// Where each row begins.
    pub(super) fn iter(&self) -> impl Iterator<Item = u32> {
        let mut at = 0;
        (0..self.len).map(move |_| {
            let begin = at as u32;
            at = self.bytes.len() - self.row(begin).end().len();
            begin
        })
    }
}

impl<'a> Row<'a> {
    /// The value of a column.
    pub(super) fn value(self, column: usize) -> &'a [u8] {
        self.values().nth(column).unwrap_or(NULL)
    }

    /// The value of every column: null for those that later rows brought.
    pub(super) fn values(mut self) -> impl Iterator<Item = &'a [u8]> {
        std::iter::from_fn(move || Some(self.take().unwrap_or(NULL)))
    }

    /// What comes after the row.
    fn end(mut self) -> &'a [u8] {
        while self.take().is_some() {}
        self.bytes
    }

    fn take(&mut self) -> Option<&'a [u8]> {
        self.values = self.values.checked_sub(1)?;
        let length = take_count(&mut self.bytes);
        let (value, rest) = self.bytes.split_at(length);
        self.bytes = rest;
        Some(value)
    }
}

fn take_count(bytes: &mut &[u8]) -> usize {
    let (mut count, mut shift) = (0, 0);
    loop {
        let byte = bytes[0];
        *bytes = &bytes[1..];
        count |= usize::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return count;
        }
        shift += 7;
    }
}
