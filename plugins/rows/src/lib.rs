//! What the ready plugins share: the columns of rows and changes, what they hold, rules about them, and schemas.

mod change;
mod column;
mod columns;
mod constant;
mod events;
mod fact;
pub mod flat;
mod row_filter;
mod rule;
mod scalar;
pub mod schema;
mod selection;
mod setting;
mod unchanged;

pub use change::{deleted_data, parts, reader, write_back};
pub use column::{ColumnType, mistyped};
pub use columns::{Columns, Part};
pub use constant::Constant;
pub use events::{EventFilter, Fate, NO_BEFORE_IMAGE, RawEvents};
pub use fact::{Fact, Origin};
pub use row_filter::RowFilter;
pub use rule::{NO_IMAGE, RawRule, Rule};
pub use scalar::Scalar;
pub use selection::Selection;
pub use setting::refused;
