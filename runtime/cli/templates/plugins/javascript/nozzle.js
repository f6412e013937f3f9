// What a plugin in JavaScript begins with: outcomes, failures, and bugs that say where they are.
import { panicked } from 'nozzle:plugin/host@0.1.0';

/** Why a record cannot be transformed: throw it. The reason names the trouble and never the value. */
export class Failure extends Error {
  constructor(code, reason, path) {
    super(reason);
    Object.assign(this, { code, path });
  }

  /** The same failure, of a part of the record that stands at `place`. */
  within(place) {
    return new Failure(this.code, this.message, this.path === undefined ? place : `${place}.${this.path}`);
  }
}

const encoder = new TextEncoder();
const row = (text) => ({ data: encoder.encode(text), partitionKeys: [], route: undefined });

/** One row takes the record's place. */
export const deliver = (text) => ({ tag: 'deliver', val: row(text) });

/** Several rows do: at least one. */
export const explode = (texts) => ({ tag: 'explode', val: texts.map(row) });

/** Nothing does. The reason, kebab-case, is what drops are counted by. */
export const drop = (reason) => ({ tag: 'drop', val: reason });

const fail = ({ code, message, path }) => ({ tag: 'fail', val: { code, path, reason: message } });

/**
 * The plugin that the contract asks for, of three functions: `describe()`, `configure(settings)`, which throws a
 * text that says what is wrong with the settings, and `transform(data)`, which throws a `Failure`. Whatever else is
 * thrown is a bug: it ends the plugin, and the report shows its message, file and line.
 */
export function plugin({ describe, configure, transform }) {
  return {
    describe: () => guarded(describe),
    configure: (config) => guarded(() => configure(JSON.parse(config).settings) ?? []),
    transform: (data) => guarded(() => transformed(transform, data)),
  };
}

function transformed(transform, data) {
  try {
    return transform(data);
  } catch (error) {
    if (error instanceof Failure) return fail(error);
    throw error;
  }
}

function guarded(call) {
  try {
    return call();
  } catch (error) {
    if (error instanceof Error) {
      const [, file, line, column] = /@(.*):(\d+):(\d+)$/m.exec(error.stack) ?? [undefined, '', 0, 0];
      panicked(`${error.name}: ${error.message}`, file, Number(line), Number(column));
    }
    throw error;
  }
}
