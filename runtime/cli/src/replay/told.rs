//! What is told of a run when it ends.

use serde_json::{Value, json};

use super::run::{Run, RunArgs};
use super::state::Progress;
use crate::send::Tally;
use crate::show;

/// A run that has ended, or ended early.
pub(crate) struct Told<'a> {
    pub(crate) asked: &'a RunArgs,
    pub(crate) run: &'a Run,
    pub(crate) progress: &'a Progress,
    pub(crate) tally: Tally,
    pub(crate) is_done: bool,
}

impl Told<'_> {
    /// On standard output; for people with more on standard error.
    pub(crate) fn show(&self, json: bool) -> anyhow::Result<()> {
        let report = &self.progress.report;
        if json {
            return show::line(self.json());
        }
        show::output(report.table(&self.run.objects).as_bytes())?;
        match &self.asked.out {
            Some(out) if self.progress.out_bytes > 0 => {
                anstream::eprintln!("rows are in `{}`", out.display());
            }
            Some(_) => {}
            None => self.show_sent(),
        }
        if report.apart() > 0 {
            let lines = show::plural(report.apart(), "line");
            show::note(&format!("{lines} kept apart in `{}`", show::nearer(&self.run.keep)));
        }
        if !self.is_done {
            show::note("the same command goes on behind what was done");
        }
        Ok(())
    }

    fn show_sent(&self) {
        let Tally { requests, refused, .. } = self.tally;
        let sent = show::plural(self.progress.report.sent, "record");
        let requests = show::plural(requests, "request");
        anstream::eprintln!(
            "{sent} sent to {}; of this process {requests}, {refused} refused and sent again",
            self.asked.target.shown()
        );
        self.tally.show_unsure();
    }

    fn json(&self) -> Value {
        let report = &self.progress.report;
        let mut json = report.json(&self.run.objects);
        json["done"] = self.is_done.into();
        json["sent"] = report.sent.into();
        json["kept"] = (report.apart() > 0).then(|| show::nearer(&self.run.keep).to_string()).into();
        json["requests"] = self.tally.requests.into();
        json["refused"] = self.tally.refused.into();
        json["maybeTwice"] = self.tally.unsure.into();
        json["out"] = json!(self.asked.out);
        json
    }
}
