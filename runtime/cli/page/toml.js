// nozzle.toml as a person would write it: values in front of tables, settings in a block of their own, long
// lists on several lines. It is TOML 1.0, which wants an inline table on one line, apart from the lists in
// it.
import { Num, Time } from "./values.js";

const WIDTH = 80;

// Down to `[plugin.settings]` names stand for something, and their order says nothing. Further in they may be
// columns, in their order.
const NAMED = 2;

/// The text of a document. Throws where a value has no form in TOML.
export function toToml(document) {
    const lines = [];
    body([], versionFirst(document), lines);
    return `${lines.join("\n").trimStart()}\n`;
}

function versionFirst(document) {
    if (!document.has("version")) return document;
    return new Map([["version", document.get("version")], ...document]);
}

function body(path, table, lines) {
    const apart = standApart(path, table);
    for (const [name, value] of table) if (!apart.has(name)) lines.push(line(name, value));
    for (const [name, value] of table) if (apart.has(name)) blocks([...path, name], value, lines);
}

function blocks(path, value, lines) {
    const name = path.map(key).join(".");
    const head = Array.isArray(value) ? `[[${name}]]` : `[${name}]`;
    for (const table of [value].flat()) {
        if (Array.isArray(value) || !isOnlyBlocks(path, table)) lines.push("", head);
        body(path, table, lines);
    }
}

/// The names of what gets a header of its own. Where the order of names may matter those are the last ones
/// only.
function standApart(path, table) {
    const apart = new Set();
    for (const [name, value] of [...table].reverse()) {
        if (isApart(path, name, value)) apart.add(name);
        else if (path.length > NAMED) break;
    }
    return apart;
}

// A header with nothing but other headers beneath it says nothing that they do not.
function isOnlyBlocks(path, table) {
    return table.size > 0 && standApart(path, table).size === table.size;
}

function isApart(path, name, value) {
    const isBlock = value instanceof Map && value.size > 0;
    if (path.length === 0) return value instanceof Map || isListOfTables(value);
    if (path.length === 1 && name === "settings" && isBlock) return true;
    return isBlock && flatLine(name, value).length > WIDTH;
}

function isListOfTables(value) {
    return Array.isArray(value) && value.length > 0 && value.every((item) => item instanceof Map);
}

function line(name, value) {
    const flat = flatLine(name, value);
    return flat.length <= WIDTH ? flat : `${key(name)} = ${broken(value, "")}`;
}

function flatLine(name, value) {
    return `${key(name)} = ${inline(value)}`;
}

/// A value whose lists stand on several lines where one is too short.
function broken(value, indent) {
    if (indent.length + inline(value).length <= WIDTH) return inline(value);
    if (Array.isArray(value)) {
        const items = value.map((item) => `${indent}  ${broken(item, `${indent}  `)},\n`);
        return `[\n${items.join("")}${indent}]`;
    }
    if (value instanceof Map) return inlineTable(value, (member) => broken(member, indent));
    return inline(value);
}

function inline(value) {
    if (value instanceof Num || value instanceof Time) return value.literal;
    if (typeof value === "string") return string(value);
    if (typeof value === "boolean") return String(value);
    if (Array.isArray(value)) return `[${value.map(inline).join(", ")}]`;
    if (value instanceof Map) return inlineTable(value, inline);
    throw new Error("TOML has no null: leave the setting out");
}

function inlineTable(table, member) {
    if (table.size === 0) return "{}";
    return `{ ${[...table].map(([name, value]) => `${key(name)} = ${member(value)}`).join(", ")} }`;
}

function key(name) {
    return /^[A-Za-z0-9_-]+$/.test(name) ? name : string(name);
}

const ESCAPES = { "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\" };

// A regular expression is read easiest without its backslashes doubled.
function string(text) {
    const whole = text.toWellFormed();
    if (whole.includes("\\") && !/['\u0000-\u001f\u007f]/.test(whole)) return `'${whole}'`;
    return `"${whole.replace(/["\\\u0000-\u001f\u007f]/g, escape)}"`;
}

function escape(character) {
    return ESCAPES[character] ?? `\\u${character.codePointAt(0).toString(16).padStart(4, "0")}`;
}
