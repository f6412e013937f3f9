//! `#[derive(Settings)]`: a struct or an enum of settings.

mod attribute;
mod help;
mod literal;
mod table;
mod words;

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::ext::IdentExt;
use syn::{Attribute, Data, DeriveInput, Fields, Result};

use crate::refuse;

pub(crate) fn settings(input: &DeriveInput) -> Result<TokenStream> {
    check_attributes(&input.attrs)?;
    if !input.generics.params.is_empty() {
        return refuse(&input.generics, "settings are not generic: nozzle.toml gives them to one plugin");
    }
    match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => table::expand(input, fields),
            Fields::Unnamed(_) | Fields::Unit => {
                refuse(&input.ident, "settings have names: give the struct named fields")
            }
        },
        Data::Enum(data) => words::expand(input, data),
        Data::Union(_) => {
            refuse(&input.ident, "`#[derive(Settings)]` stands on a struct or on an enum without fields")
        }
    }
}

/// What `#[setting(...)]` says is about one field.
fn check_attributes(attributes: &[Attribute]) -> Result<()> {
    match attributes.iter().find(|attribute| attribute.path().is_ident("setting")) {
        Some(attribute) => refuse(attribute, "`#[setting(...)]` stands on a field"),
        None => Ok(()),
    }
}

/// Implements `Setting` and serde's `Deserialize`. `kind` is one of the SDK's `Kind`; `deserialize` is a body that has a
/// `deserializer`, of the type `D`.
fn implement(name: &Ident, kind: &TokenStream, deserialize: &TokenStream) -> TokenStream {
    quote! {
        #[automatically_derived]
        impl ::nozzle_sdk::settings::Setting for #name {
            const KIND: ::nozzle_sdk::__private::settings::Kind = ::nozzle_sdk::__private::settings::Kind::#kind;
        }

        #[automatically_derived]
        impl<'de> ::nozzle_sdk::__private::Deserialize<'de> for #name {
            fn deserialize<D: ::nozzle_sdk::__private::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                #deserialize
            }
        }
    }
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
