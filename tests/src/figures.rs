//! Measured figures as text.

/// Nanoseconds in the unit that leaves no zeros.
pub fn time(nanos: f64) -> String {
    match nanos {
        ..1e3 => format!("{} ns", digits(nanos)),
        ..1e6 => format!("{} us", digits(nanos / 1e3)),
        _ => format!("{} ms", digits(nanos / 1e6)),
    }
}

/// Three digits, which is more than a machine holds still for.
pub fn digits(figure: f64) -> String {
    match figure {
        ..9.995 => format!("{figure:.2}"),
        ..99.95 => format!("{figure:.1}"),
        _ => format!("{figure:.0}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_three_digits_and_its_unit() {
        let shown: Vec<String> = [0.5, 9.996, 250.4, 1234.0, 99_960.0, 12_345_678.0].map(time).to_vec();
        assert_eq!(shown, ["0.50 ns", "10.0 ns", "250 ns", "1.23 us", "100 us", "12.3 ms"]);
    }
}
