//! The schema of what a pipeline delivers: inferred from a sample, written as catalogues take it, held against theirs.

mod athena;
mod catalogue;
mod compare;
mod form;
mod glue;
mod iceberg;
mod infer;
mod redshift;
mod sample;
mod values;

pub(crate) use catalogue::CatalogueTable;
pub(crate) use compare::{Comparison, Delivered, Difference};
pub(crate) use form::{Form, Target, schema_file};
pub(crate) use infer::{Inferred, infer};
pub(crate) use sample::{Growth, Sample};
