//! What wit-bindgen makes of the contract. It lives here so that a plugin's own crate holds no generated code
//! but calls.

wit_bindgen::generate!({
    path: "wit",
    world: "plugin",
    pub_export_macro: true,
    default_bindings_module: "::nozzle_sdk::__private::bindings",
    ownership: Borrowing { duplicate_if_necessary: false },
});
