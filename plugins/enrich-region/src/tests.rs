//! The plugin from the record to the outcome, natively. What each setting does is told by the cases in
//! `cases/`.

use nozzle_sdk::testing::{self, Host};

use super::*;

/// The settings that the README starts with.
const REGION: &str = r#"{"table":"regions","on":"Country","copy":["Region"]}"#;

const REGIONS: &str = r#"[
    {"Country":"France","Code":"FR","Region":"Europe","Neighbours":8,"Overseas":true,"Capital":{"Name":"Paris"}},
    {"Country":"Côte d'Ivoire","Code":"CI","Region":"Africa","Neighbours":5,"Overseas":null,"Capital":[]},
    {"Country":"250","Code":"FR","Region":"By number","Neighbours":0,"Overseas":false,"Capital":""},
    {"Country":"true","Code":"FR","Region":"By boolean","Neighbours":0,"Overseas":false,"Capital":""}
]"#;

const SUBDIVISIONS: &str = r#"[
    {"Country":"US","Code":"CA","Name":"California"},
    {"Country":"CA","Code":"QC","Name":"Québec"}
]"#;

/// What the regions of the chains are looked up in when the first table has none.
const TERRITORIES: &str = r#"[
    {"Country":"Réunion","Code":"RE","Region":"Africa"},
    {"Country":"France","Code":"FX","Region":"Elsewhere"}
]"#;

const NAMES: &str = r#"[
    {"Name":"FR","Country":"France"},
    {"Name":"French Republic","Country":"France"},
    {"Name":"Peru","Country":"Perú"},
    {"Name":"Nowhere","Country":null},
    {"Name":"Unspecified","Country":""},
    {"Name":"250","Country":250},
    {"Name":"several","Country":["France"]}
]"#;

/// A table whose only row has an empty key. The stand-in for the host knows columns by its rows alone, so this
/// is where it can tell a wrong one at the start.
const EMPTY_KEY: &str = r#"[{"Country":"","Region":""}]"#;

