//! What `#[plugin]` stands on.

use proc_macro2::TokenStream;
use syn::{Ident, Item, Result, Type};

use crate::{refuse, rules};

/// An item that follows the rules.
pub(crate) enum Input {
    /// A function that takes a record alone.
    Function(Ident),
    /// A function that takes a record and its settings, which are of this type.
    FunctionWithSettings(Ident, Box<Type>),
    /// An implementation of `Plugin` for this type.
    Type(Box<Type>),
}

pub(crate) fn parse(arguments: TokenStream, item: TokenStream) -> Result<Input> {
    if !arguments.is_empty() {
        return refuse(arguments, "`#[plugin]` takes no arguments: settings come from nozzle.toml");
    }
    match syn::parse2(item)? {
        Item::Fn(function) => {
            let settings = rules::check_function(&function)?.cloned();
            let name = function.sig.ident;
            Ok(match settings {
                Some(settings) => Input::FunctionWithSettings(name, Box::new(settings)),
                None => Input::Function(name),
            })
        }
        Item::Impl(implementation) => {
            rules::check_impl(&implementation)?;
            Ok(Input::Type(implementation.self_ty))
        }
        other => refuse(other, "`#[plugin]` stands on a function or on `impl Plugin for ...`"),
    }
}
