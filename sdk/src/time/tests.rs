//! Reading times, by examples and against chrono.

use chrono::{DateTime, Datelike, FixedOffset, Timelike};
use proptest::prelude::*;
use proptest::sample::select;

use super::*;

fn format(text: &str) -> Format {
    text.parse().unwrap_or_else(|failure| panic!("{text}: {failure}"))
}

/// What a text reads as, as it is shown.
fn read(format_text: &str, text: &str) -> Option<String> {
    format(format_text).read(text).map(|time| time.to_string())
}

#[test]
fn iso_is_read_in_all_its_ways() {
    for (text, expected) in [
        ("2025-08-20", "2025-08-20T00:00:00Z"),
        ("2025-08-20T12:30:00Z", "2025-08-20T12:30:00Z"),
        ("2025-08-20t12:30:00z", "2025-08-20T12:30:00Z"),
        ("2025-08-20 12:30:00", "2025-08-20T12:30:00Z"),
        ("2025-08-20T12:30:00.5", "2025-08-20T12:30:00.500000Z"),
        ("2025-08-20T12:30:00.123456789Z", "2025-08-20T12:30:00.123456Z"),
        ("2025-08-20T12:30:00.000000999Z", "2025-08-20T12:30:00Z"),
        ("2025-08-20T12:30:00+02:00", "2025-08-20T10:30:00Z"),
        ("2025-08-20T12:30:00.25-0930", "2025-08-20T22:00:00.250000Z"),
        ("2025-08-20 12:30:00+00", "2025-08-20T12:30:00Z"),
        ("2024-02-29T00:00:00+23:59", "2024-02-28T00:01:00Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
        ("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"),
    ] {
        assert_eq!(read("iso", text).as_deref(), Some(expected), "{text}");
    }
}

#[test]
fn what_is_not_iso_is_refused() {
    for text in [
        "",
        "2025",
        "2025-08",
        "20250820",
        "2025-8-20",
        "2025-08-20T",
        "2025-08-20T12",
        "2025-08-20T12:30",
        "2025-08-20T12:30:00.",
        "2025-08-20T12:30:00.1234567890",
        "2025-08-20T12:30:00,5",
        "2025-08-20T12:30:00 Z",
        "2025-08-20T12:30:00+2",
        "2025-08-20T12:30:00+02:0",
        "2025-08-20T12:30:00+02:000",
        "2025-08-20T12:30:00+24:00",
        "2025-08-20T12:30:00+02:60",
        "2025-08-20Z",
        " 2025-08-20",
        "2025-08-20\n",
        "2025-02-31",
        "2025-02-29T00:00:00Z",
        "2025-08-20T24:00:00Z",
        "2025-08-20T12:60:00Z",
        "2016-12-31T23:59:60Z",
        "0000-12-31",
        "0001-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59-00:01",
        "-001-01-01",
        "२०२५-08-20",
    ] {
        assert_eq!(read("iso", text), None, "{text}");
    }
}

#[test]
fn epochs_are_read_in_their_unit() {
    for (format, text, expected) in [
        ("epoch-seconds", "1755693000", "2025-08-20T12:30:00Z"),
        ("epoch-seconds", "1755693000.25", "2025-08-20T12:30:00.250000Z"),
        ("epoch-seconds", "1.755693E9", "2025-08-20T12:30:00Z"),
        ("epoch-seconds", "1755693000.1234569", "2025-08-20T12:30:00.123456Z"),
        ("epoch-seconds", "-0.5", "1969-12-31T23:59:59.500000Z"),
        ("epoch-seconds", "-62135596800", "0001-01-01T00:00:00Z"),
        ("epoch-millis", "1755693000123", "2025-08-20T12:30:00.123000Z"),
        ("epoch-millis", "0.5", "1970-01-01T00:00:00.000500Z"),
        ("epoch-micros", "1755693000123456", "2025-08-20T12:30:00.123456Z"),
        ("epoch-nanos", "1755693000123456999", "2025-08-20T12:30:00.123456Z"),
        ("epoch-nanos", "-1", "1969-12-31T23:59:59.999999Z"),
        ("epoch-nanos", "-1000", "1969-12-31T23:59:59.999999Z"),
        ("epoch-days", "20320", "2025-08-20T00:00:00Z"),
        ("epoch-days", "-719162", "0001-01-01T00:00:00Z"),
        ("epoch-days", "2.0E1", "1970-01-21T00:00:00Z"),
        ("epoch", "99999999999", "5138-11-16T09:46:39Z"),
        ("epoch", "100000000000", "1973-03-03T09:46:40Z"),
        ("epoch", "1755693000123456.9", "2025-08-20T12:30:00.123456Z"),
    ] {
        assert_eq!(read(format, text).as_deref(), Some(expected), "{format}: {text}");
    }
}

#[test]
fn what_is_no_epoch_is_refused() {
    for (format, text) in [
        ("epoch-seconds", ""),
        ("epoch-seconds", "+1"),
        ("epoch-seconds", " 1"),
        ("epoch-seconds", "1 "),
        ("epoch-seconds", "0x1"),
        ("epoch-seconds", "NaN"),
        ("epoch-seconds", "2025-08-20"),
        ("epoch-seconds", "253402300800"),
        ("epoch-seconds", "-62135596800.0000001"),
        ("epoch-seconds", "1E999999999999999999999"),
        ("epoch-micros", "9223372036854775808"),
        ("epoch-days", "0.5"),
        ("epoch-days", "2932897"),
        ("epoch-days", "9223372036854775807"),
        ("epoch", "-1"),
        ("epoch", "-0.0000001"),
        ("epoch", "100000000000000000"),
    ] {
        assert_eq!(read(format, text), None, "{format}: {text}");
    }
}

#[test]
fn patterns_are_read() {
    for (pattern, text, expected) in [
        ("%d/%m/%Y", "20/08/2025", "2025-08-20T00:00:00Z"),
        ("%d/%m/%Y", "1/8/2025", "2025-08-01T00:00:00Z"),
        ("%m/%d/%y", "8/20/68", "2068-08-20T00:00:00Z"),
        ("%m/%d/%y", "8/20/69", "1969-08-20T00:00:00Z"),
        ("%Y%m%d", "20250820", "2025-08-20T00:00:00Z"),
        ("%b %e, %Y", "Aug  1, 2025", "2025-08-01T00:00:00Z"),
        ("%b %d, %Y", "AUG 01, 2025", "2025-08-01T00:00:00Z"),
        ("%d.%B.%Y", "3.may.2025", "2025-05-03T00:00:00Z"),
        ("%Y-%m-%d %I:%M:%S %p", "2025-08-20 12:30:00 AM", "2025-08-20T00:30:00Z"),
        ("%Y-%m-%d %p%I", "2025-08-20 pm12", "2025-08-20T12:00:00Z"),
        ("%Y-%m-%d %p%I", "2025-08-20 pm1", "2025-08-20T13:00:00Z"),
        ("%Y-%m-%d %H:%M:%S,%f", "2025-08-20 9:05:07,5", "2025-08-20T09:05:07.500000Z"),
        ("%Y-%m-%dT%H:%M:%S.%f%z", "2025-08-20T12:30:00.123456789Z", "2025-08-20T12:30:00.123456Z"),
        ("%d/%b/%Y:%H:%M:%S %z", "20/Aug/2025:12:30:00 -0700", "2025-08-20T19:30:00Z"),
        ("%Y%m%d%H%M%S%f", "20250820123000123456", "2025-08-20T12:30:00.123456Z"),
        ("%f0%S0%M0%H0%d0%m0%Y", "12345600003001202000802025", "2025-08-20T12:30:00.123456Z"),
        ("100%% %Y-%m-%d", "100% 2025-08-20", "2025-08-20T00:00:00Z"),
        ("%Y年%m月%d日", "2025年8月20日", "2025-08-20T00:00:00Z"),
    ] {
        assert_eq!(read(pattern, text).as_deref(), Some(expected), "{pattern}: {text}");
    }
}

#[test]
fn what_is_not_of_the_pattern_is_refused() {
    for (pattern, text) in [
        ("%d/%m/%Y", ""),
        ("%d/%m/%Y", "20/08/25"),
        ("%d/%m/%Y", "20/08/02025"),
        ("%d/%m/%Y", "20/08/2025 "),
        ("%d/%m/%Y", "020/8/2025"),
        ("%d/%m/%Y", "  1/8/2025"),
        ("%d/%m/%Y", " 20/8/2025"),
        ("%d/%m/%Y", "31/2/2025"),
        ("%d/%m/%Y", "1/13/2025"),
        ("%d/%m/%Y", "20-08-2025"),
        ("%d/%m/%Y", "+1/08/2025"),
        ("%Y%m%d", "2025820"),
        ("%Y%m%d", "2025 820"),
        ("%b %d, %Y", "Augu 20, 2025"),
        ("%b %d, %Y", "Ауг 20, 2025"),
        ("%B %d, %Y", "Aug 20, 2025"),
        ("%Y-%m-%d %H", "2025-08-20 24"),
        ("%Y-%m-%d %I %p", "2025-08-20 0 AM"),
        ("%Y-%m-%d %I %p", "2025-08-20 13 PM"),
        ("%Y-%m-%d %I %p", "2025-08-20 1 XM"),
        ("%Y-%m-%d %H:%M", "2025-08-20 12:60"),
        ("%Y-%m-%d %H:%M:%S", "2016-12-31 23:59:60"),
        ("%Y-%m-%d %H:%M:%S.%f", "2025-08-20 12:30:00."),
        ("%Y-%m-%d %H:%M:%S.%f", "2025-08-20 12:30:00.1234567890"),
        ("%Y-%m-%d%z", "2025-08-20"),
        ("%Y-%m-%d%z", "0001-01-01+00:01"),
    ] {
        assert_eq!(read(pattern, text), None, "{pattern}: {text}");
    }
}

#[test]
fn a_format_that_cannot_work_says_why() {
    let names = "is not `iso`, `epoch`, `epoch-seconds`, `epoch-millis`, `epoch-micros`, `epoch-nanos`, \
        `epoch-days` or a pattern such as `%Y-%m-%d`";
    for (text, reason) in [
        ("", names),
        ("ISO", names),
        ("YYYY-MM-DD", names),
        ("%", "ends in `%`: say `%%` for a percent sign"),
        ("%Y-%j", "unknown directive `%j`: there are %Y %y %m %b %B %d %e %H %I %p %M %S %f %z %%"),
        ("%m/%d", "does not tell the year: add `%Y` or `%y`"),
        ("%Y/%d", "does not tell the month: add `%m`, `%b` or `%B`"),
        ("%%Y-%m", "does not tell the year: add `%Y` or `%y`"),
        ("%Y/%m", "does not tell the day: add `%d` or `%e`"),
        ("%Y-%m-%d %m", "tells the month twice"),
        ("%y-%m-%d %Y", "tells the year twice"),
        ("%Y-%m-%e %d", "tells the day twice"),
        ("%Y-%m-%d %H %I %p", "tells the hour twice"),
        ("%Y-%m-%d %I", "`%I` needs `%p`"),
        ("%Y-%m-%d %H %p", "`%p` needs `%I`"),
        ("%Y-%m-%d %M", "`%M` needs `%H` or `%I`"),
        ("%Y-%m-%d %H:%S", "`%S` needs `%M`"),
        ("%Y-%m-%d %H:%M.%f", "`%f` needs `%S`"),
    ] {
        let failure = text.parse::<Format>().unwrap_err();
        assert_eq!((&*failure.code, &*failure.reason), ("bad-format", reason), "{text}");
    }
}

#[test]
fn a_format_shows_as_settings_say_it() {
    for text in ["iso", "epoch", "epoch-seconds", "epoch-millis", "epoch-micros", "epoch-nanos", "epoch-days"]
    {
        assert_eq!(format(text).to_string(), text);
    }
    let pattern: Format = serde_json::from_str(r#""%d/%m/%Y %%""#).unwrap();
    assert_eq!(pattern.to_string(), "%d/%m/%Y %%");
    let error = serde_json::from_str::<Format>(r#""%d/%m""#).unwrap_err();
    assert!(error.to_string().starts_with("does not tell the year: add"), "{error}");
}

/// Microseconds of the years 0001 to 9999.
fn micros() -> impl Strategy<Value = i64> {
    -62_135_596_800_000_000..253_402_300_800_000_000_i64
}

/// A pattern, its directives in any order.
fn patterns() -> impl Strategy<Value = String> {
    let clock = select(vec![
        &[][..],
        &["%H"],
        &["%I", "%p"],
        &["%H", "%M"],
        &["%I", "%p", "%M"],
        &["%H", "%M", "%S"],
        &["%I", "%p", "%M", "%S"],
        &["%H", "%M", "%S", "%f"],
        &["%H", "%M", "%S", "%f", "%z"],
        &["%I", "%p", "%M", "%S", "%f", "%z"],
    ]);
    let date = (select(vec!["%Y", "%y"]), select(vec!["%m", "%b", "%B"]), select(vec!["%d", "%e"]));
    let directives =
        (date, clock).prop_map(|((year, month, day), clock)| [&[year, month, day], clock].concat());
    let separator = select(vec!["", "", " ", "/", ":", "T", "%%", "é", "7"]);
    (directives.prop_shuffle(), prop::collection::vec(separator, 9)).prop_map(|(directives, separators)| {
        directives
            .into_iter()
            .zip(separators)
            .map(|(directive, behind)| format!("{directive}{behind}"))
            .collect()
    })
}

/// A time of a clock with an offset, cut off to what `pattern` tells.
fn cut_off(time: DateTime<FixedOffset>, pattern: &str) -> DateTime<FixedOffset> {
    let tells = |directive| pattern.contains(directive);
    let nanos = if tells("%f") { time.nanosecond() / 1000 * 1000 } else { 0 };
    let second = if tells("%S") { time.second() } else { 0 };
    let minute = if tells("%M") { time.minute() } else { 0 };
    let hour = if tells("%H") || tells("%I") { time.hour() } else { 0 };
    let clock = chrono::NaiveTime::from_hms_nano_opt(hour, minute, second, nanos).unwrap();
    let offset = if tells("%z") { *time.offset() } else { FixedOffset::east_opt(0).unwrap() };
    time.date_naive().and_time(clock).and_local_timezone(offset).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn what_is_shown_is_read_again(micros in micros()) {
        let time = Timestamp::from_micros(micros);
        prop_assert_eq!(Format::Iso.read(&time.to_string()), Some(time));
        let date = time.date().unwrap();
        prop_assert_eq!(Format::Iso.read(&date.to_string()), Some(date.midnight()));
        prop_assert_eq!(Format::EpochMicros.read(&micros.to_string()), Some(time));
        prop_assert_eq!(Format::EpochDays.read(&date.days().to_string()), Some(date.midnight()));
    }

    #[test]
    fn one_point_is_one_point_in_seconds_millis_and_nanos(micros in micros(), below in 0..1000_i128) {
        let nanos = i128::from(micros) * 1000 + below;
        for (format, power) in [(Format::EpochNanos, 0), (Format::EpochMillis, -6), (Format::EpochSeconds, -9)] {
            let time = format.read(&format!("{nanos}E{power}"));
            prop_assert_eq!(time, Some(Timestamp::from_micros(micros)));
        }
    }

    #[test]
    fn iso_is_read_as_chrono_reads_it(
        text in concat!(
            "[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9]",
            "(\\.[0-9]{1,9})?(Z|[+-][0-2][0-9]:[0-6][0-9])",
        ),
    ) {
        let is_leap_second = &text[17..19] == "60";
        let oracle = DateTime::parse_from_rfc3339(&text).ok().filter(|_| !is_leap_second);
        let oracle = oracle.map(|time| time.to_utc()).filter(|time| (1..=9999).contains(&time.year()));
        prop_assert_eq!(
            Format::Iso.read(&text).map(Timestamp::micros),
            oracle.map(|time| time.timestamp_micros())
        );
    }

    #[test]
    fn what_chrono_writes_by_a_pattern_is_read(
        pattern in patterns(), seconds in -31_536_000_i64..3_124_137_600, nanos in 0..1_000_000_000_u32,
        minutes in -1439..1440,
    ) {
        let offset = FixedOffset::east_opt(minutes * 60).unwrap();
        let time = DateTime::from_timestamp(seconds, nanos).unwrap().with_timezone(&offset);
        prop_assume!((1969..=2068).contains(&time.year()));
        // chrono has a directive of its own for six digits.
        let text = time.format(&pattern.replace("%f", "%6f")).to_string();
        let expected = cut_off(time, &pattern).timestamp_micros();
        let read = format(&pattern).read(&text).map(Timestamp::micros);
        prop_assert_eq!(read, Some(expected), "{}: {}", pattern, text);
    }

    #[test]
    fn no_text_is_too_strange(pattern in patterns(), text in ".{0,40}|[ 0-9/:TZ+-]{0,30}") {
        let time = format(&pattern).read(&text);
        prop_assert!(time.is_none_or(|time| time.date().is_some()));
    }
}
