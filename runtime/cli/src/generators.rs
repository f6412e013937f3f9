//! What `nozzle generate` makes up: sample records, the same ones for the same seed.

mod calendar;
mod csv;
pub(crate) mod invoices;
pub(crate) mod orders;
pub(crate) mod sales;
pub(crate) mod ticks;
