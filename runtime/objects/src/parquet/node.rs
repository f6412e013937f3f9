//! The columns of a table, each with what it holds, and how rows are taken apart into them.

use std::collections::HashMap;
use std::mem;

use nozzle_rows::schema::{Schema, Type};
use nozzle_sdk::Failure;
use nozzle_sdk::json::{Names, Scan, Scanner, duplicate_member};

use super::SerDe;
use super::leaf::Leaf;
use super::values::Values;

/// A column, or a value within one. It may be null.
#[derive(Debug)]
struct Node {
    /// The definition level of a value that is there.
    definition: i16,
    shape: Shape,
}

#[derive(Debug)]
enum Shape {
    Scalar(Type, Leaf),
    Array(Repeated),
    Map(Map),
    Struct(Members),
}

/// What there may be several of.
#[derive(Debug)]
struct Repeated {
    /// The definition level of the array or the map itself, which may be empty.
    definition: i16,
    /// The repetition level of all but the first.
    repetition: i16,
    node: Box<Node>,
}

#[derive(Debug)]
struct Map {
    keys: Leaf,
    values: Repeated,
}

/// The columns of a row, or the members of a struct.
#[derive(Debug)]
pub(super) struct Members {
    /// By their names, in lower case.
    list: Vec<(String, Node)>,
    by_name: HashMap<String, usize>,
    /// Which were in the object that was read last.
    seen: Vec<bool>,
}

