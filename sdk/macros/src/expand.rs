//! The code that exports a plugin.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use crate::input::Input;

/// The item as it was, and what exports it.
pub(crate) fn plugin(input: &Input, item: &TokenStream) -> TokenStream {
    let glue = glue(input);
    match input {
        Input::Type(_) => quote!(#item #glue),
        Input::Function(_) | Input::FunctionWithSettings(..) => quote! {
            #[allow(
                clippy::needless_pass_by_value,
                clippy::unnecessary_wraps,
                reason = "a plugin is given the record, and may fail"
            )]
            // A report of a trap names it: within the SDK's glue nothing would say whose code it was.
            #[cfg_attr(target_family = "wasm", inline(never))]
            #item
            #glue
        },
    }
}

/// Calls into the SDK and nothing else: what is quoted here is not type-checked before somebody uses it.
fn glue(input: &Input) -> TokenStream {
    let definition = definition(input);
    quote! {
        #[cfg(target_family = "wasm")]
        #[allow(dead_code, non_upper_case_globals, reason = "a second one is told by this name")]
        const a_crate_has_one_plugin: () = ();

        const _: () = {
            struct Exported;

            impl ::nozzle_sdk::__private::Export for Exported {
                const DEFINITION: ::nozzle_sdk::__private::Definition = {
                    let package = ::nozzle_sdk::__private::Package {
                        name: ::core::env!("CARGO_PKG_NAME"),
                        version: ::core::env!("CARGO_PKG_VERSION"),
                        description: ::core::env!("CARGO_PKG_DESCRIPTION"),
                    };
                    #definition
                };
            }

            // Whatever the target: natively nothing else uses the plugin, and it would be told to be dead code.
            const _: ::nozzle_sdk::__private::Definition =
                <Exported as ::nozzle_sdk::__private::Export>::DEFINITION;

            #[cfg(target_family = "wasm")]
            ::nozzle_sdk::__private::bindings::export!(
                Exported with_types_in ::nozzle_sdk::__private::bindings
            );
        };
    }
}

/// Spanned where the author wrote it, so that what does not fit is reported there.
fn definition(input: &Input) -> TokenStream {
    match input {
        Input::Function(name) => {
            let configure = configure(name, &quote!(Plain));
            quote!(::nozzle_sdk::__private::Definition::of_function(package, #configure))
        }
        Input::FunctionWithSettings(name, settings) => {
            let (schema, configure) =
                (schema(&quote!(OfSettings::<#settings>)), configure(name, &quote!(WithSettings<_>)));
            quote!(::nozzle_sdk::__private::Definition::of_function_with_settings(package, #schema, #configure))
        }
        Input::Type(plugin) => {
            let schema = schema(&quote!(OfPlugin::<#plugin>));
            quote_spanned! {plugin.span()=>
                ::nozzle_sdk::__private::Definition::of_type::<#plugin>(package, #schema)
            }
        }
    }
}

/// Asks the settings' type for its schema, if it tells one.
fn schema(probe: &TokenStream) -> TokenStream {
    quote!(|| {
        use ::nozzle_sdk::__private::{Described as _, Undescribed as _};
        (&::nozzle_sdk::__private::#probe(::core::marker::PhantomData)).schema()
    })
}

fn configure(name: &Ident, kind: &TokenStream) -> TokenStream {
    quote_spanned! {name.span()=> |config| {
        ::nozzle_sdk::__private::configure_function::<::nozzle_sdk::__private::#kind, _>(config, #name)
    }}
}
