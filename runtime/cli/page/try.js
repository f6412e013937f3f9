// The view Try it: records, a pipeline put together by forms, and what becomes of the records as one types.
import { answer } from "./answer.js";
import { ask, get, reason } from "./api.js";
import { el, replace } from "./dom.js";
import { handedOver, keep, restored } from "./draft.js";
import { listing } from "./listing.js";
import { emptyDocument, pipeline } from "./pipeline.js";
import { samples } from "./samples.js";
import { say } from "./say.js";
import { startFrom } from "./start.js";
import { tabs } from "./tabs.js";
import { toToml } from "./toml.js";
import { read } from "./values.js";

const PAUSE_MS = 150;
const LATE_MS = 300;

/// The view, as the contract has it.
export function view() {
    const trial = new Trial();
    return { node: trial.node, update: () => trial.update(), leave: () => trial.leave() };
}

class Trial {
    constructor() {
        const draft = restored();
        this.stream = draft?.stream ?? null;
        this.document = draft?.document ?? null;
        this.answer = answer();
        this.listing = listing();
        this.samples = samples(draft?.records ?? "", () => this.stream);
        this.start = startFrom((stream) => this.startOver(stream));
        this.blocks = el(
            "div",
            {},
            el(
                "p",
                { class: "help" },
                "The ready plugins are compiled the first time. This takes some seconds.",
            ),
        );
        this.node = this.layout();
        this.node.addEventListener("input", (event) => this.edited(event));
        this.timers = {};
        this.form = null;
        this.open();
    }

    layout() {
        const made = el(
            "section",
            { class: "panel made", "aria-labelledby": "try-pipeline" },
            el("h2", { id: "try-pipeline" }, "Pipeline"),
            this.start.node,
            this.blocks,
        );
        const found = tabs("Outcome", [
            { name: "Outcome", node: this.answer.node },
            { name: "nozzle.toml", node: this.listing.node },
        ]);
        return el("div", { class: "try" }, this.samples.node, made, found);
    }

    async open() {
        try {
            const [ready, { streams }] = await Promise.all([get("/page/plugins"), get("/page/streams")]);
            this.ready = {
                plugins: new Map(ready.plugins.map((one) => [one.name, one])),
                tables: ready.tables,
            };
            const own = streams.filter((stream) => stream.pipeline).map((stream) => stream.name);
            // A stream of an earlier nozzle dev may be gone.
            if (!own.includes(this.stream)) this.stream = null;
            if (this.document) this.start.offer(own, this.stream);
            else await this.startFirst(own);
            this.build();
        } catch (error) {
            replace(this.blocks, el("p", { class: "problem" }, reason(error)), this.again());
        }
    }

    again() {
        return el("button", { type: "button", onclick: () => this.open() }, "Try again");
    }

    async startFirst(own) {
        this.start.offer(own, own[0] ?? null);
        this.stream = own[0] ?? null;
        this.document = await documentOf(this.stream);
    }

    async startOver(stream) {
        try {
            this.document = await documentOf(stream);
            this.stream = stream;
            this.build();
            say(stream ? `Started from the nozzle.toml of ${stream}` : "Started from an empty pipeline");
        } catch (error) {
            say(reason(error));
        }
    }

    build() {
        this.form = pipeline(this.document, this.ready);
        replace(this.blocks, this.form.node);
        this.run();
    }

    edited(event) {
        if (event.target.closest?.(".start")) return;
        clearTimeout(this.timers.run);
        this.timers.run = setTimeout(() => this.run(), PAUSE_MS);
    }

    /// Runs the records through the pipeline as they stand; a run that is still under way no longer matters.
    async run() {
        if (!this.form) return;
        this.keep();
        this.running?.abort();
        this.running = new AbortController();
        const { signal } = this.running;
        const late = setTimeout(() => this.answer.late(!signal.aborted), LATE_MS);
        await this.runOnce(signal);
        clearTimeout(late);
        if (!signal.aborted) this.answer.late(false);
    }

    async runOnce(signal) {
        try {
            const toml = toToml(this.document);
            this.listing.show(toml, null);
            const body = { stream: this.stream, toml, records: this.samples.read() };
            const found = await get("/page/try", { body, signal });
            this.answer.show(found, toml);
            this.listing.show(toml, found.error?.line ?? null);
        } catch (error) {
            if (!signal.aborted) this.answer.fail(reason(error));
        }
    }

    update() {
        if (this.isLeft) this.run();
        this.isLeft = false;
        const record = handedOver();
        if (record !== null) this.samples.append(`${record.replace(/\n$/, "")}\n`);
    }

    leave() {
        clearTimeout(this.timers.run);
        this.running?.abort();
        this.isLeft = true;
        if (this.form) this.keep();
    }

    keep() {
        this.document = this.form.read();
        keep({ records: this.samples.read(), stream: this.stream, document: this.document });
    }
}

async function documentOf(stream) {
    if (stream === null) return emptyDocument();
    return read(await ask(`/page/pipeline?stream=${encodeURIComponent(stream)}`)).get("document");
}
