//! Flattening: one flat row of plain JSON for each change, whatever its source.

use std::cell::RefCell;
use std::ptr;

mod added;
mod cells;
mod layout;
mod paths;
mod pattern;
mod row;
mod settings;
mod walk;

use nozzle_sdk::cdc::{Change, Image, Notation, Op, Reader, Shape, Source};
use nozzle_sdk::json::Scanner;
use nozzle_sdk::{Failure, Outcome, Output, Record, Result, count};

pub use self::settings::Settings;

use self::cells::{Cell, Cells};
use self::layout::Layout;
use self::paths::Paths;
use self::settings::{Deletes, Others, Unavailable};
use crate::change::reader;
use crate::events::{Fate, NO_BEFORE_IMAGE, warn_of_before_images};
use crate::fact::Origin;
use crate::setting::refused;
use crate::unchanged::is_same;

/// Flattens change records, and plain rows where the shape says so.
#[derive(Debug)]
pub struct Flattener {
    reader: Reader,
    deletes: Deletes,
    unchanged: Fate,
    others: Others,
    layout: Layout,
    paths: RefCell<Paths>,
}

/// An image that was gone over before its change was known.
#[derive(Debug)]
struct Walked<'a> {
    text: &'a str,
    cells: Cells<'a>,
}

/// Which columns a row has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Extent {
    /// All of them; listed ones that are missing show as the settings say.
    Row,
    /// Those of the key.
    Keys,
}

impl Flattener {
    /// A flattener of this shape; `None` leaves the shape to the settings.
    ///
    /// # Errors
    ///
    /// Where settings contradict each other.
    pub fn new(settings: Settings, output: Output, shape: Option<Shape>) -> Result<Self> {
        if shape.is_some() && settings.shape.is_some() {
            let trouble = "this plugin takes one shape only: leave it out, or use the plugin `flatten`";
            return Err(refused("shape", trouble));
        }
        let shape = shape.or(settings.shape).unwrap_or_default();
        check_source(&settings, shape)?;
        let reader = reader(Some(shape), settings.before_image.clone());
        let (deletes, unchanged, others) = (settings.deletes, settings.unchanged, settings.others);
        let layout = Layout::new(settings, output)?;
        let paths = RefCell::new(Paths::new(layout.column_names()));
        let flattener = Flattener { reader, deletes, unchanged, others, layout, paths };
        warn_of_before_images(&flattener.needing_before());
        Ok(flattener)
    }

