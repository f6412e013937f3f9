//! The paths that records have taken so far, and which columns they lead to.
//!
//! The records of a stream have the same members in the same order, over and over. What the settings say of a member is
//! found out when it comes for the first time, and remembered; whether it is there changes no row.

use std::collections::BTreeMap;

use nozzle_sdk::json::{self, Scan, Span};
use nozzle_sdk::{Failure, Result};

use super::cells::Cells;
use super::layout::Layout;

/// The members that were met, as a tree, and the columns that they lead to.
#[derive(Debug, Default)]
pub(super) struct Paths {
    members: Vec<Member>,
    columns: Vec<Column>,
    by_name: BTreeMap<String, usize>,
    /// How many objects have been gone through, and how many rows made.
    objects: u64,
    rows: u64,
}

/// A member of an object in a record, told by its path.
#[derive(Debug)]
pub(super) struct Member {
    /// What its name means.
    pub(super) name: String,
    /// The column that it leads to, or why there is none.
    pub(super) column: Scan<usize>,
    /// How many names lead to it.
    pub(super) depth: usize,
    /// Whether the settings take it where whole rows are shown, and where keys are.
    pub(super) is_wanted: bool,
    pub(super) is_of_key: bool,
    /// Whether its elements make rows.
    pub(super) explodes: bool,
    /// Its name as it is written, in quotes.
    raw: String,
    /// The member that it is, where its name is written with escapes.
    same: usize,
    /// The member that it stands in.
    parent: usize,
    within: BTreeMap<String, usize>,
    /// The members that came first in it and right behind it the last time.
    first: usize,
    next: usize,
    /// The object in which it was seen last.
    seen: u64,
}

#[derive(Debug)]
struct Column {
    name: String,
    key: Key,
    /// The last row that it was in, and the cell that stood there.
    row: u64,
    cell: usize,
}

/// A column's name with what stands around it in a row: `,"name":`. With bytes behind it, so that it is copied in steps.
#[derive(Debug)]
struct Key {
    text: Vec<u8>,
    len: usize,
}

/// The object that holds all others.
pub(super) const ROOT: usize = 0;

/// No member has this place.
const NONE: usize = usize::MAX;

/// So many members are remembered beyond one change: what comes of names that are made up for every record must not grow.
const MANY: usize = 4096;