fn host() -> Host {
    Host::new()
        .table("regions", &["Country"], REGIONS)
        .table("subdivisions", &["Country", "Code"], SUBDIVISIONS)
        .table("empty-key", &["Country"], EMPTY_KEY)
        .table("territories", &["Country"], TERRITORIES)
        .table("names", &["Name"], NAMES)
        .context("table-columns/names", r#"["Country"]"#)
        .context("table-columns/regions", r#"["Code","Region"]"#)
        .context("table-columns/subdivisions", r#"["Name"]"#)
        .context("table-columns/empty-key", "[]")
        .context("table-version/regions", "0123456789ab")
        .context("table-time/regions", "1755693000123")
        .context("table-version/territories", "ba9876543210")
}

/// The settings of the README, and these.
fn region_and(more: &str) -> String {
    REGION.replace('}', &format!(",{more}}}"))
}

/// What becomes of a record, and how many rows missed.
fn run(settings: &str, record: &str) -> (Result<Outcome>, u64) {
    let host = host();
    let outcome = host.run(|| {
        let plugin = testing::configure::<EnrichRegion>(settings).unwrap_or_else(|error| panic!("{error}"));
        testing::transform(&plugin, Record::new(record))
    });
    (outcome, host.counter("lookup-missed"))
}

fn row(settings: &str, record: &str) -> String {
    match run(settings, record).0 {
        Ok(Outcome::Deliver(row)) => String::from_utf8(row.data).unwrap(),
        other => panic!("no row but {other:?}"),
    }
}

/// Code, path and reason.
fn failure(settings: &str, record: &str) -> (String, String, String) {
    let Failure { code, path, reason } = run(settings, record).0.unwrap_err();
    (code, path.unwrap_or_default(), reason)
}

fn refusal(settings: &str) -> String {
    host().run(|| testing::configure::<EnrichRegion>(settings).unwrap_err())
}

fn told(code: &str, path: &str, reason: &str) -> (String, String, String) {
    (code.to_owned(), path.to_owned(), reason.to_owned())
}

#[test]
fn a_hit_adds_the_columns_and_leaves_the_rest_as_it_is_written() {
    let record = r#"{ "Units": 1.50, "Country": "Fran\u0063e", "Note": "a\/b" }"#;
    let expected = r#"{ "Units": 1.50, "Country": "Fran\u0063e", "Note": "a\/b","Region":"Europe" }"#;
    assert_eq!(row(REGION, record), expected);
    assert_eq!(run(REGION, record).1, 0);
}

#[test]
fn copied_values_keep_their_type() {
    let settings = r#"{"table":"regions","on":"Country","copy":["Overseas","Neighbours","Capital"]}"#;
    let france = r#"{"Country":"France","Overseas":true,"Neighbours":8,"Capital":{"Name":"Paris"}}"#;
    assert_eq!(row(settings, r#"{"Country":"France"}"#), france);
    let ivory_coast = r#"{"Country":"Côte d'Ivoire","Overseas":null,"Neighbours":5,"Capital":[]}"#;
    assert_eq!(row(settings, r#"{"Country":"Côte d'Ivoire"}"#), ivory_coast);
}

#[test]
fn copied_columns_can_be_named() {
    let record = r#"{"Country":"France"}"#;
    let prefixed = row(&region_and(r#""prefix":"Sales ""#), record);
    assert_eq!(prefixed, r#"{"Country":"France","Sales Region":"Europe"}"#);
    let named = r#"{"table":"regions","on":"Country","copy":{"Region":"sales_region","Code":"Region"}}"#;
    assert_eq!(row(named, record), r#"{"Country":"France","sales_region":"Europe","Region":"FR"}"#);
}

#[test]
fn a_number_and_a_boolean_are_looked_up_by_their_literal() {
    assert_eq!(row(REGION, r#"{"Country":250}"#), r#"{"Country":250,"Region":"By number"}"#);
    assert_eq!(row(REGION, r#"{"Country":true}"#), r#"{"Country":true,"Region":"By boolean"}"#);
    assert_eq!(row(REGION, r#"{"Country":250.0}"#), r#"{"Country":250.0,"Region":null}"#);
}

#[test]
fn several_columns_make_one_key_in_the_order_of_the_table() {
    let copy = |on: &str| format!(r#"{{"table":"subdivisions","on":{on},"copy":["Name"]}}"#);
    let record = r#"{"country":"US","state":"CA"}"#;
    let found = r#"{"country":"US","state":"CA","Name":"California"}"#;
    assert_eq!(row(&copy(r#"["country","state"]"#), record), found);
    let missed = r#"{"country":"US","state":"CA","Name":null}"#;
    assert_eq!(row(&copy(r#"["state","country"]"#), record), missed);
}

#[test]
fn a_miss_is_counted_and_does_as_the_settings_say() {
    let record = r#"{"Country":"Atlantis"}"#;
    let null = Outcome::deliver(r#"{"Country":"Atlantis","Region":null}"#);
    assert_eq!(run(REGION, record), (Ok(null.clone()), 1));
    assert_eq!(run(&region_and(r#""miss":"null""#), record), (Ok(null), 1));
    let default = Outcome::deliver(r#"{"Country":"Atlantis","Region":"Unknown"}"#);
    let settings = region_and(r#""miss":"default","default":{"Region":"Unknown"}"#);
    assert_eq!(run(&settings, record), (Ok(default), 1));
    let dropped = Outcome::drop("lookup-missed");
    assert_eq!(run(&region_and(r#""miss":"drop""#), record), (Ok(dropped), 1));
    let failed = Failure::new("lookup-missed", "has no row in table `regions`").at("Country");
    assert_eq!(run(&region_and(r#""miss":"fail""#), record), (Err(failed), 1));
}

#[test]
fn a_default_is_any_json_and_null_where_it_says_nothing() {
    let settings = r#"{"table":"regions","on":"Country","copy":{"Region":"r","Code":"c","Neighbours":"n"},
        "miss":"default","default":{"Neighbours":0,"Region":{"a":[1.5,true]}}}"#;
    assert_eq!(row(settings, "{}"), r#"{"r":{"a":[1.5,true]},"c":null,"n":0}"#);
}

#[test]
fn a_column_that_names_no_row_is_a_miss() {
    for record in ["{}", r#"{"Country":null}"#, r#"{"Country":""}"#, r#"{"country":"France"}"#] {
        let (outcome, missed) = run(REGION, record);
        assert!(matches!(outcome, Ok(Outcome::Deliver(_))), "{record}");
        assert_eq!(missed, 1, "{record}");
        let settings = region_and(r#""miss":"fail""#);
        let expected = told("lookup-missed", "Country", "is missing, null or empty");
        assert_eq!(failure(&settings, record), expected, "{record}");
    }
}

#[test]
fn a_miss_of_several_columns_is_found_by_its_path() {
    let settings = r#"{"table":"subdivisions","on":["at.country","state"],"copy":["Name"],"miss":"fail"}"#;
    let reason = "has no row in table `subdivisions` with `state`";
    let missed = told("lookup-missed", r#"["at.country"]"#, reason);
    assert_eq!(failure(settings, r#"{"at.country":"CA","state":"CA"}"#), missed);
    let absent = told("lookup-missed", "state", "is missing, null or empty");
    assert_eq!(failure(settings, r#"{"at.country":"CA","state":""}"#), absent);
}

#[test]
fn a_key_that_is_no_text_fails_whatever_the_miss_policy() {
    let nested = told("mistyped-key", "Country", "is an object or an array");
    for settings in [REGION, &region_and(r#""miss":"drop""#)] {
        assert_eq!(failure(settings, r#"{"Country":{"name":"France"}}"#), nested);
        assert_eq!(failure(settings, r#"{"Country":["France"]}"#), nested);
    }
    let settings = r#"{"table":"subdivisions","on":["country","state"],"copy":["Name"]}"#;
    assert_eq!(failure(settings, r#"{"country":null,"state":[]}"#).1, "state");
}

#[test]
fn a_row_has_no_two_columns_of_one_name() {
    let collision = told("column-collision", "Region", "is a column of the row and an added one");
    assert_eq!(failure(REGION, r#"{"Region":"EU","Country":"France"}"#), collision);
    assert_eq!(failure(REGION, r#"{"Region":null,"Country":"Atlantis"}"#), collision);
    let settings = region_and(r#""prefix":"net.""#);
    assert_eq!(failure(&settings, r#"{"net.Region":1,"Country":"France"}"#).1, r#"["net.Region"]"#);
}

#[test]
fn a_copied_column_replaces_where_the_settings_say_so() {
    let settings = region_and(r#""replace":true"#);
    let replaced = r#"{ "Region": "Europe", "Country": "France" }"#;
    assert_eq!(row(&settings, r#"{ "Region": "EU", "Country": "France" }"#), replaced);
    let missed = r#"{"Region":null,"Country":"Atlantis"}"#;
    assert_eq!(row(&settings, r#"{"Region":"EU","Country":"Atlantis"}"#), missed);
    let key = r#"{"table":"regions","on":"Country","copy":{"Code":"Country"},"replace":true}"#;
    assert_eq!(row(key, r#"{"Country":"France"}"#), r#"{"Country":"FR"}"#);
}

#[test]
fn each_document_is_a_row() {
    let rows = vec![
        Row::new(r#"{"Country":"France","Region":"Europe"}"#),
        Row::new(r#"{"Country":"Atlantis","Region":null}"#),
    ];
    let record = "{\"Country\":\"France\"}\n{\"Country\":\"Atlantis\"}\n";
    assert_eq!(run(REGION, record), (Ok(Outcome::Explode(rows.clone())), 1));
    let drop = region_and(r#""miss":"drop""#);
    assert_eq!(run(&drop, record), (Ok(Outcome::Deliver(rows[0].clone())), 1));
    assert_eq!(run(&drop, r#"{"Country":"Atlantis"}{}"#), (Ok(Outcome::drop("lookup-missed")), 2));
    let fail = region_and(r#""miss":"fail""#);
    assert_eq!(failure(&fail, record).1, "[1].Country");
}

#[test]
fn what_is_no_row_fails() {
    assert_eq!(failure(REGION, " \n").0, "empty-record");
    assert_eq!(failure(REGION, "Country=France").0, "not-json");
    assert_eq!(failure(REGION, r#"["France"]"#).0, "not-an-object");
    assert_eq!(failure(REGION, r#"{"Country":"France"}7"#).1, "[1]");
    assert_eq!(failure(REGION, r#"{"Country":"France","Country":"Peru"}"#).0, "duplicate-member");
}

#[test]
fn a_table_that_changed_under_the_plugin_fails_the_record() {
    let plugin = host().run(|| testing::configure::<EnrichRegion>(REGION).unwrap());
    for (key, rows, reason) in [
        (["Country"].as_slice(), r#"[{"Country":"France"}]"#, "table `regions` has no column `Region`"),
        (&["Country", "Code"], "[]", "the number of key columns is 2 in table `regions`, 1 in `on`"),
    ] {
        let outcome = Host::new()
            .table("regions", key, rows)
            .run(|| testing::transform(&plugin, Record::new(r#"{"Country":"France"}"#)));
        assert_eq!(outcome, Err(Failure::new("lookup-failed", reason)));
    }
    let elsewhere = testing::transform(&plugin, Record::new(r#"{"Country":"France"}"#)).unwrap_err();
    let reason = "table `regions`: lookup in a table that nozzle.toml does not have";
    assert_eq!(elsewhere, Failure::new("lookup-failed", reason));
}

#[test]
fn the_first_table_with_the_key_gives_the_row() {
    let settings = REGION.replace(r#""regions""#, r#"["regions","territories"]"#);
    for (country, region, misses) in
        [("France", r#""Europe""#, 0), ("Réunion", r#""Africa""#, 0), ("Atlantis", "null", 1)]
    {
        let expected = format!(r#"{{"Country":"{country}","Region":{region}}}"#);
        let record = format!(r#"{{"Country":"{country}"}}"#);
        assert_eq!(run(&settings, &record), (Ok(Outcome::deliver(expected)), misses));
    }
    let settings = settings.replace('}', r#","miss":"fail"}"#);
    let missed = told("lookup-missed", "Country", "has no row in table `regions` or `territories`");
    assert_eq!(failure(&settings, r#"{"Country":"Atlantis"}"#), missed);
}

#[test]
fn an_alias_says_which_name_is_looked_up() {
    let settings = region_and(r#""alias":"names""#);
    for (country, region, misses) in [
        (r#""FR""#, r#""Europe""#, 0),
        (r#""French Republic""#, r#""Europe""#, 0),
        (r#""Côte d'Ivoire""#, r#""Africa""#, 0),
        ("250", r#""By number""#, 0),
        (r#""Peru""#, "null", 1),
        (r#""Atlantis""#, "null", 1),
        (r#""Nowhere""#, "null", 1),
        (r#""Unspecified""#, "null", 1),
        ("null", "null", 1),
    ] {
        let expected = format!(r#"{{"Country":{country},"Region":{region}}}"#);
        let record = format!(r#"{{"Country":{country}}}"#);
        assert_eq!(run(&settings, &record), (Ok(Outcome::deliver(expected)), misses));
    }
}

#[test]
fn an_alias_column_can_be_named() {
    let settings = r#"{"table":"regions","on":"Territory","copy":["Code"],
        "alias":{"table":"territories","column":"Region"}}"#;
    assert_eq!(row(settings, r#"{"Territory":"Réunion"}"#), r#"{"Territory":"Réunion","Code":null}"#);
    let settings = settings.replace("Region", "Country");
    assert_eq!(row(&settings, r#"{"Territory":"France"}"#), r#"{"Territory":"France","Code":"FR"}"#);
}

#[test]
fn a_miss_behind_an_alias_says_where_the_name_ends() {
    let settings = region_and(r#""alias":"names","miss":"fail""#);
    for (country, reason) in [
        (r#""Nowhere""#, "has no name in table `names`"),
        (r#""Peru""#, "has no row in table `regions`"),
        (r#""Atlantis""#, "has no row in table `regions`"),
        (r#""""#, "is missing, null or empty"),
    ] {
        let missed = told("lookup-missed", "Country", reason);
        assert_eq!(failure(&settings, &format!(r#"{{"Country":{country}}}"#)), missed);
    }
    let reason = "table `names` holds an object or an array in column `Country`";
    assert_eq!(failure(&settings, r#"{"Country":"several"}"#), told("lookup-failed", "", reason));
}

#[test]
fn the_version_of_the_table_that_answered_and_its_time_are_columns() {
    let settings = REGION
        .replace(r#""regions""#, r#"["regions","territories"]"#)
        .replace('}', r#","version":"regions_version","as-of":"regions_as_of"}"#);
    for (country, added) in [
        (
            "France",
            r#""Europe","regions_version":"0123456789ab","regions_as_of":"2025-08-20T12:30:00.123000Z""#,
        ),
        ("Réunion", r#""Africa","regions_version":"ba9876543210","regions_as_of":null"#),
        ("Atlantis", r#"null,"regions_version":null,"regions_as_of":null"#),
    ] {
        let expected = format!(r#"{{"Country":"{country}","Region":{added}}}"#);
        assert_eq!(row(&settings, &format!(r#"{{"Country":"{country}"}}"#)), expected);
    }
    let there = r#"{"Country":"France","regions_as_of":1}"#;
    assert_eq!(failure(&settings, there).0, "column-collision");
    let replaced = row(&settings.replace('}', r#","replace":true}"#), there);
    assert!(replaced.contains(r#""regions_as_of":"2025-08-20T12:30:00.123000Z","Region""#), "{replaced}");
}

#[test]
fn a_time_is_written_as_the_output_wants_it() {
    let settings = region_and(r#""as-of":"at""#);
    let config = format!(r#"{{"settings":{settings},"output":{{"times":"epoch-micros"}}}}"#);
    let config = serde_json::from_str(&config).unwrap();
    let record = Record::new(r#"{"Country":"France"}"#);
    let outcome = host().run(|| EnrichRegion::configure(config).unwrap().transform(record));
    let expected = r#"{"Country":"France","Region":"Europe","at":1755693000123000}"#;
    assert_eq!(outcome, Ok(Outcome::deliver(expected)));
}

/// Looks up a country's code, and by that, in vain, a region; `more` is for the second lookup.
fn code_and_region(more: &str) -> String {
    format!(
        r#"{{"lookups":[
            {{"table":"regions","on":"Country","copy":{{"Code":"code"}},"miss":"drop"}},
            {{"table":"territories","on":"code","copy":["Region"]{more}}}
        ]}}"#
    )
}

#[test]
fn a_lookup_sees_what_an_earlier_one_has_added() {
    let settings = r#"{"lookups":[
        {"table":"names","on":"name","copy":["Country"]},
        {"table":"regions","on":"Country","copy":["Region","Code"]}
    ]}"#;
    let found = r#"{"name":"FR","Country":"France","Region":"Europe","Code":"FR"}"#;
    assert_eq!(run(settings, r#"{"name":"FR"}"#), (Ok(Outcome::deliver(found)), 0));
    let missed = r#"{"name":"?","Country":null,"Region":null,"Code":null}"#;
    assert_eq!(run(settings, r#"{"name":"?"}"#), (Ok(Outcome::deliver(missed)), 2));
}

#[test]
fn each_lookup_has_its_own_miss_policy() {
    let france = r#"{"Country":"France"}"#;
    let null = Outcome::deliver(r#"{"Country":"France","code":"FR","Region":null}"#);
    assert_eq!(run(&code_and_region(""), france), (Ok(null), 1));
    let default = Outcome::deliver(r#"{"Country":"France","code":"FR","Region":"?"}"#);
    let settings = code_and_region(r#","miss":"default","default":{"Region":"?"}"#);
    assert_eq!(run(&settings, france), (Ok(default), 1));
    let settings = code_and_region(r#","miss":"fail""#);
    assert_eq!(failure(&settings, france).1, "code");
    // The second lookup is not made for a row that the first one drops.
    let dropped = run(&settings, r#"{"Country":"Atlantis"}"#);
    assert_eq!(dropped, (Ok(Outcome::drop("lookup-missed")), 1));
}

#[test]
fn the_plugin_names_its_tables() {
    // Without the tables too: the host tells which ones there are.
    let tables = |settings| testing::configure::<EnrichRegion>(settings).unwrap().tables();
    assert_eq!(tables(REGION), ["regions"]);
    let settings = r#"{"lookups":[
        {"table":["regions","territories"],"on":"a","copy":["Region"]},
        {"table":"regions","on":"b","copy":{"Region":"b_region"},"alias":"names"}
    ]}"#;
    assert_eq!(tables(settings), ["regions", "territories", "names"]);
}

#[test]
fn settings_that_do_not_fit_the_table_are_refused() {
    for (settings, told) in [
        (
            r#"{"table":"regions","on":["Country","Code"],"copy":["Region"]}"#,
            "`settings.on`: the number of key columns is 1 in table `regions`, 2 in `on`",
        ),
        (
            r#"{"table":"empty-key","on":"Country","copy":["Region","Continent"]}"#,
            "`settings.copy`: table `empty-key` has no column `Continent`",
        ),
        (
            r#"{"table":["regions","empty-key"],"on":"Country","copy":["Code"]}"#,
            "`settings.copy`: table `empty-key` has no column `Code`",
        ),
        (
            r#"{"lookups":[{"table":"regions","on":"Country","copy":["Region"]},
                {"table":["regions","subdivisions"],"on":"Code","copy":["Name"]}]}"#,
            "`settings.lookups[1].on`: the number of key columns is 2 in table `subdivisions`, 1 in `on`",
        ),
        (
            r#"{"table":"regions","on":"Country","copy":["Region"],"alias":"subdivisions"}"#,
            "`settings.alias`: the number of key columns is 2 in table `subdivisions`, 1 in `on`",
        ),
        (
            r#"{"table":"regions","on":"Country","copy":["Region"],"alias":"regions"}"#,
            "`settings.alias`: table `regions` has several columns beside its key: `Code`, `Region`\n  \
             hint: name the one to take, as in `alias = { table = \"regions\", column = \"Code\" }`",
        ),
        (
            r#"{"table":"regions","on":"Country","copy":["Region"],"alias":"empty-key"}"#,
            "`settings.alias`: table `empty-key` has no column beside its key",
        ),
        (
            r#"{"table":"regions","on":"Country","copy":["Region"],
                "alias":{"table":"empty-key","column":"Code"}}"#,
            "`settings.alias.column`: table `empty-key` has no column `Code`",
        ),
    ] {
        assert_eq!(refusal(settings), told);
    }
}

#[test]
fn settings_that_contradict_each_other_are_refused() {
    let on_copy = |more: &str| format!(r#"{{"table":"regions","on":"Country",{more}}}"#);
    for (settings, told) in [
        (r#""copy":["Region","Region"]"#, "`settings.copy`: column `Region` is named twice"),
        (r#""copy":{"Region":"x","Code":"x"}"#, "`settings.copy`: column `x` is named twice"),
        (
            r#""copy":["Country"]"#,
            "`settings.copy`: column `Country` is in the row already: `on` names it\n  \
             hint: give it another name, or set `replace = true`",
        ),
        (r#""copy":["Region","Region"],"replace":true"#, "`settings.copy`: column `Region` is named twice"),
        (r#""copy":[]"#, "`settings.copy`: names no column"),
        (
            r#""copy":{"Region":"x"},"prefix":"y""#,
            "`settings.prefix`: goes before names of a list, and `copy` gives each column its name",
        ),
        (r#""copy":["Region"],"miss":"default""#, "`settings.default`: is required by `miss = \"default\"`"),
        (
            r#""copy":["Region"],"default":{"Region":"x"}"#,
            "`settings.default`: does nothing without `miss = \"default\"`",
        ),
        (
            r#""copy":["Region"],"miss":"default","default":{"Regoin":"x"}"#,
            "`settings.default`: column `Regoin` is not copied",
        ),
    ] {
        assert_eq!(refusal(&on_copy(settings)), told);
    }
    let on_nothing = r#"{"table":"regions","on":[],"copy":["Region"]}"#;
    assert_eq!(refusal(on_nothing), "`settings.on`: names no column");
    let of_nothing = r#"{"table":[],"on":"Country","copy":["Region"]}"#;
    assert_eq!(refusal(of_nothing), "`settings.table`: names no table");
    let alias_of_two = r#"{"table":"subdivisions","on":["a","b"],"copy":["Name"],"alias":"names"}"#;
    let told = "`settings.alias`: is for a key of one column, and `on` names several";
    assert_eq!(refusal(alias_of_two), told);
}

#[test]
fn columns_of_facts_have_names_of_their_own() {
    for (settings, told) in [
        (r#""version":"Region""#, "`settings.version`: column `Region` is named twice"),
        (r#""version":"v","as-of":"v""#, "`settings.as-of`: column `v` is named twice"),
        (
            r#""as-of":"Country""#,
            "`settings.as-of`: column `Country` is in the row already: `on` names it\n  \
             hint: give it another name, or set `replace = true`",
        ),
    ] {
        assert_eq!(refusal(&region_and(settings)), told);
    }
}

#[test]
fn lookups_that_contradict_each_other_are_refused() {
    let again = r#"{"lookups":[
        {"table":"regions","on":"a","copy":["Region"]},
        {"table":"regions","on":"b","copy":["Code","Region"]}
    ]}"#;
    let told = "`settings.lookups[1].copy`: column `Region` is in the row already: an earlier lookup adds it\n  \
                hint: give it another name, or set `replace = true`";
    assert_eq!(refusal(again), told);
    let replaced = again.replace(
        r#""Region"]}
    ]"#,
        r#""Region"],"replace":true}]"#,
    );
    assert_eq!(row(&replaced, r#"{"b":"France"}"#), r#"{"b":"France","Region":"Europe","Code":"FR"}"#);
    assert_eq!(refusal(r#"{"lookups":[]}"#), "`settings.lookups`: holds no lookup");
}

#[test]
fn the_short_form_and_a_list_of_lookups_exclude_each_other() {
    let told = |setting| {
        format!(
            "`settings.{setting}`: stands beside `lookups`, which takes every other setting\n  \
             hint: write it in the lookup that it is for, or make all of them one lookup without `lookups`"
        )
    };
    assert_eq!(refusal(r#"{"lookups":[],"table":"regions"}"#), told("table"));
    assert_eq!(refusal(r#"{"table":"regions","lookups":[]}"#), told("lookups"));
}

#[test]
fn wrong_settings_are_refused_in_words_that_help() {
    for (settings, told) in [
        (
            r#"{"tabel":"regions"}"#,
            "`settings.tabel`: unknown field `tabel`, expected one of `table`, `on`, `alias`, `copy`, \
             `prefix`, `version`, `as-of`, `miss`, `default`, `replace`",
        ),
        (r#"{"table":"regions","copy":[]}"#, "`settings`: missing field `on`"),
        (
            r#"{"table":"regions","on":5,"copy":[]}"#,
            "`settings.on`: invalid type: integer `5`, expected a name or a list of names",
        ),
        (
            r#"{"table":"regions","on":"x","copy":"Region"}"#,
            "`settings.copy`: invalid type: string \"Region\", expected a list of columns or an object from \
             the table's names to the row's",
        ),
        (
            r#"{"table":"regions","on":"x","copy":{"Region":1}}"#,
            "`settings.copy.Region`: invalid type: integer `1`, expected a string",
        ),
        (
            r#"{"table":"regions","on":"x","copy":[],"miss":"ignore"}"#,
            "`settings.miss`: unknown variant `ignore`, expected one of `null`, `default`, `fail`, `drop`",
        ),
        ("{}", "`settings`: missing field `table`"),
        (r#"{"lookups":[{"table":"regions"}]}"#, "`settings.lookups[0]`: missing field `on`"),
        (
            r#"{"lookups":[{"table":"regions","as_of":"x"}]}"#,
            "`settings.lookups[0].as_of`: unknown field `as_of`, expected one of `table`, `on`, `alias`, \
             `copy`, `prefix`, `version`, `as-of`, `miss`, `default`, `replace`",
        ),
        (
            r#"{"table":"regions","alias":5}"#,
            "`settings.alias`: invalid type: integer `5`, expected a table's name, or an object of `table` and \
             `column`",
        ),
        (r#"{"table":"regions","alias":{"table":"names"}}"#, "`settings.alias`: missing field `column`"),
    ] {
        assert_eq!(refusal(settings), told);
    }
}

#[test]
fn the_schema_names_every_setting() {
    let schema: serde_json::Value = serde_json::from_str(EnrichRegion::SETTINGS_SCHEMA).unwrap();
    let named = |object: &serde_json::Value| -> Vec<String> {
        object["properties"].as_object().unwrap().keys().cloned().collect()
    };
    let lookup = ["table", "on", "alias", "copy", "prefix", "version", "as-of", "miss", "default", "replace"];
    assert_eq!(named(&schema["properties"]["lookups"]["items"]), lookup);
    assert_eq!(named(&schema), [lookup.as_slice(), &["lookups"]].concat());
}
