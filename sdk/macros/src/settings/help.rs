//! Help texts.

use syn::{Attribute, Expr, ExprLit, Lit, Meta};

/// A doc comment as text: its lines with a space between them, its paragraphs on lines of their own.
pub(crate) fn help(attributes: &[Attribute]) -> String {
    let mut text = String::new();
    for line in attributes.iter().filter_map(doc) {
        let line = line.trim();
        let gap = if line.is_empty() { "\n" } else { " " };
        if !text.is_empty() && !text.ends_with('\n') {
            text.push_str(gap);
        }
        text.push_str(line);
    }
    text.trim_end().to_owned()
}

fn doc(attribute: &Attribute) -> Option<String> {
    match &attribute.meta {
        Meta::NameValue(meta) if meta.path.is_ident("doc") => match &meta.value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}
