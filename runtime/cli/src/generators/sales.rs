//! Made-up sales in the shape of the public "Sales Records" files, as `nozzle generate sales` prints them.

use std::sync::LazyLock;

use oorandom::Rand64;

use super::{any, calendar, csv};

/// The columns, as the files name them.
const COLUMNS: [&str; 14] = [
    "Region",
    "Country",
    "Item Type",
    "Sales Channel",
    "Order Priority",
    "Order Date",
    "Order ID",
    "Ship Date",
    "Units Sold",
    "Unit Price",
    "Unit Cost",
    "Total Revenue",
    "Total Cost",
    "Total Profit",
];

/// The countries, each behind its sales region, as the files name them.
static COUNTRIES: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| {
    include_str!("sales/countries.csv").lines().skip(1).filter_map(|line| line.split_once(',')).collect()
});

/// What is sold, with its price and its cost in cents.
const ITEMS: [(&str, u64, u64); 12] = [
    ("Baby Food", 25528, 15942),
    ("Beverages", 4745, 3179),
    ("Cereal", 20570, 11711),
    ("Clothes", 10928, 3584),
    ("Cosmetics", 43720, 26333),
    ("Fruits", 933, 692),
    ("Household", 66827, 50254),
    ("Meat", 42189, 36469),
    ("Office Supplies", 65121, 52496),
    ("Personal Care", 8173, 5667),
    ("Snacks", 15258, 9744),
    ("Vegetables", 15406, 9093),
];

/// Countries by other names than the files have for them.
const OTHER_NAMES: [(&str, &str); 12] = [
    ("Europe", "UK"),
    ("Europe", "GB"),
    ("Europe", "united kingdom"),
    ("Europe", "Great Britain"),
    ("Europe", "GERMANY"),
    ("Europe", "Czechia"),
    ("Middle East and North Africa", "UAE"),
    ("Middle East and North Africa", "Türkiye"),
    ("North America", "USA"),
    ("North America", "México"),
    ("Sub-Saharan Africa", "Côte d'Ivoire"),
    ("Sub-Saharan Africa", "São Tomé and Príncipe"),
];

/// When the first order can be made: 2010-01-01, in days since 1970.
const FIRST_DAY: u64 = 14_610;
/// The days on which orders are made, to 2017-07-28.
const DAYS: u64 = 2_766;

/// An endless list of sales: yields one line a turn, without its newline. The same seed and settings give the same lines.
#[derive(Debug)]
pub(crate) struct Sales {
    random: Rand64,
    delimiter: char,
    messy: f64,
    orders: u64,
}

/// What can be wrong with a line.
enum Mess {
    /// The country goes by another name.
    OtherName,
    /// The item type holds a comma.
    CommaInItem,
    /// The region is not told.
    NoRegion,
    /// The line is the header.
    Header,
    /// There is a field too few or too many: the line is to be rejected.
    Ragged,
    /// A field does not fit its column's type: the line is to be rejected.
    Mistyped,
}

impl Sales {
    /// A list of which a share, 0 to 1, is messy.
    pub(crate) fn new(seed: u64, delimiter: char, messy: f64) -> Self {
        Self { random: Rand64::new(seed.into()), delimiter, messy, orders: 0 }
    }

    /// The line that names the columns.
    pub(crate) fn header(delimiter: char) -> String {
        csv::line(COLUMNS, delimiter)
    }
}

impl Iterator for Sales {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        let mut fields = self.order();
        if self.random.rand_float() < self.messy {
            self.mess_up(&mut fields);
        }
        Some(csv::line(fields.iter().map(String::as_str), self.delimiter))
    }
}

impl Sales {
    /// The fields of an orderly line.
    fn order(&mut self) -> Vec<String> {
        let (region, country) = self.country();
        let (item, price, cost) = *any(&mut self.random, &ITEMS);
        let ordered = FIRST_DAY + self.random.rand_range(0..DAYS);
        let shipped = ordered + self.random.rand_range(1..51);
        let units = self.random.rand_range(1..10_001);
        vec![
            region.to_owned(),
            country.to_owned(),
            item.to_owned(),
            (*any(&mut self.random, &["Online", "Offline"])).to_owned(),
            (*any(&mut self.random, &["C", "H", "M", "L"])).to_owned(),
            calendar::american(ordered),
            self.order_id().to_string(),
            calendar::american(shipped),
            units.to_string(),
            money(price),
            money(cost),
            money(units * price),
            money(units * cost),
            money(units * (price - cost)),
        ]
    }