impl Members {
    /// The columns of a row.
    ///
    /// # Errors
    ///
    /// Where names cannot be told apart.
    pub(super) fn of_row(schema: &Schema) -> Result<Self, String> {
        Self::new(schema.columns.iter().map(|column| (&*column.name, &column.r#type)), 0, 0)
    }

    /// Members of what has this definition level, below arrays of this repetition level.
    fn new<'s>(
        members: impl Iterator<Item = (&'s str, &'s Type)>,
        definition: i16,
        repetition: i16,
    ) -> Result<Self, String> {
        let (mut list, mut by_name) = (Vec::new(), HashMap::new());
        for (name, r#type) in members {
            let lower = name.to_lowercase();
            if by_name.insert(lower.clone(), list.len()).is_some() {
                return Err(format!("two columns are named `{name}` where case does not count"));
            }
            list.push((lower, Node::new(r#type, definition, repetition)?));
        }
        let seen = vec![false; list.len()];
        Ok(Self { list, by_name, seen })
    }

    /// Reads the row that the scanner is at.
    pub(super) fn read_row(&mut self, scanner: &mut Scanner<'_>, serde: SerDe) -> Scan<()> {
        self.read(scanner, serde, 0, 0)
    }

    fn read(
        &mut self,
        scanner: &mut Scanner<'_>,
        serde: SerDe,
        repetition: i16,
        definition: i16,
    ) -> Scan<()> {
        scanner.open(b'{')?;
        self.seen.fill(false);
        let mut next = 0;
        while let Some(name) = scanner.named_member()? {
            let Some(index) = self.find(&name, next) else {
                scanner.value()?;
                continue;
            };
            if mem::replace(&mut self.seen[index], true) {
                return Err(within(duplicate_member(), &name));
            }
            let node = &mut self.list[index].1;
            node.read(scanner, serde, repetition).map_err(|failure| within(*failure, &name))?;
            next = index + 1;
        }
        let absent = self.list.iter_mut().zip(&self.seen).filter(|(_, seen)| !**seen);
        absent.for_each(|((_, node), _)| node.skip(repetition, definition));
        Ok(())
    }

    /// Reads an array whose elements stand for the members in their order. Those behind the last member are left out.
    fn read_in_order(
        &mut self,
        scanner: &mut Scanner<'_>,
        serde: SerDe,
        repetition: i16,
        definition: i16,
    ) -> Scan<()> {
        scanner.open(b'[')?;
        let mut members = self.list.iter_mut();
        while scanner.element()? {
            match members.next() {
                Some((name, node)) => {
                    node.read(scanner, serde, repetition).map_err(|failure| within(*failure, name))?;
                }
                None => drop(scanner.value()?),
            }
        }
        members.for_each(|(_, node)| node.skip(repetition, definition));
        Ok(())
    }

    /// Where the member of this name is. `next` is where it is when the row keeps to the schema's order: then nothing has to be
    /// looked up.
    fn find(&self, name: &str, next: usize) -> Option<usize> {
        match self.list.get(next) {
            Some((expected, _)) if expected == name => Some(next),
            _ => self.by_name.get(name).or_else(|| self.by_name.get(&name.to_lowercase())).copied(),
        }
    }

    /// Goes over the columns of the file, in its order.
    pub(super) fn each_leaf(&mut self, visit: &mut dyn FnMut(&mut Leaf)) {
        for (_, node) in &mut self.list {
            node.each_leaf(visit);
        }
    }
}

impl Node {
    /// A node below what has this definition level, below arrays of this repetition level.
    fn new(r#type: &Type, definition: i16, repetition: i16) -> Result<Self, String> {
        let definition = definition + 1;
        let shape = match r#type {
            Type::Array(element) => Shape::Array(Repeated::new(element, definition, repetition)?),
            Type::Map(value) => Shape::Map(Map {
                keys: Leaf::new(Values::text(usize::MAX), true),
                values: Repeated::new(value, definition, repetition)?,
            }),
            Type::Struct(members) => {
                let members = members.iter().map(|member| (&*member.name, &member.r#type));
                Shape::Struct(Members::new(members, definition, repetition)?)
            }
            _ => Shape::Scalar(r#type.clone(), Leaf::new(Values::of(r#type), repetition > 0)),
        };
        Ok(Self { definition, shape })
    }

    /// Reads the value that the scanner is at.
    fn read(&mut self, scanner: &mut Scanner<'_>, serde: SerDe, repetition: i16) -> Scan<()> {
        let (definition, first) = (self.definition, scanner.peek());
        if first == Some(b'n') {
            scanner.value()?;
            self.skip(repetition, definition - 1);
            return Ok(());
        }
        match (&mut self.shape, first, serde) {
            (Shape::Scalar(r#type, leaf), ..) => {
                leaf.values.read(scanner.value()?, serde).ok_or_else(|| mistyped(r#type, serde))?;
                leaf.place(repetition, definition);
                Ok(())
            }
            (Shape::Array(elements), Some(b'['), _) => elements.read(scanner, serde, repetition),
            (Shape::Array(elements), _, SerDe::OpenX) => elements.node.read(scanner, serde, repetition),
            (Shape::Map(map), Some(b'{'), _) => map.read(scanner, serde, repetition),
            (Shape::Struct(members), Some(b'{'), _) => members.read(scanner, serde, repetition, definition),
            (Shape::Struct(members), Some(b'['), SerDe::OpenX) => {
                members.read_in_order(scanner, serde, repetition, definition)
            }
            (Shape::Array(_), ..) => Err(Failure::new(MISTYPED, "is not an array").into()),
            (Shape::Map(_) | Shape::Struct(_), ..) => Err(Failure::new(MISTYPED, "is not an object").into()),
        }
    }

    /// Says in every column below that nothing stands here, from this definition level on.
    fn skip(&mut self, repetition: i16, definition: i16) {
        self.each_leaf(&mut |leaf| leaf.place(repetition, definition));
    }

    fn each_leaf(&mut self, visit: &mut dyn FnMut(&mut Leaf)) {
        match &mut self.shape {
            Shape::Scalar(_, leaf) => visit(leaf),
            Shape::Array(elements) => elements.node.each_leaf(visit),
            Shape::Map(map) => {
                visit(&mut map.keys);
                map.values.node.each_leaf(visit);
            }
            Shape::Struct(members) => members.each_leaf(visit),
        }
    }
}

impl Repeated {
    /// Several of what is in an array or a map of this definition level.
    fn new(r#type: &Type, definition: i16, repetition: i16) -> Result<Self, String> {
        let node = Node::new(r#type, definition + 1, repetition + 1)?;
        Ok(Self { definition, repetition: repetition + 1, node: node.into() })
    }

    /// Reads the array that the scanner is at.
    fn read(&mut self, scanner: &mut Scanner<'_>, serde: SerDe, mut repetition: i16) -> Scan<()> {
        scanner.open(b'[')?;
        let mut index = 0usize;
        while scanner.element()? {
            let element = self.node.read(scanner, serde, repetition);
            element.map_err(|failure| Box::new(failure.within(&format!("[{index}]"))))?;
            repetition = self.repetition;
            index += 1;
        }
        if index == 0 {
            self.node.skip(repetition, self.definition);
        }
        Ok(())
    }
}

impl Map {
    /// Reads the object that the scanner is at.
    fn read(&mut self, scanner: &mut Scanner<'_>, serde: SerDe, mut repetition: i16) -> Scan<()> {
        scanner.open(b'{')?;
        let mut names = Names::default();
        while let Some(name) = scanner.named_member()? {
            let key = if serde == SerDe::OpenX { name.to_lowercase().into() } else { name };
            self.keys.values.add_text(&key);
            self.keys.place(repetition, self.values.definition + 1);
            self.values.node.read(scanner, serde, repetition).map_err(|failure| within(*failure, &key))?;
            repetition = self.values.repetition;
            if !names.add(key.clone()) {
                return Err(within(duplicate_member(), &key));
            }
        }
        if names.is_empty() {
            self.keys.place(repetition, self.values.definition);
            self.values.node.skip(repetition, self.values.definition);
        }
        Ok(())
    }
}

const MISTYPED: &str = "mistyped";

#[cold]
fn mistyped(r#type: &Type, serde: SerDe) -> Box<Failure> {
    let hint = match (r#type, serde) {
        (Type::Timestamp, SerDe::OpenX) => {
            ": OpenX reads yyyy-MM-ddTHH:mm:ss[.S]Z, yyyy-MM-dd HH:mm:ss[.S], and seconds or milliseconds since 1970"
        }
        (Type::Timestamp, SerDe::Hive) => ": Hive reads yyyy-MM-dd HH:mm:ss[.S]",
        (Type::Date, _) => ": it is written as yyyy-MM-dd",
        (Type::Binary, SerDe::Hive) => ": Hive reads none from JSON",
        _ => "",
    };
    Failure::new(MISTYPED, format!("is no value of type {type}{hint}")).into()
}

#[cold]
fn within(failure: Failure, name: &str) -> Box<Failure> {
    failure.within_member(name).into()
}
