//! Settings that can have a range.

use std::cmp::Ordering;

/// A number, or one that may be left out.
#[diagnostic::on_unimplemented(
    message = "`min` and `max` are for numbers, and `{Self}` is none",
    label = "has no range"
)]
pub trait Number {
    /// How it stands to a limit. `None` where it was left out.
    fn compare(&self, limit: f64) -> Option<Ordering>;
}

macro_rules! integers {
    ($($integer:ty),*) => {
        $(impl Number for $integer {
            #[allow(clippy::cast_lossless, clippy::cast_precision_loss, reason = "limits are small, see `Limit`")]
            fn compare(&self, limit: f64) -> Option<Ordering> {
                (*self as f64).partial_cmp(&limit)
            }
        })*
    };
}

integers!(u8, u16, u32, u64, usize, i8, i16, i32, i64, isize);

impl Number for f64 {
    fn compare(&self, limit: f64) -> Option<Ordering> {
        self.partial_cmp(&limit)
    }
}

impl Number for f32 {
    #[allow(clippy::cast_possible_truncation, reason = "a limit of 0.1 is the nearest number of this type")]
    fn compare(&self, limit: f64) -> Option<Ordering> {
        self.partial_cmp(&(limit as f32))
    }
}

impl<T: Number> Number for Option<T> {
    fn compare(&self, limit: f64) -> Option<Ordering> {
        self.as_ref()?.compare(limit)
    }
}
