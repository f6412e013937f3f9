//! The macros of nozzle-sdk: `#[plugin]` and `#[derive(Settings)]`.

mod expand;
mod input;
mod rules;
mod settings;

use proc_macro::TokenStream;
use proc_macro2::TokenStream as Tokens;
use quote::{ToTokens, quote};
use syn::{DeriveInput, Error, Result, parse_macro_input};

/// Makes a plugin of what it stands on and exports it.
///
/// It takes a function, `fn(Record) -> Result<Outcome>` or `fn(Record, &Settings) -> Result<Outcome>`, or an
/// `impl Plugin for ...`. The item stays as it is, so it can be called and tested like any other. The
/// plugin's name, version and summary are those of the package in Cargo.toml; a package holds one plugin.
#[proc_macro_attribute]
pub fn plugin(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let item = Tokens::from(item);
    match input::parse(arguments.into(), item.clone()) {
        Ok(input) => expand::plugin(&input, &item).into(),
        // The item comes out although it breaks a rule, so that nothing but the rule is reported.
        Err(error) => {
            let error = error.into_compile_error();
            quote!(#item #error).into()
        }
    }
}

/// Makes settings of a struct with named fields, or of an enum without fields.
///
/// A struct is read from a table of nozzle.toml: its names are those of the fields in kebab-case (`type_` is `type`), an unknown one is
/// refused with the nearest name as a hint, and a field without a default is required, unless it is an `Option`. It
/// implements serde's `Deserialize` (so do not derive that too) and `nozzle_sdk::settings::Setting`, from which a
/// plugin tells its JSON Schema: names, types, defaults, ranges, and the doc comments as descriptions. An enum is read
/// from one of its names in kebab-case.
///
/// A field takes `#[setting(...)]` with:
///
/// - `default = VALUE`: what it is where nozzle.toml leaves it out, written as nozzle.toml would: a number, a string (also
///   for an enum), `true`, `false`, or a list in brackets;
/// - `default`: the same with 0, `false`, an empty text, list or map, or a struct all of whose settings have a default;
/// - `min = NUMBER`, `max = NUMBER`: the range of a number, its ends within it;
/// - `redacts`: marks a setting that takes personal data out (`"x-nozzle-redacts": true`): where nozzle.toml gives it, the
///   host refuses `on_failure = "pass"`, which would deliver what could not be redacted.
#[proc_macro_derive(Settings, attributes(setting))]
pub fn derive_settings(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    settings::settings(&input).unwrap_or_else(Error::into_compile_error).into()
}

/// Says at these tokens which rule they break.
fn refuse<T>(tokens: impl ToTokens, rule: impl std::fmt::Display) -> Result<T> {
    Err(Error::new_spanned(tokens, rule))
}