    /// What becomes of a record.
    ///
    /// # Errors
    ///
    /// Those of reading a change; `no-image`, `no-keys`, `not-a-row`, `mistyped-column`, `column-collision` and
    /// `column-name`; and what a value that is none stands for, with its path.
    pub fn transform<'r>(&'r self, record: &'r Record) -> Result<Outcome> {
        let walked = RefCell::new(None);
        let mut ahead = |scanner: &mut Scanner<'r>| {
            let mut walked = walked.borrow_mut();
            *walked = self.walk_ahead(scanner);
            walked.is_some()
        };
        let outcome = |change: &Change<'r>| self.outcome(&Origin { record, change }, walked.take());
        self.reader.transform_ahead(record, &mut ahead, outcome)
    }

    /// Goes over an image before its change is known. One with trouble in it is gone over again when it is, to say where.
    fn walk_ahead<'a>(&self, scanner: &mut Scanner<'a>) -> Option<Walked<'a>> {
        let paths = &mut *self.paths.borrow_mut();
        paths.forget(&self.layout);
        let (start, mut ahead) = (scanner.position(), scanner.clone());
        let cells = self.layout.walk(paths, &mut ahead, Notation::Typed, false).ok()?;
        *scanner = ahead;
        Some(Walked { text: scanner.text(start..scanner.position()), cells })
    }

    /// The settings that need the row before the change.
    fn needing_before(&self) -> Vec<&'static str> {
        let needing = [
            ("unchanged", self.unchanged == Fate::Drop),
            ("deletes", matches!(self.deletes, Deletes::Before | Deletes::Rewrite)),
            ("add", self.layout.shows_changes()),
        ];
        needing.into_iter().filter(|(_, needs)| *needs).map(|(setting, _)| setting).collect()
    }

    /// What becomes of one change.
    fn outcome(&self, origin: &Origin<'_>, walked: Option<Walked<'_>>) -> Result<Outcome> {
        let paths = &mut *self.paths.borrow_mut();
        if walked.is_none() {
            paths.forget(&self.layout);
        }
        match origin.change.op {
            op @ (Op::Tombstone | Op::Control) => Ok(Outcome::drop(op.name())),
            Op::Delete if self.deletes == Deletes::Drop => Ok(Outcome::drop("delete")),
            Op::Delete => self.deleted(paths, origin),
            Op::Insert | Op::Update | Op::Read | Op::Upsert => self.changed(paths, origin, walked),
            other if self.others == Others::Drop => Ok(Outcome::drop(other.name())),
            other => Err(not_a_row(other)),
        }
    }

    /// The row of what is there after the change.
    fn changed(&self, paths: &mut Paths, origin: &Origin<'_>, walked: Option<Walked<'_>>) -> Result<Outcome> {
        let change = origin.change;
        let image = change.after.ok_or_else(|| no_image(change.source))?;
        let cells = match walked.filter(|walked| ptr::eq(walked.text, image.text())) {
            Some(Walked { cells, .. }) => cells.of(image),
            None => self.layout.cells(paths, &image, false)?,
        };
        let compares = self.unchanged == Fate::Drop || self.layout.shows_changes();
        let changes = match change.op == Op::Update && compares {
            true => self.changes(paths, change, &image, &cells)?,
            false => None,
        };
        if self.unchanged == Fate::Drop && changes.as_ref().is_some_and(Vec::is_empty) {
            return Ok(Outcome::drop("unchanged"));
        }
        self.rows(paths, cells, origin, changes.as_deref(), Extent::Row)
    }

    /// The columns that differ from what they were; `None` where that is not shown.
    fn changes(
        &self,
        paths: &mut Paths,
        change: &Change<'_>,
        image: &Image<'_>,
        cells: &Cells<'_>,
    ) -> Result<Option<Vec<String>>> {
        let Some(before) = change.before else {
            count(NO_BEFORE_IMAGE, 1);
            return Ok(None);
        };
        let old = self.layout.cells(paths, &before, false)?;
        let (mut changes, was, is) = (Vec::new(), old.by_column(), cells.by_column());
        let is_told = |cell: &&Cell<'_>| !cells.untold.contains(&cell.column);
        for cell in cells.iter().filter(is_told) {
            let same = match was.get(&cell.column) {
                Some(old) => is_same(image.notation(), old.source, cell.source)?,
                None => false,
            };
            if !same {
                changes.push(paths.name(cell.column).to_owned());
            }
        }
        let gone = old.iter().filter(is_told).filter(|cell| !is.contains_key(&cell.column));
        changes.extend(gone.map(|cell| paths.name(cell.column).to_owned()));
        let list = |cells: &Cells<'_>| cells.exploded.as_ref().map(|list| list.text.to_owned());
        if list(cells) != list(&old) {
            changes.extend(self.layout.explode.clone());
        }
        Ok(Some(changes))
    }

    /// The row of what is gone.
    fn deleted(&self, paths: &mut Paths, origin: &Origin<'_>) -> Result<Outcome> {
        let change = origin.change;
        let (cells, extent) = match self.deletes {
            Deletes::Keys => (self.key(paths, change)?.ok_or_else(no_keys)?, Extent::Keys),
            Deletes::Before | Deletes::Rewrite => (self.before(paths, change)?, Extent::Row),
            Deletes::Row | Deletes::Drop => match self.key(paths, change)? {
                Some(key) => (key, Extent::Row),
                None => (self.shown(paths, change.before)?, Extent::Row),
            },
        };
        self.rows(paths, cells, origin, None, extent)
    }

    /// The key: the change tells it, or the settings say which columns it is made of.
    fn key<'a>(&self, paths: &mut Paths, change: &Change<'a>) -> Result<Option<Cells<'a>>> {
        if let Some(keys) = change.keys {
            return self.layout.cells(paths, &keys, false).map(Some);
        }
        match change.before {
            Some(before) if self.layout.keys_of(&before)?.is_some() => {
                self.layout.cells(paths, &before, true).map(Some)
            }
            _ => Ok(None),
        }
    }

    fn before<'a>(&self, paths: &mut Paths, change: &Change<'a>) -> Result<Cells<'a>> {
        if change.before.is_none() {
            count(NO_BEFORE_IMAGE, 1);
        }
        self.shown(paths, change.before.or(change.keys))
    }

    fn shown<'a>(&self, paths: &mut Paths, image: Option<Image<'a>>) -> Result<Cells<'a>> {
        self.layout.cells(paths, &image.ok_or_else(nothing)?, false)
    }

    fn rows(
        &self,
        paths: &mut Paths,
        mut cells: Cells<'_>,
        origin: &Origin<'_>,
        changes: Option<&[String]>,
        extent: Extent,
    ) -> Result<Outcome> {
        self.layout.add(&mut cells, origin, changes)?;
        Ok(Outcome::rows(self.layout.rows(paths, cells, extent)?))
    }
}

/// A setting about one source is a mistake where only another one is taken.
fn check_source(settings: &Settings, shape: Shape) -> Result<()> {
    let about = [
        ("before-image", settings.before_image.is_some(), Shape::Dms, "AWS DMS"),
        ("unavailable", settings.unavailable != Unavailable::Keep, Shape::Debezium, "Debezium"),
        ("others", settings.others != Others::Fail, Shape::Debezium, "Debezium"),
    ];
    let takes = |source| [Shape::Auto, Shape::Any, source].contains(&shape);
    match about.into_iter().find(|(_, is_set, source, _)| *is_set && !takes(*source)) {
        None => Ok(()),
        Some((setting, _, _, source)) => {
            let trouble = format!("is about records of {source}, which are not taken: leave it out");
            Err(refused(setting, trouble))
        }
    }
}

fn no_image(source: Source) -> Failure {
    let trouble = match source {
        Source::DynamodbStreams | Source::DynamodbKinesis => {
            "change does not show the row after it: the stream's view type must be NEW_IMAGE or NEW_AND_OLD_IMAGES"
        }
        _ => "change does not show the row after it",
    };
    Failure::new("no-image", trouble)
}

fn nothing() -> Failure {
    Failure::new("no-image", "delete shows neither the key nor the row before it")
}

fn no_keys() -> Failure {
    Failure::new(
        "no-keys",
        "change does not tell its key: name the columns in `keys`, and let the source show them before the delete",
    )
}

fn not_a_row(op: Op) -> Failure {
    let trouble = format!("record is a {} and about no row: `others` says what becomes of it", op.name());
    Failure::new("not-a-row", trouble)
}
