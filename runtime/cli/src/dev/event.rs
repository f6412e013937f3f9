//! What happens to streams, a line each.

use std::fmt::Write as _;

use nozzle_local::{Failure, Happened, Transformed, What};
use owo_colors::OwoColorize as _;
use serde_json::{Value, json};

use crate::show::{self, plural, pretty};

/// Shows what happened. As text, an invocation and an object are a line of standard output each; why something failed, and what does
/// not work, goes to standard error.
pub(crate) fn show(happened: &Happened, json: bool) {
    // What cannot be shown has happened nevertheless.
    let _ = match &happened.what {
        _ if json => show::line(as_json(happened)),
        What::Trouble { message } => {
            anstream::eprintln!("{} {}: {message}", "trouble:".yellow(), happened.stream);
            Ok(())
        }
        // The error object that it comes to has a line.
        What::GivenUp { .. } => Ok(()),
        what => {
            let shown = show::line(format_args!("{}  {}", happened.stream.cyan(), text(what)));
            details(what);
            shown
        }
    };
}

/// Why invocations and records failed, and what plugins have logged: on standard error.
fn details(what: &What) {
    let What::Transformed(batch) = what else { return };
    for problem in &batch.problems {
        anstream::eprintln!("  {} {problem}", "invocation failed:".red());
    }
    if let Some(summary) = &batch.summary {
        show::notes(summary);
        show::counts("failed", &summary.failures);
        show::counts("dropped rows", &summary.drops);
    }
}

fn text(what: &What) -> String {
    match what {
        What::Transformed(batch) => {
            let Transformed { records, ok, dropped, failed, attempts, time, .. } = batch;
            let mut text =
                format!("{} in {}: {} ok", plural(*records as u64, "record"), pretty(*time), ok.green());
            if *dropped > 0 {
                let _ = write!(text, ", {} dropped", dropped.yellow());
            }
            for (code, n) in failed {
                let _ = write!(text, ", {} {code}", n.red());
            }
            if *attempts > 1 {
                let _ = write!(text, ", {attempts} attempts");
            }
            text
        }
        What::Delivered { object, records, bytes, errors } => {
            let object = if *errors { object.red().to_string() } else { object.green().to_string() };
            format!("-> {object}  {}, {bytes} bytes", plural(*records as u64, "record"))
        }
        What::Trouble { message } | What::GivenUp { failure: Failure { message, .. }, .. } => message.clone(),
    }
}

fn as_json(Happened { stream, what }: &Happened) -> Value {
    match what {
        What::Transformed(batch) => json!({
            "event": "transformed",
            "stream": stream,
            "records": batch.records,
            "ok": batch.ok,
            "dropped": batch.dropped,
            "failed": batch.failed,
            "attempts": batch.attempts,
            "timeNs": batch.time.as_nanos() as u64,
            "problems": batch.problems,
            "failures": batch.summary.as_ref().map(|summary| show::named(&summary.failures, "code")),
            "drops": batch.summary.as_ref().map(|summary| show::named(&summary.drops, "reason")),
        }),
        What::Delivered { object, records, bytes, errors } => json!({
            "event": "delivered",
            "stream": stream,
            "object": object,
            "records": records,
            "bytes": bytes,
            "errors": errors,
        }),
        What::GivenUp { failure, .. } => json!({
            "event": "given-up",
            "stream": stream,
            "to": failure.output.name(),
            "code": failure.code,
            "message": failure.message,
        }),
        What::Trouble { message } => json!({ "event": "trouble", "stream": stream, "message": message }),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn an_invocation_and_an_object_are_a_line_each() {
        let transformed = What::Transformed(Transformed {
            records: 4,
            ok: 2,
            dropped: 1,
            failed: [("Lambda.FunctionError".to_owned(), 1)].into(),
            attempts: 4,
            time: Duration::from_millis(12),
            problems: vec!["the process ended".to_owned()],
            ..Transformed::default()
        });
        let plain = |what| anstream::adapter::strip_str(&text(what)).to_string();
        assert_eq!(
            plain(&transformed),
            "4 records in 12ms: 2 ok, 1 dropped, 1 Lambda.FunctionError, 4 attempts"
        );
        let delivered = What::Delivered { object: "a/b".to_owned(), records: 1, bytes: 17, errors: false };
        assert_eq!(plain(&delivered), "-> a/b  1 record, 17 bytes");
        let json = as_json(&Happened { stream: "orders".to_owned(), what: transformed });
        assert_eq!(json["failed"], json!({ "Lambda.FunctionError": 1 }));
        assert_eq!(json["timeNs"], 12_000_000);
    }
}
