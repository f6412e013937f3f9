//! What `nozzle generate` makes up: sample records, the same ones for the same seed.

mod calendar;
mod csv;
pub(crate) mod invoices;
pub(crate) mod orders;
pub(crate) mod sales;
pub(crate) mod ticks;

use oorandom::Rand64;

/// One of all, each as likely as the others.
fn any<'t, T>(random: &mut Rand64, all: &'t [T]) -> &'t T {
    &all[random.rand_range(0..all.len() as u64) as usize]
}
