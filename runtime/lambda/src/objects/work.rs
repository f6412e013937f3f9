//! Objects brought to their end, one after the other.

use std::collections::BTreeMap;
use std::panic::resume_unwind;
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::Instant;

use lambda_runtime::Diagnostic;
use nozzle_objects::bulk::{Bulk, BulkError, Done, Output};
use nozzle_objects::{Plan, Source};
use nozzle_runtime::config::ObjectsConfig;
use nozzle_runtime::{Config, Transform};
use serde::Serialize;

use super::event::Named;
use super::{not_configured, refused};
use crate::log::{self, Ids};
use crate::{chain, first_few, one_line};

/// Which part of an invocation's time is kept back for the slice that is under way: Lambda kills what takes longer, and a slice
/// that was killed begins anew.
const KEPT_BACK: u32 = 4;

/// What answers events that name objects.
pub(crate) struct Objects<'a> {
    config: Option<&'a ObjectsConfig>,
    transform: &'a Arc<Transform>,
    /// Since the first such event: a function that serves a stream alone pays nothing for it.
    opened: OnceLock<Opened>,
}

struct Opened {
    plan: Plan,
    source: Source,
    bulk: Bulk,
}

/// What became of an object.
enum End {
    Done(Done),
    PassedOver(&'static str),
    Failed(String),
}

impl<'a> Objects<'a> {
    /// Opens nothing yet.
    pub(crate) fn new(config: Option<&'a ObjectsConfig>, transform: &'a Arc<Transform>) -> Self {
        Self { config, transform, opened: OnceLock::new() }
    }

    /// Brings each object to its end. What fails does not keep the others back; it fails the invocation then, so that it is tried
    /// again, and goes on where it stopped.
    pub(crate) fn answer(
        &self,
        named: &[Named],
        ids: Ids<'_>,
        deadline: Instant,
    ) -> Result<Vec<u8>, Diagnostic> {
        let config = self.config.ok_or_else(|| not_configured(ids))?;
        let now = Instant::now();
        let until = deadline - deadline.saturating_duration_since(now) / KEPT_BACK;
        // On a thread of its own: it waits, which nothing may within an asynchronous task.
        let ended = thread::scope(|scope| {
            let all = scope.spawn(|| self.all(config, named, ids, until));
            all.join().unwrap_or_else(|panic| resume_unwind(panic))
        });
        let ended = ended.map_err(|problem| refused(ids, FAILED, problem))?;
        if let Some((code, problem)) = trouble(&ended) {
            return Err(refused(ids, code, problem));
        }
        serde_json::to_vec(&Report::of(&ended)).map_err(|error| refused(ids, FAILED, error.to_string()))
    }

    fn all(
        &self,
        config: &ObjectsConfig,
        named: &[Named],
        ids: Ids<'_>,
        until: Instant,
    ) -> Result<Vec<(String, End)>, String> {
        let opened = self.opened(config)?;
        let one = |named: &Named| {
            let name = format!("s3://{}/{}", named.bucket, named.key);
            let (begun, end) = (Instant::now(), opened.one(named, &name, until));
            match &end {
                End::Done(done) => log::objects::done(ids, &name, done, begun.elapsed()),
                End::PassedOver(reason) => log::objects::passed_over(ids, &name, reason),
                End::Failed(error) => log::objects::failed(ids, &name, error),
            }
            (name, end)
        };
        Ok(named.iter().map(one).collect())
    }

    fn opened(&self, config: &ObjectsConfig) -> Result<&Opened, String> {
        match self.opened.get() {
            Some(opened) => Ok(opened),
            None => {
                let opened = Opened::of(config, self.transform)?;
                Ok(self.opened.get_or_init(|| opened))
            }
        }
    }
}

impl Opened {
    fn of(config: &ObjectsConfig, transform: &Arc<Transform>) -> Result<Self, String> {
        let plan = plan(config)?;
        let output = Output {
            to: plan.to.clone(),
            prefix: plan.prefix.clone(),
            parquet: plan.parquet.clone(),
            ask: None,
            // As many as the function's memory buys.
            threads: thread::available_parallelism().map_or(1, Into::into),
        };
        let source = Source::new().map_err(|error| chain(&error))?;
        let bulk = Bulk::open(Arc::clone(transform), output).map_err(|error| chain(&error))?;
        Ok(Self { plan, source, bulk })
    }

