//! The contract's exports, for whatever `#[plugin]` stands on.

use std::cell::OnceCell;

use crate::__private::bindings::exports::nozzle::plugin::transformer::Guest;
use crate::__private::bindings::nozzle::plugin::types;
use crate::__private::{Configured, Definition, Export, Package};
use crate::{Failure, Operation, Outcome, Record, Result, Route, Row, panic};

thread_local! {
    /// The plugin of this instance. A plain static in WebAssembly, which has one thread.
    static PLUGIN: OnceCell<Configured> = const { OnceCell::new() };
}

impl<E: Export> Guest for E {
    fn describe() -> types::Description {
        panic::install_hook();
        let definition = E::DEFINITION;
        let settings_schema = definition.settings_schema();
        let Definition { package, counters, .. } = definition;
        let Package { name, version, description } = package;
        types::Description {
            name: name.to_owned(),
            version: version.to_owned(),
            summary: description.to_owned(),
            settings_schema,
            counters: counters.iter().map(|&counter| counter.to_owned()).collect(),
        }
    }

    fn configure(config: String) -> Result<Vec<String>, String> {
        panic::install_hook();
        let plugin = (E::DEFINITION.configure)(&config)?;
        let tables = plugin.tables.clone();
        PLUGIN.with(|cell| cell.set(plugin)).map_err(|_| "plugin is configured already".to_owned())?;
        Ok(tables)
    }

    fn transform(data: Vec<u8>) -> types::Outcome {
        PLUGIN.with(|cell| match cell.get() {
            Some(plugin) => (plugin.transform)(Record::new(data)).into(),
            None => types::Outcome::Fail(Failure::new("not-configured", "plugin is not configured").into()),
        })
    }
}

impl From<Result<Outcome>> for types::Outcome {
    fn from(outcome: Result<Outcome>) -> Self {
        match outcome {
            Ok(Outcome::Deliver(row)) => types::Outcome::Deliver(row.into()),
            Ok(Outcome::Explode(rows)) => {
                types::Outcome::Explode(rows.into_iter().map(types::Row::from).collect())
            }
            Ok(Outcome::Drop(reason)) => types::Outcome::Drop(reason),
            Err(failure) => types::Outcome::Fail(failure.into()),
        }
    }
}

impl From<Row> for types::Row {
    fn from(Row { data, partition_keys, route }: Row) -> Self {
        types::Row { data, partition_keys, route: route.map(types::Route::from) }
    }
}

impl From<Route> for types::Route {
    fn from(Route { database, table, operation }: Route) -> Self {
        types::Route { database, table, operation: operation.into() }
    }
}

impl From<Operation> for types::Operation {
    fn from(operation: Operation) -> Self {
        match operation {
            Operation::Insert => types::Operation::Insert,
            Operation::Update => types::Operation::Update,
            Operation::Delete => types::Operation::Delete,
        }
    }
}

impl From<Failure> for types::Failure {
    fn from(Failure { code, path, reason }: Failure) -> Self {
        types::Failure { code, path, reason }
    }
}
