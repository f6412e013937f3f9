// One record: what came, what became of it, and what can be done with it.
import { ago, clock } from "./format.js";
import { copy, say } from "./say.js";
import { get } from "./api.js";
import { el, replace } from "./dom.js";
import { outcomeView } from "./outcome.js";

const NOTHING = "Choose a record to see what came and what became of it: by a click, or by j, k and Enter.";

/// The pane of a record. `show(seq)` shows one, `show(null)` none; `close()` is called where the reader
/// leaves it.
export function recordPane(close) {
    const node = el("section", { class: "pane", "aria-label": "Record", tabindex: -1 });
    let wanted;
    let shown = { seq: null, outcome: null };

    async function load(seq) {
        const found = await get(`/page/records/${encodeURIComponent(seq)}`).catch((error) => ({ error }));
        // While it was fetched the reader may have gone on.
        if (wanted !== seq) return;
        shown = { seq, outcome: found.outcome ?? null };
        replace(node, ...(found.error ? missing(seq, found.error, close) : recordOf(found, close)));
    }

    return {
        node,
        show(seq) {
            if (wanted === seq) return;
            wanted = seq;
            node.scrollTop = 0;
            if (seq === null) replace(node, el("p", { class: "empty" }, NOTHING));
            else load(seq);
        },
        /// A record that has become something else since is fetched anew.
        refresh(record) {
            if (record && record.seq === shown.seq && record.outcome !== shown.outcome) load(record.seq);
        },
    };
}

function missing(seq, error, close) {
    return [bar(`Record ${seq}`, [], close), el("p", { class: "empty" }, error.message)];
}

function recordOf(record, close) {
    return [bar(`Record ${record.seq}`, actions(record), close), outcomeView(record), facts(record)];
}

function bar(title, buttons, close) {
    return el(
        "div",
        { class: "bar" },
        el("h2", {}, title),
        ...buttons,
        el("button", { class: "close", title: "Leave the record (Esc)", onclick: close }, "Close"),
    );
}

function actions(record) {
    const binary = record.before.text === undefined ? " (base64)" : "";
    const after = record.after.map((row) => row.text ?? row.base64);
    return [
        el("button", { onclick: () => copyCase(record.seq) }, "Copy as a case"),
        record.line ? el("button", { onclick: () => tryIt(record) }, "Try it") : null,
        el(
            "button",
            { onclick: () => copy(record.before.text ?? record.before.base64, "what came") },
            `Copy before${binary}`,
        ),
        after.length
            ? el("button", { onclick: () => copy(joined(after), "what became of it") }, "Copy after")
            : null,
    ];
}

// Rows stand on lines of their own, whether they end with one or not.
function joined(rows) {
    return rows.length === 1 ? rows[0] : rows.map((row) => (row.endsWith("\n") ? row : `${row}\n`)).join("");
}

async function copyCase(seq) {
    try {
        const found = await get(`/page/records/${seq}/case`);
        await copy(found.script, "the case", `Copied: paste it into a terminal, then: ${found.test}`);
    } catch (error) {
        say(error.message);
    }
}

function tryIt(record) {
    sessionStorage.setItem("try-record", record.before.text);
    location.hash = "#try";
}

function facts(record) {
    const short = `${record.sha256.slice(0, 12)}…`;
    const sha = el(
        "button",
        { class: "link", title: `Copy ${record.sha256}`, onclick: () => copy(record.sha256, "the SHA-256") },
        el("code", {}, short),
    );
    const rows = [
        ["stream", record.stream],
        ["arrived", `${clock(record.at)}, ${ago((Date.now() - record.at) / 1000)}`],
        ["record id", el("code", {}, record.recordId ?? "none: the function was not asked")],
        ["SHA-256", sha],
        ...Object.entries(record.metadata ?? {}).map(([name, value]) => [
            name,
            el("code", {}, String(value)),
        ]),
    ];
    return el(
        "section",
        { class: "about" },
        el("h4", {}, "Record"),
        el(
            "dl",
            { class: "facts" },
            ...rows.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]),
        ),
    );
}
