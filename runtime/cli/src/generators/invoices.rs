//! Made-up invoices of a web shop in the shape of the public "Online Retail" file, as `nozzle generate invoices` prints
//! them.

use oorandom::Rand64;

use super::{any, calendar, csv};

/// The columns, as the file names them.
const COLUMNS: [&str; 8] = [
    "InvoiceNo",
    "StockCode",
    "Description",
    "Quantity",
    "InvoiceDate",
    "UnitPrice",
    "CustomerID",
    "Country",
];

/// What is sold: code, description and price in pence.
const PRODUCTS: [(&str, &str, u64); 20] = [
    ("85123A", "WHITE HANGING HEART T-LIGHT HOLDER", 255),
    ("71053", "WHITE METAL LANTERN", 339),
    ("84406B", "CREAM CUPID HEARTS COAT HANGER", 275),
    ("84029G", "KNITTED UNION FLAG HOT WATER BOTTLE", 339),
    ("22752", "SET 7 BABUSHKA NESTING BOXES", 765),
    ("22423", "REGENCY CAKESTAND 3 TIER", 1275),
    ("85099B", "JUMBO BAG RED RETROSPOT", 195),
    ("47566", "PARTY BUNTING", 495),
    ("20725", "LUNCH BAG RED RETROSPOT", 165),
    ("84879", "ASSORTED COLOUR BIRD ORNAMENT", 169),
    ("22720", "SET OF 3 CAKE TINS PANTRY DESIGN ", 495),
    ("21212", "PACK OF 72 RETROSPOT CAKE CASES", 42),
    ("20727", "LUNCH BAG  BLACK SKULL.", 165),
    ("22457", "NATURAL SLATE HEART CHALKBOARD ", 295),
    ("21166", "COOK WITH WINE METAL SIGN ", 195),
    ("21181", "AIRLINE LOUNGE,METAL SIGN", 210),
    ("23254", "TRAY, BREAKFAST IN BED", 1295),
    ("84997", "RECORD FRAME 7\" SINGLE SIZE ", 255),
    ("85053", "CHARLIE+LOLA\"EXTREMELY BUSY\" SIGN", 625),
    ("POST", "POSTAGE", 1800),
];

/// Where customers live, each with how many invoices of a thousand go there.
const COUNTRIES: [(&str, u64); 20] = [
    ("United Kingdom", 905),
    ("Germany", 20),
    ("France", 18),
    ("EIRE", 15),
    ("Spain", 6),
    ("Netherlands", 5),
    ("Belgium", 4),
    ("Switzerland", 4),
    ("Portugal", 3),
    ("Australia", 3),
    ("Channel Islands", 3),
    ("Unspecified", 3),
    ("USA", 2),
    ("Hong Kong", 2),
    ("Japan", 2),
    ("RSA", 1),
    ("European Community", 1),
    ("Czech Republic", 1),
    ("United Arab Emirates", 1),
    ("Brazil", 1),
];

/// Countries by names that the file does not have for them.
const OTHER_NAMES: [&str; 6] =
    ["UK", "GB", "united kingdom", " United  Kingdom", "Great Britain", "Deutschland"];

/// The number of the first invoice.
const FIRST_INVOICE: u64 = 536_365;
/// When it is written: 2010-12-01 08:26, in minutes since 1970.
const FIRST_MINUTE: u64 = 21_519_866;

/// The form of the lines.
#[derive(Clone, Copy, Debug, Eq, PartialEq, clap::ValueEnum)]
pub(crate) enum Format {
    /// One JSON object a line, as an API gets them: numbers, nulls, and times like 12/1/2010 8:26
    Json,
    /// The lines of a CSV file: nothing for null, and times like 2010-12-01 08:26:00
    Csv,
}

/// An endless list of invoice lines. The same seed and settings give the same ones.
#[derive(Debug)]
pub(crate) struct Invoices {
    random: Rand64,
    format: Format,
    messy: f64,
    number: u64,
    minute: u64,
    open: Invoice,
}

/// The invoice that is being written.
#[derive(Clone, Copy, Debug)]
struct Invoice {
    cancels: bool,
    customer: Option<u64>,
    country: &'static str,
    lines_left: u64,
}

/// A value of a line.
enum Field {
    Null,
    Text(String),
    Number(String),
}

