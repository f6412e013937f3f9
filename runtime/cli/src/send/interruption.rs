//! Ctrl-C and SIGTERM while records are sent: the first lets a request come to its end, the second does not.

use std::fmt::{Display, Formatter};
use std::io;

use tokio::runtime::Runtime;
use tokio::sync::watch;

use crate::signals::Signals;

/// Somebody wants the process to end.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Interrupted {
    /// Its exit code: 130 for Ctrl-C, 143 for SIGTERM.
    pub(crate) code: u8,
}

impl Display for Interrupted {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str("interrupted")
    }
}

impl std::error::Error for Interrupted {}

/// The signals so far: the exit code of each.
#[derive(Debug)]
pub(super) struct Interruptions(watch::Receiver<Vec<u8>>);

impl Interruptions {
    /// Listens from now on.
    pub(super) fn listen(runtime: &Runtime) -> io::Result<Self> {
        let _inside = runtime.enter();
        let mut signals = Signals::listen()?;
        let (told, hears) = watch::channel(Vec::new());
        runtime.spawn(async move {
            loop {
                let code = signals.next().await;
                told.send_modify(|codes| codes.push(code));
            }
        });
        Ok(Self(hears))
    }

    /// Whether there was one.
    pub(super) fn check(&self) -> Result<(), Interrupted> {
        self.0.borrow().first().map_or(Ok(()), |&code| Err(Interrupted { code }))
    }

    /// Waits for the first, or for the second.
    pub(super) async fn wait(&self, times: usize) -> Interrupted {
        let mut codes = self.0.clone();
        match codes.wait_for(|codes| codes.len() >= times).await {
            Ok(codes) => Interrupted { code: codes[times - 1] },
            Err(_) => std::future::pending().await, // Nobody listens any more.
        }
    }
}
