//! The `#[plugin]` attribute of nozzle-sdk.

mod expand;
mod input;
mod rules;

use proc_macro::TokenStream;
use proc_macro2::TokenStream as Tokens;
use quote::quote;

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
