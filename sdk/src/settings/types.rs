//! What settings are made of.

use std::collections::BTreeMap;

use super::{Kind, Ordered, Setting};

impl Setting for bool {
    const KIND: Kind = Kind::Flag;
}

impl Setting for String {
    const KIND: Kind = Kind::Text;
}

impl Setting for f32 {
    const KIND: Kind = Kind::Number;
}

impl Setting for f64 {
    const KIND: Kind = Kind::Number;
}

macro_rules! integers {
    ($($integer:ty),*) => {
        $(impl Setting for $integer {
            #[allow(clippy::cast_lossless, clippy::cast_sign_loss, reason = "a constant has no `From`, and MAX no sign")]
            const KIND: Kind = Kind::Integer { least: <$integer>::MIN as i64, most: <$integer>::MAX as u64 };
        })*
    };
}

integers!(u8, u16, u32, u64, usize, i8, i16, i32, i64, isize);

impl<T: Setting> Setting for Option<T> {
    const KIND: Kind = Kind::Optional(&T::KIND);
}

impl<T: Setting> Setting for Vec<T> {
    const KIND: Kind = Kind::List(&T::KIND);
}

impl<T: Setting> Setting for BTreeMap<String, T> {
    const KIND: Kind = Kind::Map(&T::KIND);
}

impl<T: Setting> Setting for Ordered<T> {
    const KIND: Kind = Kind::Map(&T::KIND);
}
