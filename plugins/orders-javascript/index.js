// Flattens the change records of a DynamoDB table of orders: each becomes one row of six columns.
import { Failure, drop, explode, plugin } from './nozzle.js';

const SETTINGS_SCHEMA = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  additionalProperties: false,
  properties: {
    deletes: {
      description: 'What becomes of a delete: a row of its key (row), or nothing (drop).',
      enum: ['row', 'drop'],
      default: 'row',
    },
  },
};

const COLUMNS = [
  ['orderid', string],
  ['product_name', string],
  ['quantity', integer],
  ['price', double],
];

// What `configure` took.
let deletes = 'row';

export const transformer = plugin({
  describe() {
    return {
      name: 'orders-javascript',
      version: '0.1.0',
      summary: 'Flattens DynamoDB change records of orders',
      settingsSchema: JSON.stringify(SETTINGS_SCHEMA),
      counters: [],
    };
  },

  configure(settings) {
    const unknown = Object.keys(settings).find((name) => name !== 'deletes');
    if (unknown !== undefined) throw `\`settings.${unknown}\`: the only setting is \`deletes\``;
    deletes = settings.deletes ?? 'row';
    if (!['row', 'drop'].includes(deletes)) throw '`settings.deletes`: is not `row` or `drop`';
  },

  transform(data) {
    const changes = documents(utf8(data));
    const place = (index) => (changes.length > 1 ? `[${index}]` : '');
    const rows = changes.map((change, index) => within(place(index), () => flat(change)));
    const delivered = rows.filter((row) => row !== undefined);
    return delivered.length > 0 ? explode(delivered) : drop('delete');
  },
});

/** Runs `read`; a failure in it is one of the part of the record at `place`. */
function within(place, read) {
  try {
    return read();
  } catch (error) {
    throw error instanceof Failure && place ? error.within(place) : error;
  }
}

// ---- Documents ----

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function utf8(data) {
  try {
    return decoder.decode(data);
  } catch {
    throw new Failure('not-json', 'malformed UTF-8');
  }
}

/** The JSON documents of a record: a producer may put several into one. */
function documents(text) {
  try {
    return [JSON.parse(text)]; // Nearly always.
  } catch {
    const found = [];
    for (let rest = text.trim(); rest !== ''; ) {
      const end = endOfFirst(rest);
      found.push(document(rest.slice(0, end)));
      rest = rest.slice(end).trim();
    }
    if (found.length === 0) throw new Failure('empty-record', 'record holds no JSON document');
    return found;
  }
}

/** Where the first document of a text ends: behind the bracket that closes the one it begins with. */
function endOfFirst(text) {
  let depth = 0;
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"?|[{}[\]]/gs)) {
    if (token === '{' || token === '[') depth++;
    if ((token === '}' || token === ']') && --depth === 0) return index + 1;
  }
  return text.length;
}

function document(text) {
  try {
    return JSON.parse(text);
  } catch ({ message }) {
    const trouble = /end of data|unterminated string/.test(message) ? 'JSON ends early' : 'malformed JSON';
    const [, line, column] = /line (\d+) column (\d+)/.exec(message);
    throw new Failure('not-json', `${trouble} at line ${line}, column ${column}`);
  }
}

// ---- Changes ----

/** The row of a change; `undefined` where it is dropped. */
function flat(change) {
  if (!isObject(change)) throw new Failure('not-a-change', 'is not an object');
  const { eventName: event, dynamodb: body } = change;
  if (event === undefined) throw new Failure('not-a-change', 'missing member `eventName`');
  if (body === undefined) throw new Failure('not-a-change', 'missing member `dynamodb`');
  if (!['INSERT', 'MODIFY', 'REMOVE'].includes(event)) {
    throw new Failure('unknown-operation', 'is not INSERT, MODIFY or REMOVE', 'eventName');
  }
  if (event === 'REMOVE' && deletes === 'drop') return undefined;
  const cells = [...columns(body, event === 'REMOVE' ? 'Keys' : 'NewImage'), `"cdc_event_type":"${event}"`];
  return `{${cells.join(',')},"creation_datetime":${createdAt(body.ApproximateCreationDateTime)}}`;
}

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The columns of what a change shows: the item after it, or the key of an item that is gone. */
function columns(body, place) {
  if (!isObject(body)) throw new Failure('not-a-change', 'is not an object', 'dynamodb');
  const image = body[place];
  if (image === undefined) throw new Failure('no-image', `change does not show its \`${place}\``);
  if (!isObject(image)) throw new Failure('not-a-change', 'is not an object', `dynamodb.${place}`);
  return COLUMNS.map(([name, write]) => {
    const cell = within(`dynamodb.${place}.${name}`, () => value(image[name], write));
    return `"${name}":${cell}`;
  });
}

