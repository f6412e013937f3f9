use super::*;

fn events(text: &str) -> (Format, Vec<Vec<u8>>) {
    events_of(text.as_bytes())
}

fn events_of(bytes: &[u8]) -> (Format, Vec<Vec<u8>>) {
    read(bytes, Format::Auto)
}

fn read(bytes: &[u8], format: Format) -> (Format, Vec<Vec<u8>>) {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    let mut input = Input::open(file.path(), format, Source::Direct).unwrap();
    let mut events = Vec::new();
    while let Some(event) = input.next_event().unwrap() {
        events.push(event);
    }
    (input.format, events)
}

fn payloads(event: &[u8]) -> Vec<String> {
    let event = nozzle_runtime::firehose::Event::parse(event).unwrap();
    let decode = |record| {
        let mut buffer = Vec::new();
        String::from_utf8(event.decode(record, &mut buffer).unwrap().to_vec()).unwrap()
    };
    event.records.iter().map(decode).collect()
}

#[test]
fn json_lines_are_records_and_blank_ones_are_none() {
    let (format, events) = events("{\"a\":1}\r\n\n{\"a\":2}");
    assert_eq!(format, Format::Jsonl);
    assert_eq!(payloads(&events[0]), ["{\"a\":1}", "{\"a\":2}"]);
}

#[test]
fn other_lines_are_records_even_when_empty() {
    let (format, events) = events("hello\n\nworld\n");
    assert_eq!(format, Format::Lines);
    assert_eq!(payloads(&events[0]), ["hello", "", "world"]);
}

#[test]
fn a_row_of_csv_may_hold_newlines() {
    let (_, events) = read(b"a,\"b\r\n\"\"c\"\r\nd,\"\"\n\ne\n", Format::Csv);
    assert_eq!(payloads(&events[0]), ["a,\"b\r\n\"\"c\"", "d,\"\"", "", "e"]);
}

#[test]
fn a_quote_that_never_ends_does_not_take_the_whole_file() {
    let line = "\"".to_owned() + &"x".repeat(BATCH_BYTES) + "\n";
    let (_, events) = read((line.clone() + "y\n").as_bytes(), Format::Csv);
    assert_eq!(payloads(&events[0]), [line.trim_end()]);
    assert_eq!(payloads(&events[1]), ["y"]);
}

#[test]
fn an_event_is_known_on_one_line_and_on_many() {
    for text in
        ["{\"records\":[{\"recordId\":\"1\"}]}\n", "{\n  \"records\": [\n {\"recordId\": \"1\"}]\n}\n"]
    {
        let (format, events) = events(text);
        assert_eq!(format, Format::Event);
        assert_eq!(events, [text.as_bytes()]);
    }
}

#[test]
fn a_second_reader_goes_on_behind_any_record() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let open = || Input::open(file.path(), Format::Auto, Source::Direct).unwrap();
    for text in ["{\"a\":1}\n\n{}\r\n{\"a\":2}\n", "one\n\ntwo"] {
        std::fs::write(file.path(), text).unwrap();
        let rest =
            |mut input: Input| std::iter::from_fn(move || input.next_record().unwrap()).collect::<Vec<_>>();
        let (mut first, whole) = (open(), rest(open()));
        for n in 0..=whole.len() {
            let mut second = open();
            second.skip_to(first.position).unwrap();
            assert_eq!(rest(second), whole[n..], "{text}");
            first.next_record().unwrap();
        }
    }
    assert!(open().skip_to(9).is_err());
}

#[test]
fn long_input_comes_in_several_batches() {
    let (_, events) = events(&"{}\n".repeat(BATCH_RECORDS * 2 + 1));
    let counts: Vec<usize> = events.iter().map(|event| payloads(event).len()).collect();
    assert_eq!(counts, [BATCH_RECORDS, BATCH_RECORDS, 1]);
}

#[test]
fn error_objects_give_the_records_they_are_about() {
    let lines = concat!(
        r#"{"attemptsMade":4,"arrivalTimestamp":1654710150135,"errorCode":"Lambda.FunctionTimedOut","rawData":"aGk="}"#,
        "\n",
        r#"{"rawData":"eW91","lastErrorCode":"DataFormatConversion.ParseError"}"#,
    );
    let (format, plain) = events(lines);
    assert_eq!((format, payloads(&plain[0])), (Format::Errors, vec!["hi".to_owned(), "you".to_owned()]));
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut gzip, lines.as_bytes()).unwrap();
    assert_eq!(events_of(&gzip.finish().unwrap()), (format, plain));
}

#[test]
fn records_of_a_kinesis_stream_keep_their_partition_key() {
    let printed = r#"{
        "Records": [{ "SequenceNumber": "495", "ApproximateArrivalTimestamp": 1.5, "Data": "aGk=", "PartitionKey": "k\"1" }],
        "NextShardIterator": "AAAA", "MillisBehindLatest": 0
    }"#;
    let (format, events) = events(printed);
    assert_eq!((format, payloads(&events[0])), (Format::Kinesis, vec!["hi".to_owned()]));
    let event: serde_json::Value = serde_json::from_slice(&events[0]).unwrap();
    assert_eq!(event["records"][0]["kinesisRecordMetadata"]["partitionKey"], "k\"1");
}
