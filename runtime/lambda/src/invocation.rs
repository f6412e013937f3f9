//! One invocation, from the event's bytes to the response's bytes.
//!
//! `lambda_runtime` would read the event as JSON into a value, and write the response from one: each is checked once more, and
//! copied. It lets a layer take the place of what does that, so here the transform reads the bytes that came, and the bytes that
//! it wrote are sent. Polling, context and the HTTP client stay with the crate.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::{self, Poll};

use lambda_runtime::streaming::Body;
use lambda_runtime::tower::{Layer, Service};
use lambda_runtime::{BoxFuture, Context, Diagnostic, Error, LambdaInvocation};
use lambda_runtime_api_client::{BoxError, PooledClient, build_request};

/// By this the Runtime API tells a stale answer. It goes back as it came.
const INVOCATION_ID: &str = "lambda-runtime-invocation-id";

/// Answers invocations by a function of the event's bytes.
pub(crate) struct Answering<F> {
    answer: Arc<F>,
    client: Arc<PooledClient>,
}

impl<F> Answering<F>
where
    F: Fn(&[u8], &Context) -> Result<Vec<u8>, Diagnostic>,
{
    pub(crate) fn by(answer: F) -> Self {
        Self { answer: Arc::new(answer), client: Arc::new(PooledClient::builder().build()) }
    }

    /// Answers, and gives what is to be sent and where to: `response` or `error`.
    fn answer(&self, invocation: &LambdaInvocation) -> Result<(&'static str, Vec<u8>), Error> {
        let LambdaInvocation { body, context, .. } = invocation;
        let answered = catch_unwind(AssertUnwindSafe(|| (self.answer)(body, context)));
        match answered.unwrap_or_else(|_| Err(panicked())) {
            Ok(response) => Ok(("response", response)),
            Err(problem) => Ok(("error", serde_json::to_vec(&problem)?)),
        }
    }

    /// Sends an answer, which is on its way when the future is polled.
    fn send(&self, invocation: &LambdaInvocation) -> Result<BoxFuture<'static, Result<(), Error>>, Error> {
        let (kind, body) = self.answer(invocation)?;
        let path = format!("/2018-06-01/runtime/invocation/{}/{kind}", invocation.context.request_id);
        let mut request = build_request().method("POST").uri(path);
        if kind == "error" {
            request = request.header("lambda-runtime-function-error-type", "unhandled");
        }
        if let Some(id) = invocation.parts.headers.get(INVOCATION_ID) {
            request = request.header(INVOCATION_ID, id);
        }
        let sent = self.client.call(request.body(Body::from(body))?);
        Ok(Box::pin(async move {
            let status = sent.await?.status();
            if !status.is_success() {
                tracing::error!(%status, "the Lambda Runtime API refused the answer");
            }
            Ok(())
        }))
    }
}

/// Takes the place of the crate's own service.
impl<S, F> Layer<S> for Answering<F> {
    type Service = Self;

    fn layer(&self, _: S) -> Self {
        Self { answer: self.answer.clone(), client: self.client.clone() }
    }
}

impl<F> Service<LambdaInvocation> for Answering<F>
where
    F: Fn(&[u8], &Context) -> Result<Vec<u8>, Diagnostic>,
{
    type Response = ();
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<(), BoxError>>;

    fn poll_ready(&mut self, _: &mut task::Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, invocation: LambdaInvocation) -> Self::Future {
        self.send(&invocation).unwrap_or_else(|error| Box::pin(std::future::ready(Err(error))))
    }
}

/// A defect of this program. The panic itself stands in the log.
fn panicked() -> Diagnostic {
    Diagnostic {
        error_type: "invocation.panic".to_owned(),
        error_message: "nozzle panicked; its log has the place".to_owned(),
    }
}
