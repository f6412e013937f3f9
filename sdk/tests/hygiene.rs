//! The macros in crates that are strict about lints, or use the names of the standard library for things of their own.

#![forbid(unsafe_code)]
#![deny(
    missing_docs,
    missing_debug_implementations,
    unreachable_pub,
    unused,
    unused_qualifications,
    clippy::pedantic,
    clippy::indexing_slicing,
    clippy::question_mark_used
)]

use nozzle_sdk::prelude::*;
use nozzle_sdk::testing;

/// Without a prelude, and with other things under the names that a macro might mean.
mod shadowed {
    #![no_implicit_prelude]
    #![allow(dead_code, reason = "what shadows is there to be in the way")]

    /// Not the one.
    #[derive(::std::fmt::Debug)]
    pub(crate) struct Result;
    #[derive(::std::fmt::Debug)]
    pub(crate) struct Option;
    #[derive(::std::fmt::Debug)]
    pub(crate) struct String;
    #[derive(::std::fmt::Debug)]
    pub(crate) struct Vec;
    #[derive(::std::fmt::Debug)]
    pub(crate) struct Box;
    #[allow(non_camel_case_types, reason = "it shadows")]
    #[derive(::std::fmt::Debug)]
    pub(crate) struct usize;
    #[allow(non_snake_case, reason = "it shadows")]
    pub(crate) fn Ok() {}
    #[allow(non_snake_case, reason = "it shadows")]
    pub(crate) fn Err() {}
    #[allow(non_snake_case, reason = "it shadows")]
    pub(crate) fn Some() {}
    pub(crate) trait Default {}
    pub(crate) trait Deserialize {}
    pub(crate) mod std {}
    pub(crate) mod core {}
    pub(crate) mod nozzle_sdk {}
    pub(crate) mod serde {}

    /// What it can be told.
    #[derive(::std::fmt::Debug, ::nozzle_sdk::Settings)]
    pub(crate) struct Settings {
        /// The number of `a`s.
        #[setting(default = 2, min = 1)]
        pub(crate) index: u8,
        /// What they are called.
        #[setting(default = ["a"])]
        pub(crate) map: ::std::vec::Vec<::std::string::String>,
        /// Which ones.
        pub(crate) words: ::std::option::Option<Word>,
    }

    /// One of them.
    #[derive(::std::fmt::Debug, ::nozzle_sdk::Settings)]
    pub(crate) enum Word {
        /// This one.
        Ok,
        /// That one.
        Some,
    }

    #[::nozzle_sdk::plugin]
    pub(crate) fn shadowed(
        record: ::nozzle_sdk::Record,
        settings: &Settings,
    ) -> ::nozzle_sdk::Result<::nozzle_sdk::Outcome> {
        let data = [record.data(), &[settings.index]].concat();
        ::nozzle_sdk::Result::Ok(::nozzle_sdk::Outcome::deliver(data))
    }

    #[derive(::std::fmt::Debug)]
    pub(crate) struct Shadowed;

    #[::nozzle_sdk::plugin]
    impl ::nozzle_sdk::Plugin for Shadowed {
        type Settings = Settings;

        fn configure(_: ::nozzle_sdk::Config<Settings>) -> ::nozzle_sdk::Result<Self> {
            ::nozzle_sdk::Result::Ok(Shadowed)
        }

        fn transform(&self, record: ::nozzle_sdk::Record) -> ::nozzle_sdk::Result<::nozzle_sdk::Outcome> {
            ::nozzle_sdk::Result::Ok(::nozzle_sdk::Outcome::deliver(record))
        }
    }
}

#[test]
fn names_of_the_standard_library_are_free() {
    let settings: shadowed::Settings = testing::settings(r#"{"words":"some"}"#).unwrap();
    assert_eq!((settings.index, &*settings.map), (2, &["a".to_owned()][..]));
    assert!(matches!(settings.words, Some(shadowed::Word::Some)));
    assert_eq!(shadowed::shadowed(Record::new("a"), &settings), Ok(Outcome::deliver("a\u{2}")));
    assert!(testing::configure::<shadowed::Shadowed>("{}").is_ok());
}

/// Public settings of fields that are not public.
pub mod public {
    use nozzle_sdk::Settings;

    /// What it can be told.
    #[derive(Debug, Settings)]
    pub struct Public {
        #[setting(default)]
        private: Private,
    }

    #[derive(Debug, Settings)]
    struct Private {
        #[setting(default = true)]
        is_on: bool,
    }

    impl Public {
        pub(crate) fn is_on(&self) -> bool {
            self.private.is_on
        }
    }
}

#[test]
fn public_settings_may_hold_private_ones() {
    assert!(testing::settings::<public::Public>("{}").unwrap().is_on());
}

/// A field named like what a macro might call its own.
#[derive(Debug, Settings)]
struct Names {
    #[setting(default = 1)]
    deserializer: u8,
    #[setting(default = 2)]
    slots: u8,
    #[setting(default = 3)]
    index: u8,
    #[setting(default = 4)]
    map: u8,
    #[setting(default = 5)]
    r#self_: u8,
}

#[test]
fn names_of_fields_are_free() {
    let Names { deserializer, slots, index, map, self_ } = testing::settings("{}").unwrap();
    assert_eq!([deserializer, slots, index, map, self_], [1, 2, 3, 4, 5]);
}