function value(attribute, write) {
  const text = attributeText(attribute);
  return text === null ? 'null' : write(text);
}

/** The content of `{"S":"..."}` or `{"N":"..."}`; `null` for null and for a column that is not there. */
function attributeText(attribute) {
  if (attribute === undefined) return null;
  const types = Object.keys(Object(attribute));
  const type = types[0];
  if (types.length !== 1) throw new Failure('bad-attribute', 'is not an attribute value');
  const content = attribute[type];
  if (type === 'NULL' && content === true) return null;
  if ((type !== 'S' && type !== 'N') || typeof content !== 'string') {
    throw new Failure('mistyped-column', 'is neither a string nor a number');
  }
  if (type === 'N' && !isNumber(content)) {
    throw new Failure('bad-number', "number is not one in JSON's grammar");
  }
  return content;
}

// ---- Values, as JSON text: a number keeps its own digits, more than 64 bits hold ----

const NUMBER = /^-?(0|[1-9]\d*)(?:\.(\d+))?(?:[eE][+-]?\d+)?$/;

/** Whether a text is a number in JSON's grammar. Nearly all are as JavaScript writes them, which is quicker to see. */
function isNumber(text) {
  const value = Number(text);
  return (Number.isFinite(value) && String(value) === text) || NUMBER.test(text);
}

function string(text) {
  return JSON.stringify(text);
}

/** A 32-bit integer: `3`, `3.0` and `0.3E1` are all 3. */
function integer(text) {
  const value = Number(text) | 0;
  if (String(value) === text) return text;
  if (!isNumber(text)) throw new Failure('mistyped-column', 'is not a number');
  const [, whole, fraction = ''] = NUMBER.exec(text);
  const digits = (whole + fraction).replace(/^0+|0+$/g, '');
  const isExact = value === Number(text) && digits === String(Math.abs(value)).replace(/0+$/, '');
  if (!isExact) throw new Failure('mistyped-column', 'is not a 32-bit integer');
  return String(value);
}

/** A number that reads as a double: `100` becomes `100.0`. */
function double(text) {
  if (!isNumber(text)) throw new Failure('mistyped-column', 'is not a number');
  if (!Number.isFinite(Number(text))) throw new Failure('mistyped-column', 'is too large for a double');
  return text.includes('.') || /e/i.test(text) ? text : `${text}.0`;
}

/**
 * ISO 8601 in UTC, with microseconds where there are some. DynamoDB Streams tell seconds, Kinesis Data Streams
 * for DynamoDB milliseconds or microseconds; the magnitude tells which.
 */
function createdAt(time) {
  if (time === undefined || time === null) return 'null';
  if (typeof time !== 'number' || !(time >= 0 && time < 1e17)) {
    const trouble = 'is not seconds, milliseconds or microseconds since 1970';
    throw new Failure('bad-time', trouble, 'dynamodb.ApproximateCreationDateTime');
  }
  const perSecond = time < 1e11 ? 1 : time < 1e14 ? 1e3 : 1e6;
  const seconds = Math.floor(time / perSecond);
  const micros = Math.min(Math.round((time - seconds * perSecond) * (1e6 / perSecond)), 999_999);
  const fraction = micros > 0 ? `.${String(micros).padStart(6, '0')}` : '';
  return `"${new Date(seconds * 1000).toISOString().slice(0, 19)}${fraction}Z"`;
}
