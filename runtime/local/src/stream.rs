//! The way of a record through a stream, from its source to an object. Read it from top to bottom.

use std::io;

use crate::Arrival;
use crate::config::StreamConfig;

/// A stream at work.
#[expect(missing_debug_implementations, reason = "compiled code has nothing to show")]
pub struct Stream {
    config: StreamConfig,
    created_ms: u64,
}

impl Stream {
    /// How it is described.
    pub fn config(&self) -> &StreamConfig {
        &self.config
    }

    /// When its journal was begun, in milliseconds since 1970.
    pub fn created_ms(&self) -> u64 {
        self.created_ms
    }

    /// Its ARN, of an account that is nobody's.
    pub fn arn(&self) -> String {
        format!("arn:aws:firehose:us-east-1:{ACCOUNT}:deliverystream/{}", self.config.name)
    }

    /// Accepts records, and says how far their source has been read by then. What was accepted comes to an object, or to the error
    /// prefix, whatever becomes of this process.
    ///
    /// # Errors
    ///
    /// When the journal cannot be written: nothing was accepted.
    pub fn accept(&self, arrivals: &[Arrival], positions: &[(String, String)]) -> io::Result<()> {
        let _ = (arrivals, positions);
        unimplemented!("flow")
    }

    /// How far a source had been read when it was last accepted from.
    pub fn position(&self, source: &str) -> Option<String> {
        let _ = source;
        unimplemented!("flow")
    }

    /// Tells those who look on that something does not work and is tried again.
    pub(crate) fn trouble(&self, message: String) {
        let _ = message;
        unimplemented!("flow")
    }
}

/// The account of everything local, as AWS's own examples have it.
pub(crate) const ACCOUNT: &str = "123456789012";
