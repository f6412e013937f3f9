use proptest::prelude::*;

use super::{Filling, Prefix};
use crate::{ErrorOutput, Keys};

/// 10:30 on the 27th of August 2018, the time of AWS's examples.
const MORNING: u64 = 1_535_365_800_000;

fn rows(text: &str) -> String {
    let filling = Filling { oldest_ms: MORNING, keys: None, error: None };
    Prefix::parse(text).expect("a prefix").fill(filling)
}

fn errors(text: &str) -> String {
    let error = Some(ErrorOutput::ProcessingFailed);
    Prefix::parse(text).expect("a prefix").fill(Filling { oldest_ms: MORNING, keys: None, error })
}

fn refused(text: &str) -> String {
    Prefix::parse(text).expect_err("no prefix")
}

/// <https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html#s3-prefix-examples>. The page leaves the hour out where
/// it says itself that it is appended.
#[test]
fn prefixes_of_awss_page() {
    assert_eq!(rows(""), "2018/08/27/10/");
    assert_eq!(rows("myFirehosePrefix/"), "myFirehosePrefix/2018/08/27/10/");
    assert_eq!(rows("!{timestamp:yyyy/MM/dd}"), "2018/08/27");
    let hive =
        "myPrefix/year=!{timestamp:yyyy}/month=!{timestamp:MM}/day=!{timestamp:dd}/hour=!{timestamp:HH}/";
    assert_eq!(rows(hive), "myPrefix/year=2018/month=08/day=27/hour=10/");
    let random = rows("myFirehose/DeliveredYear=!{timestamp:yyyy}/anyMonth/rand=!{firehose:random-string}");
    let random = random.strip_prefix("myFirehose/DeliveredYear=2018/anyMonth/rand=").expect("the prefix");
    assert_eq!(random.len(), 11, "{random}");
}

#[test]
fn error_prefixes_of_awss_page() {
    assert_eq!(errors("myFirehosePrefix/"), "myFirehosePrefix/processing-failed/2018/08/27/10/");
    assert_eq!(errors(""), "processing-failed/2018/08/27/10/");
    assert_eq!(
        errors("myFirehoseFailures/!{firehose:error-output-type}/"),
        "myFirehoseFailures/processing-failed/"
    );
    let dated = "myFirehoseFailures/!{firehose:error-output-type}/!{timestamp:yyyy}/anyMonth/!{timestamp:dd}";
    assert_eq!(errors(dated), "myFirehoseFailures/processing-failed/2018/anyMonth/27");
    let quoted =
        "myErrorPrefix/!{timestamp:'year='yyyy'/month='MM'/day='dd'/hour='HH}/!{firehose:error-output-type}";
    assert_eq!(errors(quoted), "myErrorPrefix/year=2018/month=08/day=27/hour=10/processing-failed");
}

#[test]
fn prefix_without_an_expression_is_completed_without_a_slash_between() {
    assert_eq!(rows("legacy"), "legacy2018/08/27/10/");
}

#[test]
fn prefix_with_an_expression_is_not_completed() {
    assert_eq!(rows("a/!{firehose:random-string}/").len(), "a//".len() + 11);
    let prefix =
        Prefix::parse("customer=!{partitionKeyFromQuery:c}/!{partitionKeyFromLambda:d}/").expect("a prefix");
    let mut keys = Keys::default();
    keys.of_query.insert("c".to_owned(), "Ä 7".to_owned());
    keys.of_function.insert("d".to_owned(), "x".to_owned());
    let filled = prefix.fill(Filling { oldest_ms: MORNING, keys: Some(&keys), error: None });
    assert_eq!(filled, "customer=Ä 7/x/");
}

#[test]
fn random_strings_are_new_each_time() {
    assert_ne!(rows("!{firehose:random-string}"), rows("!{firehose:random-string}"));
    let both = rows("!{firehose:random-string}!{firehose:random-string}");
    assert_ne!(both[..11], both[11..]);
}

