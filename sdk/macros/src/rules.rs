//! What an item must look like. Whether its types fit is left to the compiler, which knows them.

use syn::{FnArg, Generics, ItemFn, ItemImpl, Result, ReturnType, Safety, Signature, Type};

use crate::refuse;

const SIGNATURES: &str = "`fn(Record) -> Result<Outcome>` or `fn(Record, &Settings) -> Result<Outcome>`";

/// Gives the type of the settings, where the function takes any.
pub(crate) fn check_function(function: &ItemFn) -> Result<Option<&Type>> {
    let signature = &function.sig;
    check_qualifiers(signature)?;
    check_generics(&signature.generics)?;
    let settings = check_parameters(signature)?;
    match &signature.output {
        ReturnType::Type(..) => Ok(settings),
        ReturnType::Default => {
            refuse(&signature.ident, format!("a plugin function returns its outcome: it is {SIGNATURES}"))
        }
    }
}

pub(crate) fn check_impl(implementation: &ItemImpl) -> Result<()> {
    if implementation.trait_.is_none() {
        return refuse(
            &implementation.self_ty,
            "`#[plugin]` stands on `impl Plugin for ...`, not on inherent methods",
        );
    }
    check_generics(&implementation.generics)
}

fn check_qualifiers(signature: &Signature) -> Result<()> {
    if let Some(token) = &signature.asyncness {
        return refuse(token, "a plugin function is not `async`: it has nothing to wait for");
    }
    if let Safety::Unsafe(token) = &signature.safety {
        return refuse(token, "a plugin function is not `unsafe`");
    }
    if let Some(abi) = &signature.abi {
        return refuse(abi, "a plugin function has no ABI of its own: `#[plugin]` exports it");
    }
    Ok(())
}

fn check_generics(generics: &Generics) -> Result<()> {
    if generics.params.is_empty() {
        return Ok(());
    }
    refuse(&generics.params, "a plugin is not generic: the host calls one of its kind")
}

fn check_parameters(signature: &Signature) -> Result<Option<&Type>> {
    if let Some(receiver) = signature.receiver() {
        return refuse(receiver, "a plugin function has no `self`: implement `Plugin` for the type instead");
    }
    let parameters: Vec<&FnArg> = signature.inputs.iter().collect();
    match parameters[..] {
        [_] => Ok(None),
        [_, FnArg::Typed(settings)] => borrowed(&settings.ty).map(Some),
        [] => refuse(&signature.ident, format!("a plugin function takes the record: it is {SIGNATURES}")),
        [_, _, surplus, ..] => {
            refuse(surplus, format!("a plugin function takes one or two parameters: it is {SIGNATURES}"))
        }
        [_, FnArg::Receiver(_)] => unreachable!("a receiver was refused above"),
    }
}

fn borrowed(settings: &Type) -> Result<&Type> {
    match settings {
        Type::Reference(reference) if reference.mutability.is_none() => Ok(&reference.elem),
        _ => refuse(settings, "a plugin function borrows its settings: the second parameter is `&Settings`"),
    }
}
