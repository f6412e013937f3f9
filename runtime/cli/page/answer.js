// What became of the records: how many of each outcome, each of them, what plugins said, or what is wrong
// with nozzle.toml.
import { el, replace } from "./dom.js";
import { excerpt } from "./listing.js";
import { outcomeView } from "./outcome.js";

const STEP = 20;

/// The panel of outcomes; `show` takes an answer of the server and the toml that was asked about.
export function answer() {
    const counts = el("p", { class: "counts", role: "status" }, "Put in a record, or take the last ones.");
    const body = el("div", { class: "answer" });
    const node = el("div", {}, counts, body);
    let limit = STEP;
    const show = (found, toml) => {
        const more = () => {
            limit += STEP;
            show(found, toml);
        };
        counts.textContent = found.error ? "It does not run." : counted(found);
        replace(
            body,
            found.error ? problem(found.error, toml) : null,
            ...outcomes(found, limit, more),
            said(found.said),
        );
    };
    const fail = (message) => {
        counts.textContent = "It does not run.";
        replace(body, problem({ message, line: null }, ""));
    };
    return { node, show, fail, late: (isLate) => node.classList.toggle("late", isLate) };
}

function counted(found) {
    if (found.records === 0) return "No records: put one in, or take the last ones.";
    const count = new Map();
    for (const { outcome } of found.outcomes) count.set(outcome, (count.get(outcome) ?? 0) + 1);
    const each = [...count].map(([outcome, many]) => `${many} ${outcome}`).join(", ");
    const whole = `${plural(found.records, "record")}${formatOf(found.format)}`;
    return found.shown < found.records
        ? `${whole}; of the first ${found.shown}: ${each}`
        : `${whole}: ${each}`;
}

function plural(many, what) {
    return `${many.toLocaleString("en")} ${what}${many === 1 ? "" : "s"}`;
}

const FORMATS = {
    jsonl: "JSON Lines",
    json: "JSON",
    lines: "lines",
    csv: "CSV",
    errors: "error objects",
    event: "a Firehose event",
};

function formatOf(format) {
    return format ? ` read as ${FORMATS[format] ?? format}` : "";
}

function outcomes(found, limit, more) {
    const shown = found.outcomes.slice(0, limit);
    const items = shown.map((outcome, at) => el("li", { value: at + 1 }, outcomeView(outcome)));
    const left = found.outcomes.length - shown.length;
    const button = el(
        "button",
        { type: "button", onclick: more },
        `Show ${Math.min(STEP, left)} more of ${left}`,
    );
    return [el("ol", { class: "outcomes" }, ...items), left > 0 ? button : null];
}

function said(lines) {
    if (lines.length === 0) return null;
    return el(
        "details",
        { class: "said", open: true },
        el("summary", {}, `Plugins said (${lines.length})`),
        el("pre", {}, lines.join("\n")),
    );
}

function problem(error, toml) {
    const [first, ...rest] = error.message.split("\n");
    const hints = rest.map((line) => el("p", { class: "hint" }, line.trim()));
    const where = error.line ? excerpt(toml, error.line) : null;
    return el(
        "div",
        { class: "wrong", role: "alert" },
        el("p", { class: "problem" }, first),
        ...hints,
        where,
    );
}
