//! From an image to cells, in one go over its text.

use nozzle_sdk::cdc::{Image, Notation};
use nozzle_sdk::dynamodb::{self, Tag};
use nozzle_sdk::json::{self, Scan, Scanner};
use nozzle_sdk::{Failure, Result};

use super::cells::{Cells, Exploded};
use super::layout::{Column, Layout};
use super::paths::{Paths, ROOT};
use super::settings::{Arrays, Nested, Unavailable, Unlisted};
use crate::column::mistyped;
use crate::scalar::Scalar;

/// A way through one image.
struct Walk<'w, 'a> {
    layout: &'w Layout,
    paths: &'w mut Paths,
    notation: Notation,
    cells: &'w mut Cells<'a>,
    /// Whether only the key's columns are taken.
    is_key: bool,
    /// Whether the value in hand is an element of the list that makes rows: a list within that list makes none.
    is_element: bool,
}

impl Layout {
    /// The cells that an image shows; with `is_key` those of the key's columns alone.
    ///
    /// # Errors
    ///
    /// `mistyped-column`, `column-name`, `bad-attribute`, `bad-number` and `duplicate-member`, with the path.
    pub(super) fn cells<'a>(&self, paths: &mut Paths, image: &Image<'a>, is_key: bool) -> Result<Cells<'a>> {
        let cells = self.walk(paths, &mut Scanner::new(image.text()), image.notation(), is_key);
        cells.map(|cells| cells.of(*image)).map_err(|failure| failure.within(image.place()))
    }

    /// The cells of the image that the scanner is at. Which one it is remains to be said.
    ///
    /// # Errors
    ///
    /// Those of [`Layout::cells`], with the path within the image.
    pub(super) fn walk<'a>(
        &self,
        paths: &mut Paths,
        scanner: &mut Scanner<'a>,
        notation: Notation,
        is_key: bool,
    ) -> Scan<Cells<'a>> {
        let mut cells = Cells::new();
        let walk = &mut Walk { layout: self, paths, notation, cells: &mut cells, is_key, is_element: false };
        walk.members(scanner, ROOT)?;
        Ok(cells)
    }

    /// Hands over the cells of each row that an element of a list makes, behind those that all of them share. A list
    /// without elements makes one row, so that the others are not lost.
    ///
    /// # Errors
    ///
    /// Those of [`Layout::cells`] and of `row`.
    pub(super) fn explode<'a>(
        &self,
        paths: &mut Paths,
        list: &Exploded<'a>,
        cells: &mut Cells<'a>,
        row: &mut dyn FnMut(&mut Paths, &mut Cells<'a>) -> Result<()>,
    ) -> Result<()> {
        let (mut scanner, image) = (Scanner::new(list.text), cells.image);
        let notation = image.map_or(Notation::Plain, |image| image.notation());
        scanner.open(b'[')?;
        let mut index = 0;
        while scanner.element()? {
            let mut walk = Walk { layout: self, paths, notation, cells, is_key: false, is_element: true };
            let walked = walk.value(&mut scanner, list.member, list.elements);
            let placed =
                |failure| image.iter().fold(failure, |failure: Failure, image| failure.within(image.place()));
            walked.map_err(|failure| placed(list.placed(paths, *failure, index)))?;
            row(paths, cells)?;
            index += 1;
        }
        if index > 0 { Ok(()) } else { row(paths, cells) }
    }
}

impl Exploded<'_> {
    fn placed(&self, paths: &Paths, failure: Failure, index: usize) -> Failure {
        let element = failure.within(&format!("[{index}]"));
        paths.names(self.member).fold(element, |failure, name| failure.within_member(name))
    }
}

