// What became of a record: before and after side by side, or the failure with its report.
import { bytes, nanos, plural } from "./format.js";
import { binaryDocument, jsonDocument, plainDocument, visible } from "./document.js";
import { differences, lineAt, readLines } from "./json.js";
import { el } from "./dom.js";

const SIGNS = { Ok: "✓", Dropped: "∅", ProcessingFailed: "✕", Undelivered: "!" };
const LEGEND = { added: "+ added", changed: "~ changed", removed: "- removed" };

/// The view of an Outcome of the contract: a `<section class="outcome">` that fits the width it is given.
export function outcomeView(outcome) {
    const before = read(outcome.before);
    const rows = outcome.after.map(read);
    const marks = marksOf(before, rows);
    return el(
        "section",
        { class: `outcome is-${outcome.outcome}` },
        heading(outcome),
        report(outcome, before),
        el(
            "div",
            { class: rows.length ? "sides" : "sides single" },
            beforeSide(outcome, before, marks),
            afterSide(outcome, rows, marks),
        ),
    );
}

/// The sign and the word of an outcome: colour is never alone.
export function outcomeMark(name) {
    return el(
        "span",
        { class: `mark is-${name}` },
        outcomeSign(name),
        el("span", { class: "word" }, ` ${name}`),
    );
}

/// The sign of an outcome.
export function outcomeSign(name) {
    return SIGNS[name] ?? "?";
}

// A Text of the contract with its lines, where it is JSON.
function read(text) {
    return { ...text, lines: text.text === undefined ? null : readLines(text.text) };
}

// Where one side is no JSON there is nothing to compare; where nothing came out, nothing was removed either.
function marksOf(before, rows) {
    const readable = before.lines !== null && rows.length > 0 && rows.every((row) => row.lines !== null);
    return readable
        ? differences(
              before.lines,
              rows.map((row) => row.lines),
          )
        : { before: [], after: rows.map(() => []) };
}

function heading(outcome) {
    const facts = [
        outcome.plugin === null ? null : el("span", {}, "by ", code(outcome.plugin || "no plugin")),
    ];
    if (outcome.outcome === "Ok") facts.push(el("span", {}, plural(outcome.after.length, "row")));
    if (outcome.timeNs !== null) facts.push(el("span", { class: "quiet" }, nanos(outcome.timeNs)));
    return el(
        "header",
        {},
        outcomeMark(outcome.outcome),
        ...facts,
        ...keys(outcome.partitionKeys),
        route(outcome.route),
    );
}

function keys(found) {
    return Object.entries(found ?? {}).map(([name, value]) =>
        el("span", { class: "fact" }, "key ", code(`${name}=${value}`)),
    );
}

function route(to) {
    if (!to) return null;
    const way = [to.database, to.table].filter(Boolean).join(".");
    return el("span", { class: "fact" }, "to ", code(way), to.operation ? ` (${to.operation})` : null);
}

function code(text) {
    return el("code", {}, ...visible(String(text)));
}

// Why it did not become rows. An outcome that is Ok has nothing of it.
function report(outcome, before) {
    const facts = [
        ["code", outcome.code && code(outcome.code)],
        ["path", outcome.path && pathFact(outcome.path, before)],
        ["reason", outcome.reason && el("span", { class: "reason" }, ...visible(outcome.reason))],
    ].filter(([, value]) => value);
    if (facts.length === 0 && !outcome.trap) return null;
    return el(
        "div",
        { class: "report" },
        el(
            "dl",
            { class: "facts" },
            ...facts.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]),
        ),
        outcome.trap ? trap(outcome.trap) : null,
    );
}

// A path that stands in the record leads there.
function pathFact(path, before) {
    if (placeOf(path, before) < 0)
        return el("span", {}, code(path), el("span", { class: "quiet" }, " (not in the record)"));
    return el("button", { class: "link", title: "Show the place", onclick: showPlace }, code(path));
}

function placeOf(path, before) {
    return path && before.lines ? lineAt(before.lines, path) : -1;
}

function showPlace(event) {
    event.currentTarget.closest(".outcome").querySelector(".row.place")?.scrollIntoView({ block: "center" });
}

function trap(found) {
    const facts = [
        ["panic", found.panic],
        ["at", found.location],
        ["function", found.function],
        ["memory", found.memoryBytes && bytes(found.memoryBytes)],
        ["after", found.timeNs && nanos(found.timeNs)],
    ].filter(([, value]) => value);
    return el(
        "div",
        { class: "trap" },
        el("h4", {}, "Trap"),
        el(
            "dl",
            { class: "facts" },
            ...facts.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, code(value))]),
        ),
        found.backtrace?.length ? backtrace(found.backtrace) : null,
    );
}

function backtrace(frames) {
    return el(
        "details",
        { open: true },
        el("summary", {}, `Backtrace, ${plural(frames.length, "frame")}`),
        el("ol", { class: "backtrace", start: 0 }, ...frames.map((frame) => el("li", {}, code(frame)))),
    );
}

function beforeSide(outcome, before, marks) {
    const place = placeOf(outcome.path, before);
    return side("Before", sizeOf([before]), legend([marks.before], ["removed"]), [
        document_(before, marks.before, place),
    ]);
}

function afterSide(outcome, rows, marks) {
    const shown = rows.map((row, index) => document_(row, marks.after[index]));
    const nothing = el(
        "p",
        { class: "note" },
        outcome.outcome === "Dropped" ? "Nothing: the record was dropped." : "Nothing was delivered.",
    );
    return side(
        "After",
        rows.length ? sizeOf(rows) : "",
        legend(marks.after, ["added", "changed"]),
        rows.length ? shown : [nothing],
    );
}

function side(title, size, legend, documents) {
    return el(
        "div",
        { class: "side", role: "group", "aria-label": title },
        el("h4", {}, title, el("span", { class: "quiet" }, size), legend),
        ...documents,
    );
}

function legend(lists, names) {
    const found = names.filter((name) => lists.some((list) => list.includes(name)));
    return found.length
        ? el("span", { class: "legend" }, ...found.map((name) => el("span", { class: name }, LEGEND[name])))
        : null;
}

function sizeOf(texts) {
    return bytes(
        texts.reduce((sum, text) => sum + (text.bytes ?? new TextEncoder().encode(text.text).length), 0),
    );
}

function document_(text, marks, place = -1) {
    if (text.text === undefined) return binaryDocument(text.base64, text.bytes);
    if (text.text === "") return el("p", { class: "note" }, "Empty: 0 bytes.");
    return text.lines ? jsonDocument(text.lines, marks, place) : plainDocument(text.text);
}
