//! A struct of settings.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{DeriveInput, FieldsNamed, Result, Type};

use super::attribute::{Default, Limit, Setting};
use super::{help::help, implement, kebab};

/// One field with what its attributes say.
struct Field<'a> {
    ident: &'a Ident,
    ty: &'a Type,
    help: String,
    setting: Setting,
}

pub(crate) fn expand(input: &DeriveInput, fields: &FieldsNamed) -> Result<TokenStream> {
    let fields: Vec<Field<'_>> = fields.named.iter().map(Field::of).collect::<Result<_>>()?;
    let (name, help, slots) = (&input.ident, help(&input.attrs), slots(&input.ident, &fields));
    let fields = fields.iter().map(Field::expand);
    let kind = quote! {
        Table(::nozzle_sdk::__private::settings::Table { help: #help, fields: &[#(#fields),*] })
    };
    // The slots are declared within the function, so that their name is nobody's business.
    let deserialize = quote! {
        #slots
        ::nozzle_sdk::__private::settings::read::<__Slots, D>(deserializer)
    };
    Ok(implement(name, &kind, &deserialize))
}

/// The places for what is read, a field each.
fn slots(name: &Ident, fields: &[Field<'_>]) -> TokenStream {
    let places: Vec<&Ident> = fields.iter().map(|field| field.ident).collect();
    let types = fields.iter().map(|field| field.ty);
    let indices = (0..fields.len()).map(Literal::usize_unsuffixed);
    let values = fields.iter().enumerate().map(|(index, field)| field.value(index));
    quote! {
        #[derive(::core::default::Default)]
        struct __Slots {
            #(#places: ::core::option::Option<#types>,)*
        }

        impl<'de> ::nozzle_sdk::__private::settings::Slots<'de> for __Slots {
            type Settings = #name;
            const FIELDS: &'static [::nozzle_sdk::__private::settings::Field] =
                <#name as ::nozzle_sdk::settings::Setting>::KIND.fields();

            fn read<A: ::nozzle_sdk::__private::MapAccess<'de>>(
                &mut self,
                index: ::core::primitive::usize,
                map: &mut A,
            ) -> ::core::result::Result<(), A::Error> {
                match index {
                    #(#indices => self.#places = ::core::option::Option::Some(map.next_value()?),)*
                    _ => {}
                }
                ::core::result::Result::Ok(())
            }

            fn finish(self) -> ::core::result::Result<#name, ::std::string::String> {
                ::core::result::Result::Ok(#name { #(#places: #values,)* })
            }
        }
    }
}

impl<'a> Field<'a> {
    fn of(field: &'a syn::Field) -> Result<Self> {
        let setting = Setting::of(field)?;
        let ident = field.ident.as_ref().expect("the fields are named");
        Ok(Field { ident, ty: &field.ty, help: help(&field.attrs), setting })
    }

    /// The `Field` of the SDK.
    fn expand(&self) -> TokenStream {
        let (name, help, redacts) = (kebab(self.ident), &self.help, self.setting.redacts);
        let (kind, default, range) = (self.kind(self.ty.span()), self.default(), self.range());
        quote! {
            ::nozzle_sdk::__private::settings::Field {
                name: #name,
                help: #help,
                kind: #kind,
                default: #default,
                range: #range,
                redacts: #redacts,
            }
        }
    }

    /// What the type is. The author is told at `span` if it cannot be a setting, or not this one.
    fn kind(&self, span: Span) -> TokenStream {
        let ty = self.ty;
        quote_spanned!(span=> <#ty as ::nozzle_sdk::settings::Setting>::KIND)
    }

    /// The default as JSON text, once the compiler has held it against the type.
    fn default(&self) -> TokenStream {
        let (span, text) = match &self.setting.default {
            None => return quote!(::core::option::Option::None),
            Some(Default::Empty(span)) => (*span, quote_spanned!(*span=> empty())),
            Some(Default::Literal(literal)) => {
                let (span, json, expanded) = (literal.span, literal.json(), literal.expand());
                (span, quote_spanned!(span=> checked(#expanded, #json)))
            }
        };
        let kind = self.kind(span);
        quote_spanned!(span=> ::core::option::Option::Some(#kind.#text))
    }

    fn range(&self) -> TokenStream {
        let Setting { min, max, .. } = &self.setting;
        let (least, most) = (limit(min.as_ref()), limit(max.as_ref()));
        quote!(::nozzle_sdk::__private::settings::Range { least: #least, most: #most })
    }

    /// What becomes of what was read. A setting that has no range is reported where the author wrote one.
    fn value(&self, index: usize) -> TokenStream {
        let (ident, index) = (self.ident, Literal::usize_unsuffixed(index));
        let Setting { min, max, .. } = &self.setting;
        let value = match min.as_ref().or(max.as_ref()) {
            Some(limit) => quote_spanned!(limit.span=> Self::FIELDS[#index].in_range(self.#ident)),
            None => quote!(Self::FIELDS[#index].or_default(self.#ident)),
        };
        quote!(#value?)
    }
}

/// One end of a range, as the SDK has it.
fn limit(limit: Option<&Limit>) -> TokenStream {
    let Some(Limit { number, .. }) = limit else { return quote!(::core::option::Option::None) };
    let (text, number) = (&number.text, number.value);
    quote! {
        ::core::option::Option::Some(::nozzle_sdk::__private::settings::Limit { text: #text, number: #number })
    }
}
