// The orders transform for Node, as it is commonly written by hand.

/** Answers every record of a Firehose transformation event. */
export async function handler(event) {
  return { records: event.records.map(answer) };
}

/** One record's answer: its row, or its own data back as failed. */
function answer(record) {
  try {
    const change = JSON.parse(Buffer.from(record.data, "base64").toString("utf8"));
    const line = JSON.stringify(row(change)) + "\n";
    const data = Buffer.from(line, "utf8").toString("base64");
    return { recordId: record.recordId, result: "Ok", data };
  } catch (error) {
    console.log(`failed to transform a record: ${error}`);
    return { recordId: record.recordId, result: "ProcessingFailed", data: record.data };
  }
}

/** The flat row of one change: typed columns first, then the added ones, then all others. */
function row(change) {
  const { orderid, product_name, quantity, price, ...others } = change.dynamodb.NewImage;
  const flat = {
    orderid: String(plain(orderid)),
    product_name: String(plain(product_name)),
    quantity: Math.trunc(plain(quantity)),
    price: Number(plain(price)),
    cdc_event_type: change.eventName,
    creation_datetime: iso(change.dynamodb.ApproximateCreationDateTime),
  };
  flatten(others, "", flat);
  return flat;
}

/** A value without DynamoDB's types. */
function plain(typed) {
  if ("S" in typed) return typed.S;
  if ("N" in typed) return Number(typed.N);
  if ("BOOL" in typed) return typed.BOOL;
  if ("NULL" in typed) return null;
  if ("L" in typed) return typed.L.map(plain);
  if ("M" in typed) {
    return Object.fromEntries(Object.entries(typed.M).map(([name, value]) => [name, plain(value)]));
  }
  return Object.values(typed)[0];
}

/** Nested maps become columns of their own: `address_city`. */
function flatten(columns, prefix, into) {
  for (const [name, typed] of Object.entries(columns)) {
    if ("M" in typed) flatten(typed.M, `${prefix}${name}_`, into);
    else into[prefix + name] = plain(typed);
  }
}

/** UTC with a Z, without a fraction. */
function iso(seconds) {
  return new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
}