    /// Every country is as likely as every other.
    fn country(&mut self) -> (&'static str, &'static str) {
        *any(&mut self.random, &COUNTRIES)
    }

    /// Nine digits that do not repeat: the factor shares no divisor with the number of ids.
    fn order_id(&mut self) -> u64 {
        self.orders += 1;
        100_000_000 + self.orders * 341_417_159 % 900_000_000
    }

    fn mess_up(&mut self, fields: &mut Vec<String>) {
        match self.mess() {
            Mess::OtherName => {
                let (region, country) = *any(&mut self.random, &OTHER_NAMES);
                (fields[0], fields[1]) = (region.to_owned(), country.to_owned());
            }
            Mess::CommaInItem => fields[2].push_str(", assorted"),
            Mess::NoRegion => fields[0].clear(),
            Mess::Header => *fields = COLUMNS.map(str::to_owned).into(),
            Mess::Ragged if self.random.rand_range(0..2) == 0 => fields.truncate(COLUMNS.len() - 1),
            Mess::Ragged => fields.push(String::new()),
            Mess::Mistyped => {
                let (column, text) =
                    *any(&mut self.random, &[(5, "31/31/2015"), (8, "many"), (9, "12.5O"), (11, "1.234,50")]);
                text.clone_into(&mut fields[column]);
            }
        }
    }

    fn mess(&mut self) -> Mess {
        match self.random.rand_range(0..6) {
            0 => Mess::OtherName,
            1 => Mess::CommaInItem,
            2 => Mess::NoRegion,
            3 => Mess::Header,
            4 => Mess::Ragged,
            _ => Mess::Mistyped,
        }
    }
}

fn money(cents: u64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn lines(seed: u64, messy: f64) -> Vec<String> {
        Sales::new(seed, ';', messy).take(10_000).collect()
    }

    fn cents(text: &str) -> u64 {
        text.replace('.', "").parse().expect("an amount has two digits behind its point")
    }

    #[test]
    fn the_same_seed_gives_the_same_lines() {
        assert_eq!(lines(7, 0.01), lines(7, 0.01));
        assert_ne!(lines(7, 0.01), lines(8, 0.01));
    }

    #[test]
    fn totals_of_orderly_lines_are_right_to_the_cent() {
        let mut ids = BTreeSet::new();
        for line in lines(1, 0.0) {
            let fields: Vec<&str> = line.split(';').collect();
            assert_eq!(fields.len(), COLUMNS.len(), "{line}");
            let units: u64 = fields[8].parse().unwrap();
            let [price, cost, revenue, total_cost, profit] =
                [9, 10, 11, 12, 13].map(|column: usize| cents(fields[column]));
            assert_eq!((revenue, total_cost), (units * price, units * cost), "{line}");
            assert_eq!(profit, revenue - total_cost, "{line}");
            assert!(ids.insert(fields[6].to_owned()), "{line}");
        }
    }

    #[test]
    fn as_many_lines_are_messy_as_is_asked_for() {
        let lines = lines(1, 0.6);
        let share = |is: &dyn Fn(&[&str]) -> bool| {
            let count = lines.iter().filter(|line| is(&line.split(';').collect::<Vec<_>>())).count();
            count as f64 / lines.len() as f64
        };
        let about_a_tenth = 0.09..0.11;
        assert!(about_a_tenth.contains(&share(&|fields| fields.len() != COLUMNS.len())), "ragged");
        assert!(about_a_tenth.contains(&share(&|fields| fields == COLUMNS)), "headers");
        assert!(about_a_tenth.contains(&share(&|fields| fields[0].is_empty())), "regions");
        assert!(about_a_tenth.contains(&share(&|fields| fields[2].contains(','))), "items");
        let other = |fields: &[&str]| OTHER_NAMES.iter().any(|(_, name)| *name == fields[1]);
        assert!(about_a_tenth.contains(&share(&other)), "names");
        let mistyped = |fields: &[&str]| {
            fields[5] == "31/31/2015"
                || fields[8] == "many"
                || fields[9].contains('O')
                || fields[11].contains(',')
        };
        assert!(about_a_tenth.contains(&share(&mistyped)), "types");
    }

    #[test]
    fn other_names_are_other_names() {
        for (region, name) in OTHER_NAMES {
            assert!(COUNTRIES.iter().any(|(known, _)| *known == region), "{region}");
            assert!(!COUNTRIES.contains(&(region, name)), "{name}");
        }
    }
}
