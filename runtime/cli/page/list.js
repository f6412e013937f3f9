// The list of records: a listbox of rows that are reused.
import { clock, nanos } from "./format.js";
import { el, keyed, setText } from "./dom.js";
import { onOneLine } from "./document.js";
import { outcomeSign } from "./outcome.js";

/// The list. `onShow(seq)` is called where a row is to be shown.
export class RecordList {
    constructor(onShow) {
        this.onShow = onShow;
        this.cursor = null;
        this.shown = null;
        this.records = [];
        const attributes = {
            class: "list",
            role: "listbox",
            tabindex: 0,
            "aria-label": "Records, the newest first",
        };
        this.node = el("div", { ...attributes, onclick: (event) => this.choose(event) });
    }

    get newest() {
        return this.records[0]?.seq ?? 0;
    }

    /// Other records: those that are listed already stay as they are.
    take(records) {
        this.records = records;
        keyed(this.node, records, (record) => record.seq, row, fill);
        if (!this.node.keyed.has(this.cursor)) this.cursor = null;
        this.mark();
    }

    /// What has become of records that are listed.
    refresh(records) {
        for (const record of records) {
            const listed = this.node.keyed?.get(record.seq);
            if (listed) fill(listed, record);
        }
    }

    /// Marks the record that is shown, or none.
    show(seq) {
        if (this.shown === seq) return;
        this.shown = seq;
        if (seq !== null) this.cursor = seq;
        this.mark();
    }

    /// Moves the cursor by so many rows.
    move(step) {
        if (this.records.length === 0) return;
        const at = this.records.findIndex((record) => record.seq === this.cursor);
        const next = at < 0 ? 0 : Math.min(this.records.length - 1, Math.max(0, at + step));
        this.cursor = this.records[next].seq;
        this.mark();
        this.node.keyed.get(this.cursor).scrollIntoView({ block: "nearest" });
    }

    choose(event) {
        const chosen = event.target.closest("[role=option]");
        if (!chosen) return;
        this.cursor = Number(chosen.dataset.seq);
        this.mark();
        this.onShow(this.cursor);
    }

    mark() {
        for (const [seq, listed] of this.node.keyed ?? []) {
            const selected = String(seq === this.shown);
            if (listed.ariaSelected !== selected) listed.ariaSelected = selected;
            listed.classList.toggle("cursor", seq === this.cursor);
        }
        if (this.node.keyed?.has(this.cursor))
            this.node.setAttribute("aria-activedescendant", `record-${this.cursor}`);
        else this.node.removeAttribute("aria-activedescendant");
    }
}

function row() {
    const mark = el(
        "span",
        { class: "mark" },
        el("span", { "aria-hidden": "true" }),
        el("span", { class: "hidden" }),
    );
    const [time, what, took] = ["time", "what", "took"].map((name) => el("span", { class: name }));
    return el("div", { role: "option" }, time, mark, what, took);
}

function fill(element, record) {
    const [time, mark, what, took] = element.children;
    if (element.dataset.seq !== String(record.seq)) {
        element.dataset.seq = record.seq;
        element.id = `record-${record.seq}`;
    }
    setText(time, clock(record.at));
    fillMark(element, mark, record.outcome);
    setText(what, onOneLine(record.code ?? (record.preview || "(empty)")));
    what.classList.toggle("code", record.code !== null);
    setText(took, record.timeNs === null ? "" : nanos(record.timeNs));
}

function fillMark(element, mark, outcome) {
    if (element.dataset.outcome === outcome) return;
    element.dataset.outcome = outcome;
    mark.className = `mark is-${outcome}`;
    setText(mark.firstChild, outcomeSign(outcome));
    setText(mark.lastChild, outcome);
}
