//! What `#[setting(...)]` says of a field.

use proc_macro2::Span;
use syn::meta::ParseNestedMeta;
use syn::spanned::Spanned as _;
use syn::{Attribute, Error, Field, Result, Token};

use super::literal::{Literal, Number, Value};

/// The attribute, its parts checked against each other.
#[derive(Default)]
pub(crate) struct Setting {
    pub(crate) default: Option<Default>,
    pub(crate) min: Option<Limit>,
    pub(crate) max: Option<Limit>,
    pub(crate) redacts: bool,
}

pub(crate) enum Default {
    /// That of the type; the place is that of the word `default`.
    Empty(Span),
    Literal(Literal),
}

/// One end of a range, and where the author wrote it.
pub(crate) struct Limit {
    pub(crate) number: Number,
    pub(crate) span: Span,
}

/// From here on not every whole number is an `f64`, which is what limits are compared as.
const INEXACT: f64 = 9_007_199_254_740_992.0;

impl Setting {
    pub(crate) fn of(field: &Field) -> Result<Self> {
        let mut setting = Setting::default();
        for attribute in field.attrs.iter().filter(|attribute| attribute.path().is_ident("setting")) {
            setting.read(attribute)?;
        }
        setting.check()?;
        Ok(setting)
    }

    fn read(&mut self, attribute: &Attribute) -> Result<()> {
        attribute.parse_nested_meta(|meta| {
            let name = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
            let is_twice = match &*name {
                "default" => self.default.replace(default(&meta)?).is_some(),
                "min" => self.min.replace(limit(&meta)?).is_some(),
                "max" => self.max.replace(limit(&meta)?).is_some(),
                "redacts" => std::mem::replace(&mut self.redacts, true),
                _ => return Err(meta.error("a setting has `default`, `min`, `max` and `redacts`")),
            };
            if is_twice { Err(meta.error(format!("`{name}` is said twice"))) } else { Ok(()) }
        })
    }

    fn check(&self) -> Result<()> {
        if let (Some(min), Some(max)) = (&self.min, &self.max)
            && min.number.value > max.number.value
        {
            return Err(Error::new(max.span, "`max` is less than `min`"));
        }
        let Some((default, span)) = self.default_number() else { return Ok(()) };
        let is_below = self.min.as_ref().is_some_and(|min| default < min.number.value);
        let is_above = self.max.as_ref().is_some_and(|max| default > max.number.value);
        match is_below || is_above {
            true => Err(Error::new(span, "the default is out of the setting's range")),
            false => Ok(()),
        }
    }

    fn default_number(&self) -> Option<(f64, Span)> {
        match self.default.as_ref()? {
            Default::Empty(span) => Some((0.0, *span)),
            Default::Literal(Literal { span, value: Value::Number(number) }) => Some((number.value, *span)),
            Default::Literal(_) => None,
        }
    }
}

fn default(meta: &ParseNestedMeta<'_>) -> Result<Default> {
    match meta.input.peek(Token![=]) {
        true => Ok(Default::Literal(meta.value()?.parse()?)),
        false => Ok(Default::Empty(meta.path.span())),
    }
}

fn limit(meta: &ParseNestedMeta<'_>) -> Result<Limit> {
    let Literal { span, value } = meta.value()?.parse()?;
    match value {
        Value::Number(number) if number.value.abs() < INEXACT => Ok(Limit { number, span }),
        _ => Err(Error::new(span, "a limit is a number below 2^53 in size")),
    }
}
