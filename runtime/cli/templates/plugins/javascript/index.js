// Keeps orders of at least a price and adds a column to them. The others are dropped; what has no price fails.
import { Failure, deliver, drop, plugin } from './nozzle.js';

const SETTINGS_SCHEMA = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  additionalProperties: false,
  required: ['least-price'],
  properties: {
    'least-price': { description: 'The least price that is kept.', type: 'number' },
    currency: { description: 'What the column currency holds.', type: 'string', default: 'EUR' },
  },
};

// What `configure` took.
let leastPrice = 0;
let currency = 'EUR';

const decoder = new TextDecoder('utf-8', { fatal: true });

export const transformer = plugin({
  describe() {
    return {
      name: '{{name}}',
      version: '0.1.0',
      summary: 'Keeps orders of at least a price, and adds their currency',
      settingsSchema: JSON.stringify(SETTINGS_SCHEMA),
      counters: [],
    };
  },

  // What nozzle.toml says under `settings`. One that is misspelt there ends the start, not the first record.
  configure(settings) {
    const unknown = Object.keys(settings).find((name) => !(name in SETTINGS_SCHEMA.properties));
    if (unknown !== undefined) throw `\`settings.${unknown}\`: there is no such setting`;
    leastPrice = settings['least-price'];
    currency = settings.currency ?? 'EUR';
    if (typeof leastPrice !== 'number') throw '`settings.least-price`: is missing, or not a number';
    if (typeof currency !== 'string') throw '`settings.currency`: is not a text';
  },

  // A failure fails this record alone. Its reason never holds a value, as it ends up in logs.
  transform(data) {
    const [text, order] = parsed(data);
    const { price } = Object(order);
    if (price === undefined || price === null) throw new Failure('no-price', 'is missing or null', 'price');
    if (typeof price !== 'number') throw new Failure('mistyped', 'is not a number', 'price');
    if (price < leastPrice) return drop('small-order');
    // As it came, digit for digit, with a column at its end: `JSON.stringify` would write 899.9 for 899.90.
    return deliver(`${text.trimEnd().slice(0, -1)},"currency":${JSON.stringify(currency)}}`);
  },
});

/** The record as text and as what it says. */
function parsed(data) {
  try {
    const text = decoder.decode(data);
    return [text, JSON.parse(text)];
  } catch {
    throw new Failure('not-json', 'record is not one JSON document');
  }
}
