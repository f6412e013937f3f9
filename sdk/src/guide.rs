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

// The pages are read in the repository too, where their links lead to files. Of two definitions of a link the first one counts: here,
// that is the one before the page.

#[doc = "[`Record`]: crate::Record"]
#[doc = "[`Outcome`]: crate::Outcome"]
#[doc = "[`json::Object`]: crate::json::Object"]
#[doc = "[settings]: crate::guide::settings"]
#[doc = ""]
#[doc = include_str!("../guide/first_plugin.md")]
pub mod first_plugin {}

#[doc = "[`Settings`]: macro@crate::Settings"]
#[doc = "[tables]: crate::guide::tables"]
#[doc = ""]
#[doc = include_str!("../guide/settings.md")]
pub mod settings {}

#[doc = "[testing]: crate::guide::testing"]
#[doc = ""]
#[doc = include_str!("../guide/tables.md")]
pub mod tables {}

#[doc = "[`testing::Host`]: crate::testing::Host"]
#[doc = "[`testing`]: crate::testing"]
#[doc = "[failures]: crate::guide::failures"]
#[doc = ""]
#[doc = include_str!("../guide/testing.md")]
pub mod testing {}

#[doc = "[`Failure::new`]: crate::Failure::new"]
#[doc = "[performance]: crate::guide::performance"]
#[doc = ""]
#[doc = include_str!("../guide/failures.md")]
pub mod failures {}

#[doc = "[`json::Object`]: crate::json::Object"]
#[doc = "[`json::Scanner`]: crate::json::Scanner"]
#[doc = "[deploying]: crate::guide::deploying"]
#[doc = ""]
#[doc = include_str!("../guide/performance.md")]
pub mod performance {}

#[doc = "[upgrading]: crate::guide::upgrading"]
#[doc = ""]
#[doc = include_str!("../guide/deploying.md")]
pub mod deploying {}

#[doc = include_str!("../guide/upgrading.md")]
pub mod upgrading {}
