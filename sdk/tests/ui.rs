//! What `#[plugin]` says about items that it cannot take.

#[test]
fn misuse_is_refused_with_the_rule() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
