// Values as TOML and JSON know them, exactly. A table is a Map, so that columns named "10" and "2" keep their
// order; a number is a Num that holds its literal, so that no digit is lost on its way through a form; a time
// of TOML is a Time, as JSON has none. Strings, booleans, null and lists are JavaScript's own.

/// A number, by its literal.
export class Num {
    constructor(literal) {
        this.literal = literal;
    }
}

/// A date or a time of TOML, by its literal.
export class Time {
    constructor(literal) {
        this.literal = literal;
    }
}

/// The literals that are numbers in JSON, and in TOML as well.
export const NUMBER = /^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$/;

// How serde carries a time of TOML through formats that have none.
const TIME = "$__toml_private_datetime";

const TOKEN = /[{}[\],:]|"(?:[^"\\\u0000-\u001f]|\\.)*"|true|false|null|-?[0-9][0-9.eE+-]*/y;

class Reader {
    constructor(text) {
        this.text = text;
        this.at = 0;
        this.next();
    }

    next() {
        const token = this.token;
        while (" \t\r\n".includes(this.text[this.at] ?? "end")) this.at += 1;
        TOKEN.lastIndex = this.at;
        this.token = TOKEN.exec(this.text)?.[0] ?? "";
        this.at += this.token.length;
        return token;
    }

    take(token) {
        if (this.token !== token) throw this.unexpected(`expected ${token}`);
        this.next();
    }

    unexpected(expected) {
        const line = this.text.slice(0, this.at).split("\n").length;
        return new Error(`line ${line}: ${expected}`);
    }

    value() {
        if (this.token === "{") return this.table();
        if (this.token === "[") return this.list();
        if (this.token.startsWith('"')) return this.string();
        const words = { true: true, false: false, null: null };
        if (Object.hasOwn(words, this.token)) return words[this.next()];
        if (NUMBER.test(this.token)) return new Num(this.next());
        throw this.unexpected("expected a value");
    }

    string() {
        if (!this.token.startsWith('"')) throw this.unexpected("expected a name in quotes");
        try {
            return JSON.parse(this.next());
        } catch {
            throw this.unexpected("expected another escape in a string");
        }
    }

    list() {
        const items = [];
        this.members("[", "]", () => items.push(this.value()));
        return items;
    }

    table() {
        const table = new Map();
        this.members("{", "}", () => {
            const name = this.string();
            this.take(":");
            table.set(name, this.value());
        });
        return table.size === 1 && table.has(TIME) ? new Time(table.get(TIME)) : table;
    }

    members(open, close, member) {
        this.take(open);
        if (this.token === close) return this.next();
        member();
        while (this.token === ",") {
            this.next();
            member();
        }
        return this.take(close);
    }
}

/// Reads JSON text. Throws with the line of what is wrong.
export function read(text) {
    const reader = new Reader(text);
    const value = reader.value();
    if (reader.token !== "" || reader.at < text.length) throw reader.unexpected("expected the end");
    return value;
}

/// The same value as JSON text; with an indent on several lines.
export function write(value, indent = "", outer = "") {
    if (value instanceof Num) return value.literal;
    if (value instanceof Time) return `{${JSON.stringify(TIME)}:${JSON.stringify(value.literal)}}`;
    const inner = outer + indent;
    if (Array.isArray(value))
        return enclosed(
            "[",
            value.map((item) => write(item, indent, inner)),
            "]",
            indent,
            outer,
        );
    if (!(value instanceof Map)) return JSON.stringify(value);
    const colon = indent ? ": " : ":";
    const members = [...value].map(
        ([name, member]) => JSON.stringify(name) + colon + write(member, indent, inner),
    );
    return enclosed("{", members, "}", indent, outer);
}

function enclosed(open, members, close, indent, outer) {
    if (!indent || members.length === 0) return open + members.join(",") + close;
    const line = `\n${outer}`;
    return open + members.map((member) => line + indent + member).join(",") + line + close;
}

/// What stands in a JSON Schema, a default or a constant, as a value.
export function from(plain) {
    return read(JSON.stringify(plain));
}

/// Whether two values are the same, to the literal.
export function same(one, other) {
    return write(one) === write(other);
}