impl Paths {
    /// No paths yet: the columns that the settings list, then those that they add.
    pub(super) fn new<'n>(columns: impl IntoIterator<Item = &'n str>) -> Self {
        let mut paths = Paths::default();
        paths.members.push(Member::new(String::new(), NONE));
        for name in columns {
            paths.column(name);
        }
        paths
    }

    /// Forgets what came along, where it has become too much. Not in the midst of a change, whose cells are told by it.
    pub(super) fn forget(&mut self, layout: &Layout) {
        if self.members.len() > MANY {
            *self = Paths::new(layout.column_names());
        }
    }

    pub(super) fn member(&self, place: usize) -> &Member {
        &self.members[place]
    }

    /// The names that lead to a member, its own first.
    pub(super) fn names(&self, place: usize) -> impl Iterator<Item = &str> {
        let members = std::iter::successors(Some(place), |place| Some(self.members[*place].parent));
        members.take_while(|place| *place != ROOT).map(|place| &*self.members[place].name)
    }

    pub(super) fn name(&self, column: usize) -> &str {
        &self.columns[column].name
    }

    /// What stands before a column's value in a row: `,"name":`.
    pub(super) fn key(&self, column: usize) -> Span<'_> {
        let Key { text, len } = &self.columns[column].key;
        Span::new(text, 0..*len)
    }

    /// Notes which cell stands in which column of a row. Gives the bytes of the keys.
    ///
    /// # Errors
    ///
    /// `column-collision`: a row must not have two columns of one name.
    pub(super) fn place(&mut self, cells: &Cells<'_>) -> Result<usize> {
        self.rows += 1;
        let mut keys = 0;
        for (index, cell) in cells.iter().enumerate() {
            let column = &mut self.columns[cell.column];
            if std::mem::replace(&mut column.row, self.rows) == self.rows {
                return Err(collision(&column.name));
            }
            column.cell = index;
            keys += column.key.len;
        }
        Ok(keys)
    }

    /// The cell in a column of the row that was placed last.
    pub(super) fn cell(&self, column: usize) -> Option<usize> {
        let column = &self.columns[column];
        (column.row == self.rows).then_some(column.cell)
    }

    /// An object begins.
    pub(super) fn open(&mut self) -> Object {
        self.objects += 1;
        Object { number: self.objects, last: None }
    }

    /// The member of `parent` whose name is written as `raw`, the next one of `object`. `Err` where the object has had one
    /// of that name.
    #[inline]
    pub(super) fn next(
        &mut self,
        layout: &Layout,
        parent: usize,
        object: &mut Object,
        raw: &str,
    ) -> Result<usize, usize> {
        let guess = match object.last {
            None => self.members[parent].first,
            Some(last) => self.members[last].next,
        };
        let place = match self.members.get(guess) {
            Some(member) if json::is_same(&member.raw, raw) => guess,
            _ => self.find(layout, parent, object.last, raw),
        };
        object.last = Some(place);
        let same = self.members[place].same;
        let seen = std::mem::replace(&mut self.members[same].seen, object.number);
        if seen == object.number { Err(same) } else { Ok(same) }
    }

    #[cold]
    fn find(&mut self, layout: &Layout, parent: usize, last: Option<usize>, raw: &str) -> usize {
        let place = match self.members[parent].within.get(raw) {
            Some(place) => *place,
            None => self.add(layout, parent, raw),
        };
        match last {
            None => self.members[parent].first = place,
            Some(last) => self.members[last].next = place,
        }
        place
    }

    fn add(&mut self, layout: &Layout, parent: usize, raw: &str) -> usize {
        let name = json::string_value(raw).unwrap_or_default();
        let plain = json::to_raw(&name);
        let same = match plain == raw {
            true => self.members.len(),
            false => match self.members[parent].within.get(&plain) {
                Some(place) => *place,
                None => self.add(layout, parent, &plain),
            },
        };
        let place = self.members.len();
        self.members.push(Member { parent, ..Member::new(raw.to_owned(), same) });
        if same == place {
            self.members[place].name = name.into_owned();
            self.describe(layout, place);
        }
        self.members[parent].within.insert(raw.to_owned(), place);
        place
    }

    /// What the settings say of a member.
    fn describe(&mut self, layout: &Layout, place: usize) {
        let Member { name, parent, .. } = &self.members[place];
        let prefix = match &self.members[*parent].column {
            Ok(column) if *parent != ROOT => format!("{}{}", self.columns[*column].name, layout.delimiter),
            _ => String::new(),
        };
        let column = layout.column(&prefix, name);
        let mut path: Vec<&str> = self.names(place).collect();
        path.reverse();
        let (depth, (is_wanted, is_of_key)) = (path.len(), layout.wants(&path));
        let explodes = column.as_ref().is_ok_and(|column| layout.explode.as_ref() == Some(column));
        let column = column.map(|column| self.column(&column));
        let member = &mut self.members[place];
        (member.depth, member.is_wanted, member.is_of_key) = (depth, is_wanted, is_of_key);
        (member.explodes, member.column) = (explodes, column);
    }

    /// The column of this name.
    fn column(&mut self, name: &str) -> usize {
        if let Some(place) = self.by_name.get(name) {
            return *place;
        }
        self.columns.push(Column { name: name.to_owned(), key: Key::new(name), row: 0, cell: 0 });
        self.by_name.insert(name.to_owned(), self.columns.len() - 1);
        self.columns.len() - 1
    }
}

impl Key {
    fn new(name: &str) -> Self {
        let mut text = b",".to_vec();
        json::write_string(&mut text, name);
        text.push(b':');
        let len = text.len();
        text.resize(len.next_multiple_of(Span::STEP), 0);
        Key { text, len }
    }
}

fn collision(name: &str) -> Failure {
    Failure::new("column-collision", format!("two values for column `{name}`"))
}

/// An object of a record that is being gone through.
#[derive(Debug)]
pub(super) struct Object {
    number: u64,
    last: Option<usize>,
}

impl Member {
    fn new(raw: String, same: usize) -> Self {
        Member {
            name: String::new(),
            column: Ok(NONE),
            depth: 0,
            is_wanted: false,
            is_of_key: false,
            explodes: false,
            raw,
            same,
            parent: ROOT,
            within: BTreeMap::new(),
            first: NONE,
            next: NONE,
            seen: 0,
        }
    }
}
