//! An enum of names.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use syn::{DataEnum, DeriveInput, Fields, Result, Variant};

use super::{check_attributes, help::help, implement, kebab};
use crate::refuse;

pub(crate) fn expand(input: &DeriveInput, data: &DataEnum) -> Result<TokenStream> {
    data.variants.iter().try_for_each(check)?;
    let Some(last) = data.variants.last().map(|variant| &variant.ident) else {
        return refuse(&input.ident, "an enum of settings has names to choose from");
    };
    let name = &input.ident;
    let words = data.variants.iter().map(word);
    let variants = data.variants.iter().map(|variant| &variant.ident);
    let indices = (0..data.variants.len() - 1).map(Literal::usize_unsuffixed);
    let arms = indices.zip(variants).map(|(index, variant)| quote!(#index => #name::#variant,));
    let deserialize = quote! {
        let words = <Self as ::nozzle_sdk::settings::Setting>::KIND.words();
        ::core::result::Result::Ok(match ::nozzle_sdk::__private::settings::read_word(deserializer, words)? {
            #(#arms)*
            _ => #name::#last,
        })
    };
    Ok(implement(name, &quote!(Word(&[#(#words),*])), &deserialize))
}

fn check(variant: &Variant) -> Result<()> {
    check_attributes(&variant.attrs)?;
    match variant.fields {
        Fields::Unit => Ok(()),
        Fields::Named(_) | Fields::Unnamed(_) => refuse(
            &variant.fields,
            "a name of an enum of settings has no fields: nozzle.toml says the name alone",
        ),
    }
}

/// The `Word` of the SDK.
fn word(variant: &Variant) -> TokenStream {
    let (name, help) = (kebab(&variant.ident), help(&variant.attrs));
    quote!(::nozzle_sdk::__private::settings::Word { name: #name, help: #help })
}
