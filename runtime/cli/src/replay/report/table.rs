//! A report for people.

use std::fmt::Write as _;

use owo_colors::OwoColorize as _;

use super::{Apart, Group, Report};
use crate::replay::kind::Raw;
use crate::replay::version::Version;
use crate::show;

impl Report {
    /// A head and its lines for each group.
    pub(crate) fn table(&self, objects: &[Version]) -> String {
        let lines = show::plural(self.sum(|group| group.lines), "line");
        let mut text = format!("{lines} in {}\n", show::plural(objects.len() as u64, "object"));
        for group in self.sorted() {
            group.write(objects, &mut text);
        }
        text
    }
}

impl Group {
    fn write(&self, objects: &[Version], text: &mut String) {
        let _ = write!(text, "\n{}  {}", self.key.kind.name(), self.key.code.bold());
        if let Some(was) = &self.key.was {
            let _ = write!(text, "  {}{}", show::place(was.plugin.as_deref(), None), was.code);
        }
        text.push('\n');
        let on = match self.key.kind.raw() {
            Raw::Row => "rows as they were, not transformed again",
            Raw::Record | Raw::Unknown => "succeed",
        };
        row(self.on, on, text);
        row(self.dropped, "dropped, as the pipeline asks", text);
        self.apart.iter().for_each(|apart| row(apart.lines, &apart.text(objects), text));
    }
}

impl Apart {
    fn text(&self, objects: &[Version]) -> String {
        let place = show::place(self.plugin.as_deref(), self.path.as_deref());
        let object = objects.get(self.at.object).map_or("", |object| &*object.name);
        let line = format!("{object}:{}", self.at.line);
        format!("{}  {place}{}\n          {}", self.code.red(), self.reason, line.dimmed())
    }
}

fn row(lines: u64, what: &str, text: &mut String) {
    if lines > 0 {
        let _ = writeln!(text, "{lines:>8}  {what}");
    }
}