    fn one(&self, named: &Named, name: &str, until: Instant) -> End {
        if let Some(reason) = self.passed_over(named, name) {
            return End::PassedOver(reason);
        }
        let run = || -> Result<Done, BulkError> {
            let object = self.source.object(name)?;
            self.bulk.run(&self.source, &object, self.plan.format, Some(until), &|_| {})
        };
        run().map_or_else(|error| End::Failed(chain(&error)), End::Done)
    }

    /// Why nothing is done with an object: the same that a listing leaves out, and what this function has put itself.
    fn passed_over(&self, named: &Named, name: &str) -> Option<&'static str> {
        let file = named.key.rsplit('/').next().unwrap_or_default();
        if !named.created {
            Some("the event is not that of an object that has come to be")
        } else if self.plan.puts(name) {
            Some("it is below `to` of `[objects]`")
        } else if file.is_empty() || file.starts_with(['.', '_']) {
            Some("its name is that of a folder, or begins with `.` or `_`")
        } else {
            None
        }
    }
}

/// What is wrong with the settings: for the self-test, which opens no object.
pub(crate) fn check(config: &Config) -> Result<(), String> {
    config.objects.as_ref().map_or(Ok(()), |objects| plan(objects).map(drop))
}

fn plan(config: &ObjectsConfig) -> Result<Plan, String> {
    Plan::of(config).map_err(|problem| one_line(&problem))
}

/// What Lambda's `errorType` says: what failed may fail again; what ran out of time goes on when the event comes again.
const FAILED: &str = "objects.failed";
const INCOMPLETE: &str = "objects.incomplete";

/// Why the event has to come again, if it has to.
fn trouble(ended: &[(String, End)]) -> Option<(&'static str, String)> {
    let failed = ended.iter().filter_map(|(name, end)| match end {
        End::Failed(error) => Some(format!("`{name}`: {error}")),
        End::Done(_) | End::PassedOver(_) => None,
    });
    let incomplete = ended.iter().filter_map(|(name, end)| match end {
        End::Done(done) if !done.complete => Some(format!("`{name}`")),
        End::Done(_) | End::PassedOver(_) | End::Failed(_) => None,
    });
    let told = |which: Vec<String>, what: &str| {
        let problem = || format!("{} of {} objects {what}: {}", which.len(), ended.len(), first_few(&which));
        (!which.is_empty()).then(problem)
    };
    let failed = told(failed.collect(), "failed").map(|problem| (FAILED, problem));
    failed.or_else(|| {
        let problem = told(incomplete.collect(), "are not at their end, for want of time")?;
        Some((INCOMPLETE, format!("{problem}; hint: the same event goes on where this one has stopped")))
    })
}

/// The answer.
#[derive(Serialize)]
struct Report<'a> {
    nozzle: &'static str,
    objects: Vec<Entry<'a>>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Entry<'a> {
    Done {
        object: &'a str,
        records: u64,
        rows: u64,
        dropped: u64,
        /// By code.
        failed: &'a BTreeMap<String, u64>,
        /// How many: the done notes name them, and Step Functions takes no more than 256 KiB.
        objects: usize,
        complete: bool,
    },
    PassedOver {
        object: &'a str,
        passed_over: &'a str,
    },
}

impl<'a> Report<'a> {
    fn of(ended: &'a [(String, End)]) -> Self {
        let entry = |(object, end): &'a (String, End)| match end {
            End::Done(Done { total, complete }) => Some(Entry::Done {
                object,
                records: total.records,
                rows: total.rows,
                dropped: total.dropped,
                failed: &total.failed,
                objects: total.objects.len(),
                complete: *complete,
            }),
            End::PassedOver(reason) => Some(Entry::PassedOver { object, passed_over: reason }),
            // The invocation has failed.
            End::Failed(_) => None,
        };
        Self { nozzle: "objects", objects: ended.iter().filter_map(entry).collect() }
    }
}
