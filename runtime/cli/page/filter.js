// Which records are listed: the bar above the list. What it says stands in the URL's hash.
import { el, keyed, setText } from "./dom.js";
import { count } from "./format.js";
import { outcomeSign } from "./outcome.js";

const OUTCOMES = ["", "Ok", "Dropped", "ProcessingFailed", "Undelivered"];
const NAMES = ["outcome", "stream", "code", "text"];
const NOTHING = Object.fromEntries(NAMES.map((name) => [name, ""]));
const TYPING_MS = 200;

/// The bar. `onChange(filter)` is called with what is chosen.
export class FilterBar {
    constructor(onChange) {
        this.chosen = NOTHING;
        const change = (more) => onChange({ ...this.chosen, ...more });
        this.chips = OUTCOMES.map((outcome) => chip(outcome, () => change({ outcome })));
        this.stream = choice("Stream", "all streams", (stream) => change({ stream }));
        this.code = choice("Code", "all codes", (code) => change({ code }));
        this.text = textField((text) => change({ text }));
        this.clear = el("button", { class: "link", onclick: () => onChange(NOTHING) }, "Clear");
        this.node = this.layout();
    }

    layout() {
        const chips = el(
            "div",
            { class: "chips", role: "group", "aria-label": "Outcome" },
            ...this.chips.map((one) => one.node),
        );
        const fields = el(
            "div",
            { class: "fields" },
            this.text,
            this.stream.node,
            this.code.node,
            this.clear,
        );
        return el(
            "div",
            { class: "filter", role: "search", "aria-label": "Filter the records" },
            chips,
            fields,
        );
    }

    /// Brings the bar to what the hash says, and the server (null where it has not answered yet).
    show(filter, answer) {
        this.chosen = filter;
        for (const one of this.chips) one.show(filter.outcome, answer?.counts ?? {});
        this.stream.show(answer?.streams ?? [], filter.stream);
        this.code.show(answer?.codes ?? [], filter.code);
        this.stream.node.hidden = (answer?.streams.length ?? 0) < 2 && !filter.stream;
        if (document.activeElement !== this.text && this.text.value !== filter.text)
            this.text.value = filter.text;
        this.clear.hidden = NAMES.every((name) => !filter[name]);
    }

    focus() {
        this.text.focus();
    }
}

/// The filter that a query says.
export function readFilter(query) {
    return Object.fromEntries(NAMES.map((name) => [name, query.get(name) ?? ""]));
}

function chip(outcome, onclick) {
    const number = el("span", { class: "number" });
    const sign = outcome
        ? el("span", { class: `mark is-${outcome}`, "aria-hidden": "true" }, outcomeSign(outcome))
        : null;
    const node = el(
        "button",
        { class: "chip", "aria-pressed": "false", onclick },
        sign,
        outcome || "All",
        number,
    );
    return {
        node,
        show(chosen, counts) {
            node.setAttribute("aria-pressed", String(outcome === chosen));
            setText(number, outcome in counts ? count(counts[outcome]) : "");
        },
    };
}

function choice(label, all, onChange) {
    const node = el("select", { "aria-label": label, onchange: () => onChange(node.value) });
    return {
        node,
        show(values, chosen) {
            // A list that somebody has open does not change under the pointer.
            if (document.activeElement === node && node.value === chosen) return;
            const options = ["", ...new Set(chosen ? [...values, chosen] : values)];
            keyed(
                node,
                options,
                (value) => value,
                () => el("option"),
                (option, value) => {
                    option.value = value;
                    setText(option, value || all);
                },
            );
            if (node.value !== chosen) node.value = chosen;
        },
    };
}

function textField(onChange) {
    let timer = 0;
    const soon = () => {
        clearTimeout(timer);
        timer = setTimeout(() => onChange(node.value), TYPING_MS);
    };
    const leave = (event) => {
        if (event.key === "Escape") node.blur();
    };
    const label = "Text in the record";
    const attributes = {
        type: "search",
        placeholder: label,
        "aria-label": label,
        spellcheck: "false",
        autocomplete: "off",
    };
    const node = el("input", { ...attributes, oninput: soon, onkeydown: leave });
    return node;
}
