//! `#[derive(Settings)]`: a struct or an enum of settings.

mod attribute;
mod help;
mod literal;
mod table;
mod words;

use proc_macro2::{Ident, TokenStream};
use syn::ext::IdentExt;
use syn::{Data, DeriveInput, Error, Fields, Result};

pub(crate) fn settings(input: &DeriveInput) -> Result<TokenStream> {
    check_attributes(input)?;
    if !input.generics.params.is_empty() {
        return Err(Error::new_spanned(
            &input.generics,
            "settings are not generic: nozzle.toml gives them to one plugin",
        ));
    }
    match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => table::expand(input, fields),
            Fields::Unnamed(_) | Fields::Unit => {
                refuse(input, "settings have names: give the struct named fields")
            }
        },
        Data::Enum(data) => words::expand(input, data),
        Data::Union(_) => {
            refuse(input, "`#[derive(Settings)]` stands on a struct or on an enum without fields")
        }
    }
}

/// What `#[setting(...)]` says is about one field.
fn check_attributes(input: &DeriveInput) -> Result<()> {
    match input.attrs.iter().find(|attribute| attribute.path().is_ident("setting")) {
        Some(attribute) => Err(Error::new_spanned(attribute, "`#[setting(...)]` stands on a field")),
        None => Ok(()),
    }
}

fn refuse<T>(input: &DeriveInput, rule: &str) -> Result<T> {
    Err(Error::new_spanned(&input.ident, rule))
}

/// `drop_columns` and `DropColumns` as nozzle.toml writes them: `drop-columns`. An underscore at the end is there for the sake
/// of Rust, as in `type_`.
fn kebab(name: &Ident) -> String {
    let mut kebab = String::new();
    for c in name.unraw().to_string().trim_end_matches('_').chars() {
        if c.is_uppercase() && !kebab.is_empty() {
            kebab.push('-');
        }
        kebab.extend(if c == '_' { '-' } else { c }.to_lowercase());
    }
    kebab
}
