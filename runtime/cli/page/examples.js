// A few records of each shape that streams often carry, to try a pipeline on.

const lines = (...records) => records.map((record) => `${JSON.stringify(record)}\n`).join("");

const STREAM = "arn:aws:dynamodb:eu-west-1:111122223333:table/Orders/stream/2026-01-01T00:00:00.000";

const item = (id, product, quantity, price) => ({
    orderid: { S: id },
    product_name: { S: product },
    quantity: { N: quantity },
    price: { N: price },
});

const change = (eventName, images, sequence) => ({
    eventID: `a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d${sequence}`,
    eventName,
    eventVersion: "1.1",
    eventSource: "aws:dynamodb",
    awsRegion: "eu-west-1",
    dynamodb: {
        ApproximateCreationDateTime: 1767225600 + sequence,
        Keys: { orderid: { S: "1001" } },
        ...images,
        SequenceNumber: `10000000000000000000${sequence}`,
        SizeBytes: 96,
        StreamViewType: "NEW_AND_OLD_IMAGES",
    },
    eventSourceARN: STREAM,
});

const dynamodb = lines(
    change("INSERT", { NewImage: item("1001", " Lamp ", "2", "19.90") }, 1),
    change(
        "MODIFY",
        { NewImage: item("1001", "Lamp", "3", "19.90"), OldImage: item("1001", " Lamp ", "2", "19.90") },
        2,
    ),
    change("REMOVE", { OldImage: item("1001", "Lamp", "3", "19.90") }, 3),
);

const source = {
    version: "2.7.0.Final",
    connector: "postgresql",
    name: "shop",
    ts_ms: 1767225600000,
    snapshot: "false",
    db: "shop",
    schema: "public",
    table: "orders",
    txId: 742,
    lsn: 24023128,
    xmin: null,
};

const customer = (status) => ({ id: 7, customer: "Ada", status, total: 59.8 });

const debezium = lines(
    { before: null, after: customer("new"), source, op: "c", ts_ms: 1767225600120, transaction: null },
    {
        before: customer("new"),
        after: customer("paid"),
        source,
        op: "u",
        ts_ms: 1767225660120,
        transaction: null,
    },
    { before: customer("paid"), after: null, source, op: "d", ts_ms: 1767225720120, transaction: null },
);

const metadata = (operation) => ({
    timestamp: "2026-01-01T00:00:00.297344Z",
    "record-type": "data",
    operation,
    "partition-key-type": "schema-table",
    "schema-name": "salesdb",
    "table-name": "orders",
    "transaction-id": 47330445004,
});

const dms = lines(
    { data: { id: 7, customer: "Ada", status: "new", total: 59.8 }, metadata: metadata("insert") },
    { data: { id: 7, customer: "Ada", status: "paid", total: 59.8 }, metadata: metadata("update") },
    { data: { id: 7 }, metadata: metadata("delete") },
);

const csv = [
    "Region,Country,Item Type,Order Date,Order ID,Units Sold,Unit Price",
    "Europe,France,Snacks,10/18/2014,686800706,8446,152.58",
    'Africa,"Congo, Democratic Republic of the",Fruits,5/28/2010,669165933,9925,9.33',
    "Asia,Japan,Cereal,8/22/2012,871543967,not a number,205.70",
]
    .map((line) => `${line}\n`)
    .join("");

const rows = lines(
    { order_id: 1001, country: "UK", product: " Lamp ", quantity: "3", price: "19.90", note: "" },
    {
        order_id: 1002,
        country: "Côte d'Ivoire",
        product: "Desk",
        quantity: "1",
        price: "249.00",
        note: "N/A",
    },
    { order_id: 1003, country: "Atlantis", product: "Chair", quantity: "two", price: "89.50", note: null },
);

/// The examples: what the list calls them, and their text.
export const EXAMPLES = [
    { name: "JSON rows", text: rows },
    { name: "DynamoDB changes", text: dynamodb },
    { name: "Debezium changes", text: debezium },
    { name: "AWS DMS changes", text: dms },
    { name: "CSV lines", text: csv },
];