#[test]
fn patterns_are_javas() {
    let ms = MORNING + 7_123 + 5 * 3_600_000;
    let formatted = |pattern: &str| {
        let prefix = Prefix::parse(&format!("!{{timestamp:{pattern}}}")).expect(pattern);
        prefix.fill(Filling { oldest_ms: ms, keys: None, error: None })
    };
    for (pattern, expected) in [
        ("yyyy-MM-dd'T'HH:mm:ss.SSS", "2018-08-27T15:30:07.123"),
        ("yyyy'-'MM'-'dd", "2018-08-27"),
        ("yy M d h a", "18 8 27 3 PM"),
        ("uuuu/DDD", "2018/239"),
        ("E EEEE MMM MMMM", "Mon Monday Aug August"),
        ("S SSSSSS", "1 123000"),
        ("HH''mm", "15'30"),
        ("'o''clock 'HH", "o'clock 15"),
        ("yyyyMMddHH", "2018082715"),
        ("yyyyy", "02018"),
    ] {
        assert_eq!(formatted(pattern), expected, "{pattern}");
    }
}

#[test]
fn unknown_expressions_are_refused() {
    for (text, part) in [
        ("a/!{timestamp:YYYY}/", "`Y` is not known"),
        ("!{timestamp:yyyy'x}", "a single quote has no end"),
        ("!{timestamp:}", "the pattern is empty"),
        ("!{timestamp:ddd}", "`d` stands there 3 times, and may 2 times"),
        ("!{timestamp:[yyyy]}", "`[` has a meaning of its own"),
        ("!{firehose:random}", "`!{firehose:random}` is no expression"),
        ("!{partitionKeyFromQuery:}", "names no key"),
        ("!{time:yyyy}", "namespaces are"),
        ("!{yyyy}", "the form `!{namespace:value}`"),
        ("a/!{timestamp:yyyy", "`}` is missing"),
    ] {
        assert!(refused(text).contains(part), "{text}: {}", refused(text));
    }
}

#[test]
fn prefix_has_512_characters_at_most() {
    let hour = "2018/08/27/10/".len();
    assert_eq!(rows(&"ä".repeat(512 - hour)).chars().count(), 512);
    assert_eq!(refused(&"ä".repeat(513 - hour)), "it has more than 512 characters once it is filled in");
}

#[test]
fn prefix_says_what_it_asks_for() {
    let prefix = "!{partitionKeyFromLambda:a}!{partitionKeyFromQuery:b}!{partitionKeyFromQuery:c}/x";
    let read = Prefix::parse(prefix).expect("a prefix");
    assert_eq!(read.to_string(), prefix);
    assert_eq!(read.keys_of_function().collect::<Vec<_>>(), ["a"]);
    assert_eq!(read.keys_of_query().collect::<Vec<_>>(), ["b", "c"]);
    assert!(read.has_expressions() && !read.names_error_type());
    assert!(Prefix::parse("!{firehose:error-output-type}").expect("a prefix").names_error_type());
    assert!(!Prefix::parse("plain!}/").expect("a prefix").has_expressions());
}

fn part() -> impl Strategy<Value = String> {
    let expression = prop::sample::select(vec![
        "!{timestamp:yyyy/MM/dd}",
        "!{timestamp:'{!'HH}",
        "!{firehose:random-string}",
        "!{firehose:error-output-type}",
        "!{partitionKeyFromLambda:k}",
        "!{partitionKeyFromQuery:k}",
    ]);
    prop_oneof![expression.prop_map(str::to_owned), r##"[ "-~äß]{0,8}"##]
}

proptest! {
    #[test]
    fn no_expression_is_left_over(parts in prop::collection::vec(part(), 0..6), ms in 0..=4_102_444_800_000_u64) {
        let text = parts.concat();
        if let Ok(prefix) = Prefix::parse(&text) {
            prop_assert_eq!(prefix.to_string(), text);
            let error = Some(ErrorOutput::ProcessingFailed);
            let filled = prefix.fill(Filling { oldest_ms: ms, keys: Some(&Keys::default()), error });
            prop_assert!(!filled.contains("!{"), "{}", filled);
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,40}", ms in any::<u64>()) {
        if let Ok(prefix) = Prefix::parse(&text) {
            prefix.fill(Filling { oldest_ms: ms, keys: None, error: None });
        }
    }
}