impl<'a> Walk<'_, 'a> {
    /// The members of the object that the scanner is at, which `parent` leads to.
    fn members(&mut self, scanner: &mut Scanner<'a>, parent: usize) -> Scan<()> {
        let mut object = self.paths.open();
        scanner.open(b'{')?;
        while let Some(raw) = scanner.member()? {
            let read = match self.paths.next(self.layout, parent, &mut object, raw) {
                Ok(member) => self.value(scanner, member, None).map_err(|failure| (member, failure)),
                Err(member) => Err((member, Box::new(json::duplicate_member()))),
            };
            if let Err((member, failure)) = read {
                return Err(Box::new(failure.within_member(&self.paths.member(member).name)));
            }
        }
        Ok(())
    }

    /// The value that the scanner is at. `element` is its type where it stands in a typed set, which tells it once for
    /// all elements.
    fn value(&mut self, scanner: &mut Scanner<'a>, member: usize, element: Option<Tag>) -> Scan<()> {
        let column = self.paths.member(member).column.clone()?;
        let first = scanner.peek();
        let start = scanner.position();
        let is_open = element.is_none() && self.notation == Notation::Typed;
        let tag = if is_open { Some(Tag::open(scanner)?) } else { element };
        let (is_map, is_list) = match tag {
            Some(tag) => (tag == Tag::M, matches!(tag, Tag::L | Tag::SS | Tag::NS | Tag::BS)),
            None => (first == Some(b'{'), first == Some(b'[')),
        };
        let is_listed = column < self.layout.columns.len();
        if is_map && !is_listed && self.opens(scanner, member) {
            self.members(scanner, member)?;
        } else if is_list && !self.is_element && self.paths.member(member).explodes && self.is_wanted(member)
        {
            self.set_aside(scanner, member, tag)?;
        } else if !(is_listed || self.layout.unlisted == Unlisted::Keep) || !self.is_wanted(member) {
            scanner.value()?;
        } else {
            return self.place(scanner, column, Value { start, tag, is_open, is_map, is_list });
        }
        if is_open { Tag::close(scanner) } else { Ok(()) }
    }

    /// Whether a map is flattened: not where nothing would be left of it.
    fn opens(&self, scanner: &Scanner<'a>, member: usize) -> bool {
        let mut ahead = scanner.clone();
        self.layout.nested == Nested::Flatten
            && self.paths.member(member).depth <= self.layout.depth
            && ahead.open(b'{').is_ok()
            && ahead.peek() != Some(b'}')
    }

    fn is_wanted(&self, member: usize) -> bool {
        let member = self.paths.member(member);
        member.is_wanted && (!self.is_key || member.is_of_key)
    }

    /// Keeps the list that makes rows of its own for when the other columns are known. It needs not be listed: its
    /// elements make the columns.
    fn set_aside(&mut self, scanner: &mut Scanner<'a>, member: usize, tag: Option<Tag>) -> Scan<()> {
        let text = scanner.value()?;
        if !text.starts_with('[') {
            return Err(Box::new(Failure::new("bad-attribute", "is not an array")));
        }
        let elements = match tag {
            Some(Tag::SS) => Some(Tag::S),
            Some(Tag::NS) => Some(Tag::N),
            Some(Tag::BS) => Some(Tag::B),
            _ => None,
        };
        self.cells.exploded = Some(Exploded { member, text, elements });
        Ok(())
    }

    #[inline]
    fn place(&mut self, scanner: &mut Scanner<'a>, column: usize, value: Value) -> Scan<()> {
        let layout = self.layout;
        if value.tag.is_none() && is_unavailable(scanner) {
            self.cells.untold.push(column);
            match layout.unavailable {
                Unavailable::Keep => {}
                Unavailable::Null => return self.place_null(scanner, column),
                Unavailable::Omit => return scanner.value().map(drop),
            }
        }
        self.cells.add(column, |out| {
            match layout.columns.get(column) {
                Some((_, Column::Typed(kind))) => {
                    let scalar = value.scalar(scanner)?;
                    let retyped = kind.retyped(&scalar, &layout.output)?;
                    retyped.write(out);
                }
                _ => value.write(scanner, layout, out)?,
            }
            if value.is_open {
                Tag::close(scanner)?;
            }
            Ok(scanner.text(value.start..scanner.position()))
        })
    }

    /// Null, whatever the record holds.
    fn place_null(&mut self, scanner: &mut Scanner<'a>, column: usize) -> Scan<()> {
        self.cells.add(column, |out| {
            out.extend_from_slice(b"null");
            scanner.value()
        })
    }
}

/// A value that becomes a cell.
#[derive(Debug, Clone, Copy)]
struct Value {
    /// Where its text begins, its type included.
    start: usize,
    /// Its type, where it is typed.
    tag: Option<Tag>,
    /// Whether the type was opened for it alone.
    is_open: bool,
    is_map: bool,
    is_list: bool,
}

impl Value {
    /// Reads it as one value, for a column with a type.
    fn scalar<'a>(self, scanner: &mut Scanner<'a>) -> Scan<Scalar<'a>> {
        Ok(match self.tag {
            Some(Tag::S) => Scalar::Text(json::string_value(dynamodb::text(scanner)?).unwrap_or_default()),
            Some(Tag::N) => Scalar::Number(dynamodb::number(scanner)?),
            Some(Tag::BOOL) => Scalar::Boolean(dynamodb::boolean(scanner)?),
            Some(Tag::NULL) => dynamodb::null(scanner).map(|()| Scalar::Null)?,
            Some(tag) => {
                return Err(Box::new(mistyped(&format!(
                    "is of type {}, its column holds single values",
                    tag.name()
                ))));
            }
            None => {
                let scalar = Scalar::read(Notation::Plain, scanner.value()?)?;
                scalar.ok_or_else(|| mistyped("is a list or an object, its column holds single values"))?
            }
        })
    }

    /// Appends it as plain JSON.
    fn write(self, scanner: &mut Scanner<'_>, layout: &Layout, out: &mut Vec<u8>) -> Scan<()> {
        let becomes_text =
            self.is_map && layout.nested == Nested::String || self.is_list && layout.arrays == Arrays::String;
        if !becomes_text {
            return self.write_value(scanner, out);
        }
        let mut json = Vec::new();
        self.write_value(scanner, &mut json)?;
        json::write_string(out, &String::from_utf8_lossy(&json));
        Ok(())
    }

    fn write_value(self, scanner: &mut Scanner<'_>, out: &mut Vec<u8>) -> Scan<()> {
        if let Some(tag) = self.tag {
            return dynamodb::write_plain_of(tag, scanner, out);
        }
        out.extend_from_slice(json::one_line(scanner.value()?).as_bytes());
        Ok(())
    }
}

/// What Debezium shows for a value that it was not told because it did not change, as text and, for binary columns,
/// as base64:
/// <https://debezium.io/documentation/reference/stable/connectors/postgresql.html#postgresql-toasted-values>.
const UNAVAILABLE: [&str; 2] =
    ["\"__debezium_unavailable_value\"", "\"X19kZWJleml1bV91bmF2YWlsYWJsZV92YWx1ZQ==\""];

fn is_unavailable(scanner: &Scanner<'_>) -> bool {
    let mut ahead = scanner.clone();
    ahead.peek() == Some(b'"') && ahead.value().is_ok_and(|text| UNAVAILABLE.contains(&text))
}
