// One text as a document: JSON in pretty lines with marks, other text as it is, bytes in hex.
import { el, replace } from "./dom.js";
import { count } from "./format.js";

const FOLD = 400;
const STEP = 20000;
const CHUNK = 100;
const LONG = 600;
const BYTES = 512;
const BYTES_A_ROW = 8;
const SIGNS = { added: "+", changed: "~", removed: "-", place: "!" };

// What does not show, or makes other text show elsewhere: controls, marks of direction, characters without
// width.
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/// JSON lines as readLines gives them, with a mark for each; the line `place` is where it failed.
export function jsonDocument(lines, marks, place = -1) {
    return folded(lines.length, place, (index) =>
        jsonLine(lines[index], marks[index] ?? "", index === place),
    );
}

/// Text that is no JSON.
export function plainDocument(text) {
    const lines = text.replace(/\r?\n$/, "").split("\n");
    return folded(lines.length, -1, (index) => row("", 0, long(lines[index])));
}

/// Bytes that are no text: the first of them.
export function binaryDocument(base64, length) {
    const bytes = Uint8Array.from(atob(base64.slice(0, Math.ceil(BYTES / 3) * 4)), (character) =>
        character.charCodeAt(0),
    ).slice(0, BYTES);
    const rest = length > bytes.length ? `; the first ${count(bytes.length)} of them` : "";
    return el(
        "div",
        { class: "doc" },
        el("p", { class: "note" }, `Bytes that are no UTF-8: ${count(length)}${rest}`),
        el("pre", { class: "hex", tabindex: 0 }, hexDump(bytes)),
    );
}

function hexDump(bytes) {
    const rows = [];
    for (let at = 0; at < bytes.length; at += BYTES_A_ROW) {
        const part = [...bytes.slice(at, at + BYTES_A_ROW)];
        const hex = part
            .map((byte) => byte.toString(16).padStart(2, "0"))
            .join(" ")
            .padEnd(3 * BYTES_A_ROW - 1);
        const text = part.map((byte) => (byte > 31 && byte < 127 ? String.fromCharCode(byte) : ".")).join("");
        rows.push(`${at.toString(16).padStart(4, "0")}  ${hex}  ${text}`);
    }
    return rows.join("\n");
}

// The first lines, as far as the one to be seen, and a button for more.
function folded(total, place, lineOf) {
    const box = el("div", { class: "doc" });
    const show = (from, to) => {
        for (let at = from; at < to; at += CHUNK) box.append(chunk(at, Math.min(to, at + CHUNK), lineOf));
        if (to < total) box.append(more(total, to, show));
    };
    show(0, Math.min(total, Math.max(FOLD, place < STEP ? place + 20 : 0)));
    return box;
}

// Lines that are far from sight are not laid out: a chunk of them is one box until then.
function chunk(from, to, lineOf) {
    return el(
        "div",
        { class: "chunk" },
        ...Array.from({ length: to - from }, (_, index) => lineOf(from + index)),
    );
}

function more(total, from, show) {
    const to = Math.min(total, from + STEP);
    const label =
        to === total ? `Show all ${count(total)} lines` : `Show ${count(STEP)} more of ${count(total)} lines`;
    const button = el(
        "button",
        {
            class: "more",
            onclick: () => {
                button.remove();
                show(from, to);
            },
        },
        label,
    );
    return button;
}

function row(mark, depth, ...content) {
    const line = el(
        "div",
        { class: `row ${mark}` },
        el("span", { class: "sign" }, SIGNS[mark] ?? " "),
        el("span", { class: "code" }, ...content),
    );
    if (depth) line.style.setProperty("--depth", depth);
    return line;
}

function jsonLine(line, mark, isPlace) {
    const key = line.key === null ? [] : [el("span", { class: "key" }, ...long(line.key)), ": "];
    const value = el("span", { class: line.kind }, ...long(line.text));
    const wrapped =
        line.wrap === null
            ? [value]
            : [el("span", { class: "wrap" }, `{${line.wrap}: `), value, el("span", { class: "wrap" }, "}")];
    return row(isPlace ? "place" : mark, line.depth, ...key, ...wrapped, line.comma ? "," : "");
}

// A long text shows how it begins; a button has the rest.
function long(text) {
    if (text.length <= LONG) return visible(text);
    const rest = el("span", { class: "rest" });
    const open = () => replace(rest, ...visible(text.slice(LONG)));
    rest.append(
        el("button", { class: "more", onclick: open }, `${count(text.length - LONG)} more characters`),
    );
    return [...visible(text.slice(0, LONG)), rest];
}

/// A text on one line, with a stand-in for each character that does not show.
export function onOneLine(text) {
    return text.replace(UNSEEN, "\ufffd").replace(/\s+/g, " ");
}

/// The pieces of a text, with a name for each character that does not show.
export function visible(text) {
    const pieces = [];
    let from = 0;
    for (const found of text.matchAll(UNSEEN)) {
        const code = found[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
        pieces.push(text.slice(from, found.index), el("span", { class: "unseen" }, `U+${code}`));
        from = found.index + 1;
    }
    pieces.push(text.slice(from));
    return pieces.filter((piece) => piece !== "");
}
