//! Settings that can have a range.

/// A number, or one that may be left out.
#[diagnostic::on_unimplemented(
    message = "`min` and `max` are for numbers, and `{Self}` is none",
    label = "has no range"
)]
pub trait Number {
    /// The number, rounded to the nearest `f64`. `None` where it was left out.
    fn number(&self) -> Option<f64>;
}

macro_rules! numbers {
    ($($number:ty),*) => {
        $(impl Number for $number {
            #[allow(clippy::cast_lossless, clippy::cast_precision_loss, reason = "limits are exact, see `Limit`")]
            fn number(&self) -> Option<f64> {
                Some(*self as f64)
            }
        })*
    };
}

numbers!(u8, u16, u32, u64, usize, i8, i16, i32, i64, isize, f32, f64);

impl<T: Number> Number for Option<T> {
    fn number(&self) -> Option<f64> {
        self.as_ref()?.number()
    }
}
