// The view Records: a list of what came, and one record.
import { count } from "./format.js";
import { el, setText } from "./dom.js";
import { FilterBar, readFilter } from "./filter.js";
import { get } from "./api.js";
import { hash, here, replaceHash } from "./route.js";
import { RecordList } from "./list.js";
import { recordPane } from "./record.js";

const LIMIT = 200;

/// The view of the records that are kept.
export function view() {
    return new Records().parts();
}

class Records {
    constructor() {
        this.filter = new FilterBar((filter) => replaceHash(hash("records", here().argument, filter)));
        this.list = new RecordList((seq) => this.open(seq));
        this.pane = recordPane(() => this.leave());
        this.status = el("span", { class: "quiet" });
        this.fresh = el("button", { class: "fresh", hidden: true, onclick: () => this.catchUp() });
        this.pauseButton = el(
            "button",
            { "aria-pressed": "false", title: "Keep the list as it is (p)", onclick: () => this.pause() },
            "Pause",
        );
        this.nothing = el("p", { class: "empty", hidden: true });
        this.answer = null;
        this.rendered = "";
        this.query = null;
        this.paused = false;
        this.moved = false;
        this.scrolled = false;
        // Read as it happens: asking for it in a poll would make the browser lay out first.
        this.list.node.addEventListener(
            "scroll",
            () => {
                this.scrolled = this.list.node.scrollTop > 4;
            },
            { passive: true },
        );
    }

    parts() {
        const status = el("div", { class: "status" }, this.status, this.fresh, this.pauseButton);
        const side = el(
            "div",
            { class: "side-list" },
            this.filter.node,
            status,
            this.list.node,
            this.nothing,
        );
        this.node = el("div", { class: "records" }, side, this.pane.node);
        const step = (by) => () => this.move(by);
        const keys = {
            "/": () => this.filter.focus(),
            j: step(1),
            k: step(-1),
            ArrowDown: step(1),
            ArrowUp: step(-1),
            p: () => this.pause(),
            Enter: () => this.list.cursor !== null && this.open(this.list.cursor),
            Escape: () => this.leave(),
        };
        return { node: this.node, update: () => this.update(), keys };
    }

    async update() {
        const { argument, query } = here();
        const seq = /^\d+$/.test(argument ?? "") ? Number(argument) : null;
        const filter = readFilter(query);
        this.show(seq);
        if (!this.answer) this.filter.show(filter, null);
        const asked = new URLSearchParams(Object.entries(filter).filter(([, value]) => value));
        const answer = await get(`/page/records?${asked}${asked.size ? "&" : ""}limit=${LIMIT}`);
        this.render(answer, filter, String(asked));
    }

    show(seq) {
        this.list.show(seq);
        this.pane.show(seq);
        this.node.classList.toggle("one", seq !== null);
        this.shown = seq;
    }

    render(answer, filter, query) {
        const other = query !== this.query;
        const key = [query, answer.changes, this.held()].join(" ");
        if (key === this.rendered) return;
        this.rendered = key;
        this.answer = answer;
        this.query = query;
        this.filter.show(filter, answer);
        setText(this.status, statusOf(answer, query));
        if (other || !this.held()) this.takeIn();
        else this.wait();
        this.pane.refresh(answer.records.find((record) => record.seq === this.shown));
    }

    // What the reader looks at keeps its place.
    held() {
        return this.paused || this.scrolled || this.moved || this.shown !== null;
    }

    catchUp() {
        this.moved = false;
        this.takeIn();
    }

    takeIn() {
        if (!this.answer) return;
        this.list.take(this.answer.records);
        if (this.scrolled) this.list.node.scrollTop = 0;
        this.fresh.hidden = true;
        this.nothing.hidden = this.answer.records.length > 0;
        const none = `No record matches. Only the last ${count(this.answer.kept)} are looked at.`;
        setText(this.nothing, this.answer.kept === 0 ? "No records yet. Streams says how to put one." : none);
    }

    wait() {
        const { records } = this.answer;
        this.list.refresh(records);
        const newest = this.list.newest;
        const found = records.filter((record) => record.seq > newest).length;
        this.fresh.hidden = found === 0;
        setText(this.fresh, found === LIMIT ? `${LIMIT} or more new` : `${found} new`);
    }

    open(seq) {
        location.hash = hash("records", seq, here().query);
    }

    move(step) {
        this.moved = true;
        this.list.move(step);
        // With a record shown, the pane goes along; the history does not take each step.
        if (this.shown !== null && this.list.cursor !== null)
            replaceHash(hash("records", this.list.cursor, here().query));
    }

    leave() {
        this.moved = false;
        if (this.shown !== null) location.hash = hash("records", null, here().query);
        this.list.node.focus({ preventScroll: true });
    }

    pause() {
        this.paused = !this.paused;
        this.pauseButton.setAttribute("aria-pressed", String(this.paused));
        setText(this.pauseButton, this.paused ? "Paused" : "Pause");
        if (!this.held()) this.takeIn();
    }
}

function statusOf({ kept, matching, records }, query) {
    const all = `${count(kept)} kept`;
    if (matching > records.length)
        return `newest ${count(records.length)} of ${query ? `${count(matching)} that match` : all}`;
    return query ? `${count(matching)} of ${all} match` : all;
}
