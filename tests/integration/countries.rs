//! The ready tables of countries: complete, of one mind with each other, and able to read what data calls countries.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs;

use nozzle_runtime::config::{CsvFormat, Match, Place, TableConfig, TableFormat, TableSource};
use nozzle_runtime::tables::Table;
use nozzle_tests::root;
use serde::Deserialize;

/// A row of countries.csv.
#[derive(Debug, Deserialize)]
struct Country {
    alpha_2: String,
    alpha_3: String,
    numeric: String,
    name: String,
    region: String,
    region_code: String,
    subregion: String,
    subregion_code: String,
    intermediate_region: String,
    intermediate_region_code: String,
}

impl Country {
    /// Region, subregion and intermediate region, as far as it is in one: code and name.
    fn levels(&self) -> Vec<(&str, &str)> {
        let all = [
            (&*self.region_code, &*self.region),
            (&*self.subregion_code, &*self.subregion),
            (&*self.intermediate_region_code, &*self.intermediate_region),
        ];
        all.into_iter().filter(|level| *level != ("", "")).collect()
    }
}

/// A row of country-names.csv.
#[derive(Debug, Deserialize)]
struct Name {
    name: String,
    alpha_2: String,
}

/// The regions, subregions and intermediate regions of UN M49, each with what it lies in; how many countries and areas
/// lie in it and in none of its parts. The standard does not list Taiwan, which is in Eastern Asia here.
const M49: [(&str, &str, &str, usize); 29] = [
    ("002", "Africa", "", 0),
    ("015", "Northern Africa", "002", 7),
    ("202", "Sub-Saharan Africa", "002", 0),
    ("014", "Eastern Africa", "202", 22),
    ("017", "Middle Africa", "202", 9),
    ("018", "Southern Africa", "202", 5),
    ("011", "Western Africa", "202", 17),
    ("019", "Americas", "", 0),
    ("021", "Northern America", "019", 5),
    ("419", "Latin America and the Caribbean", "019", 0),
    ("029", "Caribbean", "419", 28),
    ("013", "Central America", "419", 8),
    ("005", "South America", "419", 16),
    ("142", "Asia", "", 0),
    ("143", "Central Asia", "142", 5),
    ("030", "Eastern Asia", "142", 7 + 1),
    ("035", "South-eastern Asia", "142", 11),
    ("034", "Southern Asia", "142", 9),
    ("145", "Western Asia", "142", 18),
    ("150", "Europe", "", 0),
    ("151", "Eastern Europe", "150", 10),
    ("154", "Northern Europe", "150", 16),
    ("039", "Southern Europe", "150", 16),
    ("155", "Western Europe", "150", 9),
    ("009", "Oceania", "", 0),
    ("053", "Australia and New Zealand", "009", 6),
    ("054", "Melanesia", "009", 5),
    ("057", "Micronesia", "009", 8),
    ("061", "Polynesia", "009", 10),
];

/// Names as sales data has them, and the country that each is.
const NAMES: [(&str, &str); 30] = [
    ("UK", "GB"),
    ("U.K.", "GB"),
    ("united  kingdom ", "GB"),
    ("Northern Ireland", "GB"),
    ("EIRE", "IE"),
    ("RSA", "ZA"),
    ("USA", "US"),
    ("United States of America", "US"),
    ("UAE", "AE"),
    ("Holland", "NL"),
    ("Burma", "MM"),
    ("Ivory Coast", "CI"),
    ("Cote d'Ivoire", "CI"),
    ("CÔTE D’IVOIRE", "CI"),
    ("Cape Verde", "CV"),
    ("Swaziland", "SZ"),
    ("Macedonia", "MK"),
    ("The Gambia", "GM"),
    ("Bahamas, The", "BS"),
    ("Democratic Republic of the Congo", "CD"),
    ("Republic of the Congo", "CG"),
    ("Korea, Republic of", "KR"),
    ("North Korea", "KP"),
    ("Holy See", "VA"),
    ("East Timor", "TL"),
    ("Czech Republic", "CZ"),
    ("Turkey", "TR"),
    ("St. Kitts & Nevis", "KN"),
    ("Sao Tome and Principe", "ST"),
    ("Antigua and Barbuda ", "AG"),
];

