//! The shards of a stream, and which of them may be read: a shard's records come behind those of the shards that it was made of.

use nozzle_aws::kinesis::Shard;

/// A shard that is read.
#[derive(Debug)]
pub(super) struct Reading {
    /// Which one it is.
    pub(super) shard: Shard,
    /// Where its next records are asked for. None before the first time.
    pub(super) iterator: Option<String>,
    /// It was split or merged, and nothing of it is left to read.
    pub(super) ended: bool,
}

/// The shards of a stream.
#[derive(Debug, Default)]
pub(super) struct Shards {
    all: Vec<Reading>,
}

impl Shards {
    /// Takes over a new list. What is on it no more is past its retention, and what is known is read on.
    pub(super) fn update(&mut self, listed: Vec<Shard>) {
        let mut known = std::mem::take(&mut self.all);
        self.all.extend(listed.into_iter().map(|shard| {
            let place = known.iter().position(|reading| reading.shard == shard);
            let new = |shard| Reading { shard, iterator: None, ended: false };
            place.map_or_else(|| new(shard), |place| known.swap_remove(place))
        }));
    }

    /// Those that may be read now: they have not ended, and each of their parents has, or is not there any more.
    pub(super) fn readable(&mut self) -> impl Iterator<Item = &mut Reading> {
        let unread = self.all.iter().filter(|reading| !reading.ended);
        let unread: Vec<_> = unread.map(|reading| reading.shard.shard_id.clone()).collect();
        let may_be_read = move |reading: &&mut Reading| {
            !reading.ended && !reading.shard.parents().any(|parent| unread.iter().any(|id| id == parent))
        };
        self.all.iter_mut().filter(may_be_read)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn shard(id: &str, parents: [Option<&str>; 2]) -> Shard {
        shard_since("1", id, parents)
    }

    fn shard_since(begin: &str, id: &str, parents: [Option<&str>; 2]) -> Shard {
        let [parent, adjacent] = parents.map(Value::from);
        let begin = json!({ "StartingSequenceNumber": begin });
        let listed = json!({
            "ShardId": id,
            "ParentShardId": parent,
            "AdjacentParentShardId": adjacent,
            "SequenceNumberRange": begin,
        });
        serde_json::from_value(listed).unwrap()
    }

    fn readable(shards: &mut Shards) -> Vec<String> {
        shards.readable().map(|reading| reading.shard.shard_id.clone()).collect()
    }

    fn end(shards: &mut Shards, id: &str) {
        shards.readable().find(|reading| reading.shard.shard_id == id).unwrap().ended = true;
    }

    #[test]
    fn parents_are_read_before_their_children() {
        let mut shards = Shards::default();
        shards.update(vec![
            shard("c", [Some("a"), Some("b")]),
            shard("a", [None, None]),
            shard("b", [Some("gone"), None]),
            shard("d", [Some("c"), None]),
        ]);
        assert_eq!(readable(&mut shards), ["a", "b"]);
        end(&mut shards, "a");
        assert_eq!(readable(&mut shards), ["b"]);
        end(&mut shards, "b");
        assert_eq!(readable(&mut shards), ["c"]);
    }

    #[test]
    fn what_is_known_is_read_on_after_a_new_list() {
        let mut shards = Shards::default();
        shards.update(vec![shard("a", [None, None]), shard("b", [None, None])]);
        end(&mut shards, "a");
        shards.readable().next().unwrap().iterator = Some("there".to_owned());
        shards.update(vec![
            shard("a", [None, None]),
            shard("b", [None, None]),
            shard("c", [Some("a"), None]),
        ]);
        assert_eq!(readable(&mut shards), ["b", "c"]);
        assert_eq!(shards.readable().next().unwrap().iterator.as_deref(), Some("there"));
    }

    #[test]
    fn a_shard_of_a_stream_that_was_made_anew_is_another_one() {
        let mut shards = Shards::default();
        shards.update(vec![shard("a", [None, None])]);
        end(&mut shards, "a");
        shards.update(vec![shard_since("2", "a", [None, None])]);
        assert_eq!(readable(&mut shards), ["a"]);
    }
}
