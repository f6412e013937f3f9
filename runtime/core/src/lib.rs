//! Runs Amazon Data Firehose batches through sandboxed WebAssembly plugins.
//!
//! A Firehose stream calls one Lambda function per batch. This crate is that function without the Lambda: the bytes of
//! the event go in, the bytes of the response come out, and in between each record passes through a pipeline of plugins.
//!
//! ```no_run
//! use nozzle_runtime::{Config, Origin, Transform};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let config = Config::load("nozzle.toml".as_ref())?;
//! let transform = Transform::load(&config, Origin::Artefacts)?;
//! let event = std::fs::read("event.json")?;
//! let batch = transform.run(&event, None)?;
//! println!("{}", String::from_utf8_lossy(&batch.response));
//! # Ok(())
//! # }
//! ```
//!
//! What happens to a batch stands in [`transform`], from top to bottom. A record that cannot be transformed is a
//! [`Failure`], a value, and goes back as `ProcessingFailed`; an [`InvocationError`] means that no answer can be trusted.

pub mod artefact;
#[cfg(feature = "compile")]
mod cache;
#[cfg(feature = "compile")]
mod component;
pub mod config;
mod deadline;
mod engine;
pub mod environment;
mod error;
#[cfg(feature = "compile")]
mod file;
pub mod firehose;
mod host;
mod identity;
mod instance;
pub mod limits;
mod mask;
#[cfg(feature = "measure")]
mod measure;
mod nearest;
mod outcome;
mod panic;
mod pipeline;
mod plugin;
#[cfg(feature = "compile")]
mod ready;
pub mod self_test;
mod start;
mod supply;
pub mod tables;
mod target;
pub mod telemetry;
pub mod transform;
mod trap;

pub use artefact::Origin;
pub use config::Config;
pub use error::{ConfigError, InvocationError, StartError, one_line};
pub use identity::{Identity, LINE as CONTRACT_LINE};
pub use limits::Limits;
#[cfg(feature = "measure")]
pub use measure::{Usage, Watch};
pub use nearest::nearest;
pub use outcome::{Answer, Delivery, Failure, Operation, Route, Trap};
pub use plugin::{Description, is_kebab};
pub use start::StartTimes;
pub use target::Target;
pub use telemetry::Summary;
pub use transform::{Batch, Seen, Transform};
#[cfg(feature = "compile")]
pub use {
    cache::cache_folder,
    component::component_bytes,
    file::write_whole,
    plugin::{inspect, inspect_plugin},
    ready::{Ready, ReadyPlugin, ReadyTable},
};