/// Names that are those of two countries, of none, or of what ISO 3166-1 does not list.
const UNKNOWN: [&str; 11] = [
    "Congo",
    "Korea",
    "Virgin Islands",
    "Republic of China",
    "Kosovo",
    "Channel Islands",
    "Yugoslavia",
    "Netherlands Antilles",
    "European Community",
    "Unspecified",
    "",
];

fn read<T: for<'de> Deserialize<'de>>(file: &str) -> Vec<T> {
    let mut reader = csv::Reader::from_path(root().join("plugins/tables").join(file)).unwrap();
    reader.deserialize().map(Result::unwrap).collect()
}

/// The table as plugins meet it, which refuses keys that are there twice.
fn table(file: &str, key: &str) -> Table {
    let config = TableConfig {
        name: "table".to_owned(),
        source: TableSource::Ready("table".to_owned()),
        key: vec![key.to_owned()],
        format: TableFormat::Csv(CsvFormat::default()),
        matching: Match::Normalised,
        refresh: None,
        place: Place::default(),
    };
    Table::parse(&fs::read(root().join("plugins/tables").join(file)).unwrap(), &config).unwrap()
}

fn found(table: &Table, key: &str) -> Option<String> {
    let row = table.lookup(&[key.to_owned()], &["alpha_2".to_owned()]).unwrap()?;
    let row: BTreeMap<String, String> = serde_json::from_slice(&row).unwrap();
    row.into_values().next()
}

#[test]
fn every_country_is_there_once() {
    let countries: Vec<Country> = read("countries.csv");
    assert_eq!(countries.len(), 249);
    assert!(countries.is_sorted_by(|a, b| a.alpha_2 < b.alpha_2));
    let is_code = |text: &str, length, is_of: fn(&u8) -> bool| {
        text.len() == length && text.as_bytes().iter().all(is_of)
    };
    for country in &countries {
        assert!(is_code(&country.alpha_2, 2, u8::is_ascii_uppercase), "{country:?}");
        assert!(is_code(&country.alpha_3, 3, u8::is_ascii_uppercase), "{country:?}");
        assert!(is_code(&country.numeric, 3, u8::is_ascii_digit), "{country:?}");
    }
    let columns: [fn(&Country) -> &str; 3] = [|row| &row.alpha_3, |row| &row.numeric, |row| &row.name];
    for column in columns {
        assert_eq!(countries.iter().map(column).collect::<HashSet<_>>().len(), countries.len());
    }
}

#[test]
fn regions_are_those_of_m49() {
    let countries: Vec<Country> = read("countries.csv");
    let mut there = BTreeMap::new();
    for country in &countries {
        let levels = country.levels();
        assert!(
            !levels.is_empty() || country.alpha_2 == "AQ",
            "Antarctica alone is in no region: {country:?}"
        );
        for (at, (code, name)) in levels.iter().enumerate() {
            let within = if at == 0 { "" } else { levels[at - 1].0 };
            *there.entry((*code, *name, within)).or_insert(0) += usize::from(at + 1 == levels.len());
        }
    }
    let there: BTreeSet<_> =
        there.into_iter().map(|((code, name, within), countries)| (code, name, within, countries)).collect();
    assert_eq!(there, BTreeSet::from(M49));
}

#[test]
fn every_country_is_found_by_its_codes_and_its_name() {
    let (names, countries) = (table("country-names.csv", "name"), table("countries.csv", "alpha_2"));
    for country in read::<Country>("countries.csv") {
        let number: u16 = country.numeric.parse().unwrap();
        for name in [&country.alpha_2, &country.alpha_3, &country.numeric, &country.name, &number.to_string()]
        {
            assert_eq!(found(&names, name).as_ref(), Some(&country.alpha_2), "{name}");
        }
    }
    for name in read::<Name>("country-names.csv") {
        assert_eq!(found(&countries, &name.alpha_2).as_ref(), Some(&name.alpha_2), "{name:?}");
        assert_eq!(name.name, name.name.trim());
    }
}

#[test]
fn names_of_sales_data_are_found_and_ambiguous_ones_are_not() {
    let names = table("country-names.csv", "name");
    for (name, code) in NAMES {
        assert_eq!(found(&names, name).as_deref(), Some(code), "{name}");
    }
    for name in UNKNOWN {
        assert_eq!(found(&names, name), None, "{name}");
    }
}
