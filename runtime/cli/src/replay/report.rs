//! What is told of the lines: by what gave them up, what becomes of them today.

mod table;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::fate::Fate;
use super::kind::{Kind, Raw};
use super::line::Mark;
use super::lines::At;
use super::log::Was;
use super::version::Version;

/// What lines are counted together by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Key {
    pub(crate) kind: Kind,
    /// Firehose's code.
    pub(crate) code: String,
    /// What the function's log says.
    pub(crate) was: Option<Was>,
}

/// What became of all lines so far. A resumed run goes on with that of the one before it.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
pub(crate) struct Report {
    groups: Vec<Group>,
    /// Lines that are acknowledged by the stream.
    pub(crate) sent: u64,
}

/// Lines of one key.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Group {
    key: Key,
    lines: u64,
    /// Those that succeed, and go on where there is somewhere to go to.
    on: u64,
    dropped: u64,
    apart: Vec<Apart>,
}

/// Lines of a group that do not go on for the same reason.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Apart {
    code: String,
    plugin: Option<String>,
    lines: u64,
    /// Of the first one: what is wrong, and where.
    path: Option<String>,
    reason: String,
    at: At,
}

impl Report {
    /// Counts a line.
    pub(crate) fn count(&mut self, key: Key, at: At, fate: &Fate) {
        let group = self.group(key);
        group.lines += 1;
        match fate {
            Fate::On(_) => group.on += 1,
            Fate::Dropped => group.dropped += 1,
            Fate::Kept(mark) => group.set_apart(mark, at),
        }
    }

    /// Counts a line as kept apart that was counted as going on.
    pub(crate) fn not_sent(&mut self, key: Key, at: At, mark: &Mark) {
        let group = self.group(key);
        group.on -= 1;
        group.set_apart(mark, at);
    }

    fn sum(&self, of: fn(&Group) -> u64) -> u64 {
        self.groups.iter().map(of).sum()
    }

    /// Lines that do not go on and are not dropped.
    pub(crate) fn apart(&self) -> u64 {
        self.groups.iter().flat_map(|group| &group.apart).map(|apart| apart.lines).sum()
    }

    /// As one JSON object, to which others add members.
    pub(crate) fn json(&self, objects: &[Version]) -> Value {
        let groups: Vec<Value> = self.sorted().into_iter().map(|group| group.json(objects)).collect();
        json!({
            "objects": objects.len(),
            "lines": self.sum(|group| group.lines),
            "succeed": self.sum(|group| group.on),
            "dropped": self.sum(|group| group.dropped),
            "apart": self.apart(),
            "groups": groups,
        })
    }

    fn group(&mut self, key: Key) -> &mut Group {
        let place = self.groups.iter().position(|group| group.key == key).unwrap_or_else(|| {
            self.groups.push(Group { key, lines: 0, on: 0, dropped: 0, apart: Vec::new() });
            self.groups.len() - 1
        });
        &mut self.groups[place]
    }

    fn sorted(&self) -> Vec<&Group> {
        let mut groups: Vec<&Group> = self.groups.iter().collect();
        groups.sort_by_key(|group| &group.key);
        groups
    }
}

impl Group {
    fn set_apart(&mut self, mark: &Mark, at: At) {
        let Mark { code, plugin, path, reason, .. } = mark.clone();
        let same = |apart: &&mut Apart| apart.code == code && apart.plugin == plugin;
        match self.apart.iter_mut().find(same) {
            Some(apart) => apart.lines += 1,
            None => self.apart.push(Apart { code, plugin, lines: 1, path, reason, at }),
        }
    }

    fn json(&self, objects: &[Version]) -> Value {
        let apart = self.apart.iter().map(|apart| {
            let example = json!({
                "object": objects.get(apart.at.object).map(|object| &object.name),
                "line": apart.at.line,
                "path": apart.path,
                "reason": apart.reason,
            });
            json!({ "code": apart.code, "plugin": apart.plugin, "lines": apart.lines, "example": example })
        });
        json!({
            "kind": self.key.kind,
            "code": self.key.code,
            "was": self.key.was,
            "rawData": match self.key.kind.raw() {
                Raw::Record => "record",
                Raw::Row => "row",
                Raw::Unknown => "unknown",
            },
            "lines": self.lines,
            "succeed": self.on,
            "dropped": self.dropped,
            "apart": apart.collect::<Vec<_>>(),
        })
    }
}