impl Invoices {
    /// A list of which a share, 0 to 1, is messier than a shop's life is.
    pub(crate) fn new(seed: u64, format: Format, messy: f64) -> Self {
        let open =
            Invoice { cancels: false, customer: Some(17_850), country: "United Kingdom", lines_left: 7 };
        let random = Rand64::new(seed.into());
        Self { random, format, messy, number: FIRST_INVOICE, minute: FIRST_MINUTE, open }
    }

    /// The line that names the columns.
    pub(crate) fn header() -> String {
        csv::line(COLUMNS, ',')
    }
}

impl Iterator for Invoices {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        if self.open.lines_left == 0 {
            self.open = self.invoice();
        }
        self.open.lines_left -= 1;
        let mut fields = if self.one_in(400) { self.adjustment() } else { self.sale() };
        if self.random.rand_float() < self.messy {
            self.mess_up(&mut fields);
        }
        Some(match self.format {
            Format::Json => json(&fields),
            Format::Csv => csv::line(fields.iter().map(Field::text), ','),
        })
    }
}

impl Invoices {
    /// The next invoice: up to 40 minutes later; one in seven cancels a few lines of an older one, and of one in four the
    /// customer is not known.
    fn invoice(&mut self) -> Invoice {
        self.number += 1;
        self.minute += self.random.rand_range(0..41);
        let cancels = self.one_in(7);
        Invoice {
            cancels,
            customer: (!self.one_in(4)).then(|| self.random.rand_range(12_346..18_288)),
            country: self.country(),
            lines_left: self.random.rand_range(1..if cancels { 5 } else { 47 }),
        }
    }

    fn country(&mut self) -> &'static str {
        let mut left = self.random.rand_range(0..1_000);
        for (country, share) in COUNTRIES {
            if left < share {
                return country;
            }
            left -= share;
        }
        "Unspecified"
    }

    /// A line of something sold, or of something given back.
    fn sale(&mut self) -> [Field; 8] {
        let (code, description, price) = *any(&mut self.random, &PRODUCTS);
        let quantity = *any(&mut self.random, &[1, 1, 2, 3, 4, 6, 6, 12, 24, 48, 96]);
        let sign = if self.open.cancels { "-" } else { "" };
        let price = if self.one_in(500) { 0 } else { price };
        let description =
            if self.one_in(1_000) { description.replacen(' ', "\n", 1) } else { description.to_owned() };
        self.line([
            Field::Text(code.to_owned()),
            Field::Text(description),
            Field::Number(format!("{sign}{quantity}")),
            Field::Number(pounds(price)),
        ])
    }

    /// A line that sets the stock right: it has neither a description nor a price.
    fn adjustment(&mut self) -> [Field; 8] {
        let (code, ..) = *any(&mut self.random, &PRODUCTS);
        let quantity = self.random.rand_range(1..200);
        let sign = if self.one_in(2) { "-" } else { "" };
        self.line([
            Field::Text(code.to_owned()),
            Field::Null,
            Field::Number(format!("{sign}{quantity}")),
            Field::Number(pounds(0)),
        ])
    }

    /// The whole line around what was sold.
    fn line(&self, [code, description, quantity, price]: [Field; 4]) -> [Field; 8] {
        let Invoice { cancels, customer, country, .. } = self.open;
        let sign = if cancels { "C" } else { "" };
        [
            Field::Text(format!("{sign}{}", self.number)),
            code,
            description,
            quantity,
            Field::Text(self.time()),
            price,
            customer.map_or(Field::Null, |customer| Field::Number(format!("{customer}.0"))),
            Field::Text(country.to_owned()),
        ]
    }

    fn time(&self) -> String {
        let (day, hour, minute) = (self.minute / 1_440, self.minute / 60 % 24, self.minute % 60);
        match self.format {
            Format::Json => format!("{} {hour}:{minute:02}", calendar::american(day)),
            Format::Csv => format!("{} {hour:02}:{minute:02}:00", calendar::iso(day)),
        }
    }

    /// Gives the country another name, or makes the line one that is to be rejected.
    fn mess_up(&mut self, fields: &mut [Field; 8]) {
        match self.random.rand_range(0..4) {
            0 => fields[7] = Field::Text((*any(&mut self.random, &OTHER_NAMES)).to_owned()),
            1 => fields[0] = Field::Null,
            2 => fields[3] = Field::Text("a dozen".to_owned()),
            _ => fields[4] = Field::Text("31/31/2011 8:26".to_owned()),
        }
    }

    fn one_in(&mut self, n: u64) -> bool {
        self.random.rand_range(0..n) == 0
    }
}

