//! From nothing to a deployed plugin, a page a step.
//!
//! 1. [Your first plugin](first_plugin): three commands, and what they made
//! 2. [Settings](settings), with defaults, ranges and help texts
//! 3. [Reference tables](tables)
//! 4. [Testing](testing): cases, fuel, and the answers of a function that is to be replaced
//! 5. [What fails, and what that costs](failures)
//! 6. [Performance](performance)
//! 7. [Deploying](deploying)
//! 8. [Upgrading](upgrading)
//!
//! The pages build on each other. Every command and every file in them is run, page by page, by a test of Nozzle.

#[doc = include_str!("../guide/first_plugin.md")]
pub mod first_plugin {}

#[doc = include_str!("../guide/settings.md")]
pub mod settings {}

#[doc = include_str!("../guide/tables.md")]
pub mod tables {}

#[doc = include_str!("../guide/testing.md")]
pub mod testing {}

#[doc = include_str!("../guide/failures.md")]
pub mod failures {}

#[doc = include_str!("../guide/performance.md")]
pub mod performance {}

#[doc = include_str!("../guide/deploying.md")]
pub mod deploying {}

#[doc = include_str!("../guide/upgrading.md")]
pub mod upgrading {}
