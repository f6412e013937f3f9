//! What sets this plugin apart from `flatten`.

use nozzle_sdk::testing;

use super::*;
