//! Values that authors write into `#[setting(...)]`.

use std::fmt::Write as _;

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned;
use syn::{Error, Expr, ExprArray, ExprLit, ExprUnary, Lit, Result, UnOp};

/// What a default can be: a value of JSON without objects.
pub(crate) struct Literal {
    /// Where the author wrote it.
    pub(crate) span: Span,
    pub(crate) value: Value,
}

pub(crate) enum Value {
    Flag(bool),
    Number(Number),
    Text(String),
    List(Vec<Literal>),
}

/// A number, and the JSON text of it.
pub(crate) struct Number {
    pub(crate) text: String,
    pub(crate) value: f64,
    /// The number where it is a whole one.
    whole: Option<i128>,
}

impl Parse for Literal {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        Literal::new(&input.parse()?)
    }
}

impl Literal {
    fn new(expr: &Expr) -> Result<Self> {
        let value = match expr {
            Expr::Lit(literal) => value(literal, "")?,
            Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr: inner, .. }) => match &**inner {
                Expr::Lit(literal) => value(literal, "-")?,
                _ => return Err(no_literal(expr)),
            },
            Expr::Array(ExprArray { elems, .. }) => {
                Value::List(elems.iter().map(Literal::new).collect::<Result<_>>()?)
            }
            _ => return Err(no_literal(expr)),
        };
        Ok(Literal { span: expr.span(), value })
    }

    /// The JSON text.
    pub(crate) fn json(&self) -> String {
        match &self.value {
            Value::Flag(flag) => flag.to_string(),
            Value::Number(number) => number.text.clone(),
            Value::Text(text) => quoted(text),
            Value::List(items) => {
                format!("[{}]", items.iter().map(Literal::json).collect::<Vec<_>>().join(","))
            }
        }
    }

    /// The `Literal` of the SDK, which knows the setting's type.
    pub(crate) fn expand(&self) -> TokenStream {
        let span = self.span;
        let literal = match &self.value {
            Value::Flag(_) => quote_spanned!(span=> Flag),
            Value::Number(Number { whole: Some(whole), .. }) => quote_spanned!(span=> Integer(#whole)),
            Value::Number(_) => quote_spanned!(span=> Number),
            Value::Text(text) => quote_spanned!(span=> Text(#text)),
            Value::List(items) => {
                let items = items.iter().map(Literal::expand);
                quote_spanned!(span=> List(&[#(#items),*]))
            }
        };
        quote_spanned!(span=> ::nozzle_sdk::__private::settings::Literal::#literal)
    }
}

fn value(literal: &ExprLit, sign: &str) -> Result<Value> {
    let number = |suffix: &str, digits: &str, whole: Option<i128>| match suffix {
        "" => Ok(Value::Number(Number::new(format!("{sign}{digits}"), whole))),
        _ => Err(Error::new_spanned(literal, "the setting's type stands on its field: leave the suffix out")),
    };
    match &literal.lit {
        Lit::Int(int) => {
            let whole: i128 =
                format!("{sign}{}", int.base10_digits()).parse().map_err(|_| no_literal(literal))?;
            number(int.suffix(), int.base10_digits(), Some(whole))
        }
        Lit::Float(float) => number(float.suffix(), float.base10_digits(), None),
        Lit::Bool(flag) if sign.is_empty() => Ok(Value::Flag(flag.value)),
        Lit::Str(text) if sign.is_empty() => Ok(Value::Text(text.value())),
        _ => Err(no_literal(literal)),
    }
}

fn no_literal(tokens: &impl quote::ToTokens) -> Error {
    Error::new_spanned(
        tokens,
        "write it as nozzle.toml would: a number, a string, `true`, `false`, or a list of these",
    )
}

impl Number {
    /// Rust lets a number end with its point, JSON does not.
    fn new(digits: String, whole: Option<i128>) -> Self {
        let text = if digits.ends_with('.') { format!("{digits}0") } else { digits };
        let value = text.parse().unwrap_or(f64::INFINITY);
        Number { text, value, whole }
    }
}

/// A JSON string.
fn quoted(text: &str) -> String {
    let mut json = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => json.extend(['\\', c]),
            c if c.is_control() => {
                let _ = write!(json, "\\u{:04x}", u32::from(c));
            }
            c => json.push(c),
        }
    }
    json + "\""
}