impl Field {
    /// As CSV shows it.
    fn text(&self) -> &str {
        match self {
            Field::Null => "",
            Field::Text(text) | Field::Number(text) => text,
        }
    }

    fn json(&self) -> String {
        match self {
            Field::Null => "null".to_owned(),
            Field::Text(text) => serde_json::Value::from(text.as_str()).to_string(),
            Field::Number(number) => number.clone(),
        }
    }
}

fn json(fields: &[Field]) -> String {
    let members = COLUMNS.iter().zip(fields).map(|(column, field)| format!("\"{column}\":{}", field.json()));
    format!("{{{}}}", members.collect::<Vec<_>>().join(","))
}

/// An amount as a float is written: `2.55`, `2.1`, `0.0`.
fn pounds(pence: u64) -> String {
    let text = format!("{}.{:02}", pence / 100, pence % 100);
    text.strip_suffix('0').unwrap_or(&text).to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    const COUNT: usize = 20_000;

    fn lines(seed: u64, format: Format, messy: f64) -> Vec<String> {
        Invoices::new(seed, format, messy).take(COUNT).collect()
    }

    fn rows(messy: f64) -> Vec<Value> {
        lines(1, Format::Json, messy).iter().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// How many of 1,000 rows are so.
    fn share(rows: &[Value], is: impl Fn(&Value) -> bool) -> usize {
        rows.iter().filter(|row| is(row)).count() * 1_000 / rows.len()
    }

    fn cancels(row: &Value) -> bool {
        row["InvoiceNo"].as_str().is_some_and(|number| number.starts_with('C'))
    }

    #[test]
    fn the_same_seed_gives_the_same_lines() {
        for format in [Format::Json, Format::Csv] {
            assert_eq!(lines(7, format, 0.01), lines(7, format, 0.01));
            assert_ne!(lines(7, format, 0.01), lines(8, format, 0.01));
        }
    }

    #[test]
    fn the_first_line_is_that_of_the_shop() {
        let json = lines(1, Format::Json, 0.0).remove(0);
        assert!(json.starts_with("{\"InvoiceNo\":\"536365\",\"StockCode\":\""), "{json}");
        assert!(json.contains("\"InvoiceDate\":\"12/1/2010 8:26\""), "{json}");
        assert!(json.ends_with("\"CustomerID\":17850.0,\"Country\":\"United Kingdom\"}"), "{json}");
        let csv = lines(1, Format::Csv, 0.0).remove(0);
        assert!(csv.ends_with(",17850.0,United Kingdom") && csv.contains(",2010-12-01 08:26:00,"), "{csv}");
    }

    #[test]
    fn a_shop_has_cancellations_and_gaps() {
        let rows = rows(0.0);
        assert!((10..35).contains(&share(&rows, cancels)), "cancellations");
        assert!((200..300).contains(&share(&rows, |row| row["CustomerID"].is_null())), "customers");
        assert!((1..5).contains(&share(&rows, |row| row["Description"].is_null())), "descriptions");
        assert!((2..8).contains(&share(&rows, |row| row["UnitPrice"] == 0.0)), "prices");
        assert!((850..950).contains(&share(&rows, |row| row["Country"] == "United Kingdom")), "countries");
        let sold = rows.iter().filter(|row| !row["Description"].is_null());
        assert!(sold.clone().all(|row| cancels(row) == (row["Quantity"].as_i64() < Some(0))));
        assert!(sold.clone().any(|row| row["Description"].as_str().unwrap().contains('\n')), "newlines");
    }

    #[test]
    fn as_many_lines_are_messy_as_is_asked_for() {
        let rows = rows(0.4);
        let about_a_tenth = 90..110;
        assert!(about_a_tenth.contains(&share(&rows, |row| row["InvoiceNo"].is_null())), "numbers");
        assert!(about_a_tenth.contains(&share(&rows, |row| row["Quantity"].is_string())), "quantities");
        assert!(
            about_a_tenth.contains(&share(&rows, |row| row["InvoiceDate"] == "31/31/2011 8:26")),
            "dates"
        );
        let other = |row: &Value| OTHER_NAMES.iter().any(|name| row["Country"] == *name);
        assert!(about_a_tenth.contains(&share(&rows, other)), "countries");
    }

    #[test]
    fn the_shares_of_the_countries_are_thousandths() {
        assert_eq!(COUNTRIES.iter().map(|(_, share)| share).sum::<u64>(), 1_000);
    }
}
