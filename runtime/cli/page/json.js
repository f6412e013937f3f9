// JSON as it is written: literals, order and duplicate names stay. A document is a list of lines, without
// recursion: records are hostile.

const WORD = /(?:true|false|null)(?![\w.])|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])/y;
const SPACE = /[ \t\n\r]*/y;
const SCALARS = { S: /^"/, N: /^"/, B: /^"/, BOOL: /^(true|false)$/, NULL: /^true$/ };
const LISTS = new Set(["L", "SS", "NS", "BS"]);

/// The lines of JSON text (one value, or several objects or arrays one after another), or null where it is no
/// JSON.
///
/// A line: `depth`, `key` (literal or null), `member` (name or index), `parent` (index of a line or -1),
/// `kind` (open, close, string, number, word),
/// `text` (literal or bracket), `wrap` (literal name of a DynamoDB wrapper or null), `comma`; an opening one
/// has `count` as well.
export function readLines(text) {
    const reader = new Reader(text);
    try {
        do reader.document();
        while (!reader.ended());
    } catch (error) {
        if (error instanceof SyntaxError) return null;
        throw error;
    }
    return reader.severalScalars() ? null : reader.lines;
}

class Reader {
    constructor(text) {
        this.source = text;
        this.at = 0;
        this.lines = [];
        this.open = [];
        this.roots = [];
    }

    document() {
        this.skip();
        this.roots.push(this.lines.length);
        do this.value();
        while (this.next());
    }

    ended() {
        this.skip();
        return this.at >= this.source.length;
    }

    // `1 2 3` is text rather than three documents.
    severalScalars() {
        return this.roots.length > 1 && this.roots.some((root) => !"{[".includes(this.lines[root].text[0]));
    }

    skip() {
        SPACE.lastIndex = this.at;
        SPACE.test(this.source);
        this.at = SPACE.lastIndex;
    }

    take(character) {
        this.skip();
        if (this.source[this.at] !== character) return false;
        this.at += 1;
        return true;
    }

    // A value, or, where it is an object or an array, how it begins up to its first scalar.
    value() {
        for (;;) {
            const place = this.place();
            if (this.take("{")) this.begin(place, "{");
            else if (this.take("[")) this.begin(place, "[");
            else return this.scalar(place);
            if (this.take(closer(this.container()))) return this.end();
        }
    }

    // Where the next value stands: its parent, its name.
    place() {
        const parent = this.open.length ? this.open.at(-1) : -1;
        const place = { depth: this.open.length, parent, key: null, member: null, wrap: null, comma: false };
        if (parent < 0) return place;
        place.member = this.container().count++;
        if (this.container().text === "{") {
            place.key = this.string();
            place.member = JSON.parse(place.key);
            if (!this.take(":")) throw new SyntaxError("no colon");
        }
        return place;
    }

    container() {
        return this.lines[this.open.at(-1)];
    }

    begin(place, bracket) {
        this.open.push(this.lines.length);
        this.lines.push({ ...place, kind: "open", text: bracket, count: 0 });
    }

    scalar(place) {
        this.skip();
        if (this.source[this.at] === '"') {
            const text = this.string();
            JSON.parse(text);
            this.lines.push({ ...place, kind: "string", text });
            return;
        }
        WORD.lastIndex = this.at;
        const found = WORD.exec(this.source);
        if (!found) throw new SyntaxError("no value");
        this.at = WORD.lastIndex;
        this.lines.push({ ...place, kind: /^[tfn]/.test(found[0]) ? "word" : "number", text: found[0] });
    }

    string() {
        this.skip();
        const from = this.at;
        this.at = stringEnd(this.source, from);
        return this.source.slice(from, this.at);
    }

    // After a value: the comma and another, or the ends of what stands open. False at the end of the
    // document.
    next() {
        while (this.open.length) {
            if (this.take(",")) {
                this.lines.at(-1).comma = true;
                return true;
            }
            if (!this.take(closer(this.container()))) throw new SyntaxError("no end");
            this.end();
        }
        return false;
    }

    end() {
        const index = this.open.pop();
        const line = this.lines[index];
        if (line.count === 0) return Object.assign(line, { kind: "word", text: line.text + closer(line) });
        if (line.count === 1 && index === this.lines.length - 2 && isWrapper(line, this.lines.at(-1)))
            return unwrap(line, this.lines.pop());
        this.lines.push({
            depth: line.depth,
            parent: line.parent,
            key: null,
            member: null,
            wrap: null,
            comma: false,
            kind: "close",
            text: closer(line),
        });
    }
}

function closer(line) {
    return line.text === "{" ? "}" : "]";
}

function stringEnd(text, from) {
    if (text[from] !== '"') throw new SyntaxError("no string");
    for (let at = from + 1; at < text.length; at++) {
        const code = text.charCodeAt(at);
        if (code === 34) return at + 1;
        if (code === 92) at += 1;
    }
    throw new SyntaxError("no end of a string");
}

// DynamoDB writes a scalar as an object of its type: it takes one line, and its name is that of the object.
function isWrapper(line, child) {
    return (
        line.text === "{" &&
        child.wrap === null &&
        Object.hasOwn(SCALARS, child.member) &&
        SCALARS[child.member].test(child.text)
    );
}

function unwrap(line, child) {
    Object.assign(line, { kind: child.kind, text: child.text, wrap: child.key });
}

/// The index of the line at a simple JSON path (`$.a.b[0]`, `$["a b"]`, `a.b`), or -1. A column of a row that plugins made, one name
/// alone, is where the record has that name first, whatever its case.
export function lineAt(lines, path) {
    const segments =
        typeof path === "string" ? pathSegments(path.startsWith("$") ? path : `$.${path}`) : null;
    if (!segments) return -1;
    const at = follow(lines, segments);
    return at < 0 && segments.length === 1 ? lines.findIndex((line) => hasName(line, segments[0])) : at;
}

function hasName(line, name) {
    return line.key !== null && plainName(line.member) === plainName(name);
}

function follow(lines, segments) {
    let at = lines.length ? 0 : -1;
    for (const segment of segments) {
        if (lines[at].wrap !== null && JSON.parse(lines[at].wrap) === segment) continue;
        const parent = at;
        // Of duplicate names the last one counts, as it does to most readers of JSON.
        at = lines.findLastIndex((line) => line.parent === parent && line.member === segment);
        if (at < 0) return -1;
    }
    return at;
}

function pathSegments(path) {
    const segment = /\.([^.[\]"']+)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|\['([^'\\]*)'\]/y;
    const segments = [];
    for (segment.lastIndex = 1; segment.lastIndex < path.length;) {
        const found = segment.exec(path);
        if (!found) return null;
        segments.push(
            found[2] !== undefined ? Number(found[2]) : (found[1] ?? found[4] ?? unquoted(found[3])),
        );
    }
    return segments;
}

function unquoted(literal) {
    try {
        return JSON.parse(literal);
    } catch {
        return literal;
    }
}

/// What became of the leaves: for the lines of `before` and for those of each row a list of marks: "added",
/// "changed", "removed" or "".
export function differences(before, rows) {
    const old = leaves(before);
    const values = new Map();
    for (const leaf of old) {
        if (leaf === null) continue;
        if (!values.has(leaf.name)) values.set(leaf.name, new Set());
        values.get(leaf.name).add(leaf.value);
    }
    const named = new Set(
        rows.flatMap((lines) =>
            lines.filter((line) => line.key !== null).map((line) => plainName(line.member)),
        ),
    );
    const unnamed = rows.some((lines) => lines.some((line) => line.parent < 0));
    return {
        before: old.map((leaf) =>
            leaf === null || named.has(leaf.name) || (leaf.name === "" && unnamed) ? "" : "removed",
        ),
        after: rows.map((lines) => leaves(lines).map((leaf) => mark(leaf, values))),
    };
}

function mark(leaf, values) {
    if (leaf === null) return "";
    const known = values.get(leaf.name);
    if (!known) return "added";
    return known.has(leaf.value) ? "" : "changed";
}

// The name and the value of each line that is a leaf; null for those that are brackets.
function leaves(lines) {
    const names = [];
    return lines.map((line, index) => {
        names[index] = lineName(lines, names, line);
        return line.kind === "open" || line.kind === "close"
            ? null
            : { name: names[index], value: leafValue(line) };
    });
}

// A list's items bear the list's name; so does what DynamoDB wraps in `{"L": [...]}`.
function lineName(lines, names, line) {
    if (line.parent < 0) return "";
    const parent = lines[line.parent];
    if (parent.text === "[") return names[line.parent];
    if (LISTS.has(line.member) && parent.count === 1) return names[line.parent];
    return plainName(line.member);
}

function plainName(name) {
    return String(name)
        .toLowerCase()
        .replace(/[_\- ]/g, "");
}

// "1" equals 1: what a row types differently is the same value. Nothing equals null but null.
function leafValue(line) {
    if (line.wrap === '"NULL"' || line.text === "null") return null;
    return line.kind === "string" ? JSON.parse(line.text) : line.text;
}
