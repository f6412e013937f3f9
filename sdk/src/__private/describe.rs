//! The schema of settings, where their type tells one.
//!
//! Which types do is found by method resolution: `(&probe).schema()` is that of [`Described`] where its bounds hold, and
//! else that of [`Undescribed`], which takes one reference more.

use std::marker::PhantomData;

use crate::Plugin;
use crate::settings::{self, Setting};

/// The settings of a plugin that is a function.
#[derive(Debug)]
pub struct OfSettings<S: ?Sized>(pub PhantomData<S>);

/// The settings of a plugin that is a type.
#[derive(Debug)]
pub struct OfPlugin<P: ?Sized>(pub PhantomData<P>);

/// Settings that say themselves what they are.
pub trait Described {
    /// JSON Schema.
    fn schema(&self) -> Option<String>;
}

impl<S: Setting> Described for OfSettings<S> {
    fn schema(&self) -> Option<String> {
        Some(settings::schema::<S>())
    }
}

impl<P: Plugin<Settings: Setting>> Described for OfPlugin<P> {
    fn schema(&self) -> Option<String> {
        Some(settings::schema::<P::Settings>())
    }
}

/// Settings that are read by serde alone.
pub trait Undescribed {
    /// None.
    fn schema(&self) -> Option<String>;
}

impl<T> Undescribed for &T {
    fn schema(&self) -> Option<String> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_types_that_tell_their_schema_are_asked() {
        let told = &OfSettings::<String>(PhantomData);
        assert!(told.schema().unwrap().ends_with(r#""type":"string"}"#));
        let silent = &OfSettings::<serde_json::Value>(PhantomData);
        assert_eq!(silent.schema(), None);
        let no_plugin = &OfPlugin::<str>(PhantomData);
        assert_eq!(no_plugin.schema(), None);
    }
}
