// One stream: its way, its numbers, its charts and tables.
import { ago, bytes, count, percent, plural } from "./format.js";
import { budgetBar } from "./budget.js";
import { copy } from "./say.js";
import { el, setText } from "./dom.js";
import { histogram, throughputChart } from "./chart.js";
import { hash } from "./route.js";
import { outcomeSign } from "./outcome.js";
import { tablePart } from "./table.js";

/// The section of a stream; `update(stream, now)` brings it to what the server says.
export function streamSection(name) {
    const heading = headingPart(name);
    const put = putPart();
    const tiles = tilesPart();
    const body = bodyPart(name);
    const troubles = troublesPart();
    const node = el(
        "section",
        { class: "stream", "aria-label": `Stream ${name}` },
        heading.node,
        troubles.node,
        tiles.node,
        put.node,
        body.node,
    );
    function update(stream, now) {
        const empty = stream.totals.records === 0;
        heading.update(stream);
        troubles.update(stream.troubles, now);
        tiles.update(stream);
        put.update(empty ? stream : null);
        body.node.hidden = empty;
        if (!empty) body.update(stream, now);
    }
    return { node, update };
}

function headingPart(name) {
    const way = el("code", { class: "way" });
    const file = el("span", { class: "quiet file" });
    const title = el("h2", {}, name);
    function update(stream) {
        setText(title, stream.name);
        setText(way, [stream.source, stream.function, stream.destination].filter(Boolean).join(" -> "));
        setText(file, stream.pipeline ?? "");
    }
    return { node: el("header", {}, title, way, file), update };
}

function tilesPart() {
    const tiles = [
        tile("records", ({ totals }) => [count(totals.records), `${bytes(totals.bytesIn)} in`]),
        tile(
            "delivered",
            ({ totals }) => [count(totals.ok), `${plural(totals.rows, "row")}, ${bytes(totals.bytesOut)}`],
            "Ok",
        ),
        tile(
            "dropped",
            ({ totals }) => [count(totals.dropped), percent(totals.dropped, totals.records)],
            "Dropped",
        ),
        tile(
            "failed",
            ({ totals }) => [count(totals.failed), percent(totals.failed, totals.records)],
            "ProcessingFailed",
        ),
        tile("waiting", ({ pending }) => [count(pending), "not delivered yet"]),
        tile("invocations", ({ totals }) => [count(totals.invocations), plural(totals.attempts, "attempt")]),
    ];
    return {
        node: el("dl", { class: "tiles" }, ...tiles.map((one) => one.node)),
        update: (stream) => tiles.forEach((one) => one.update(stream)),
    };
}

// A number is in the outcome's colour where there is something of it.
function tile(title, read, outcome = null) {
    const number = el("span", { class: "big" });
    const more = el("span", { class: "quiet" });
    function update(stream) {
        const [text, below] = read(stream);
        setText(number, text);
        setText(more, below);
        number.className = `big${outcome && text !== "0" ? ` is-${outcome}` : ""}`;
    }
    return { node: el("div", {}, el("dt", {}, title), el("dd", {}, number, more)), update };
}

function bodyPart(name) {
    const throughput = throughputPart();
    const times = timesPart();
    const tables = {
        outcomes: outcomesTable(name),
        tables: referenceTables(),
        counters: countersTable(),
        objects: objectsTable(),
    };
    const beside = el("div", { class: "stack" }, tables.tables.node, tables.counters.node);
    const node = el(
        "div",
        { class: "parts" },
        throughput.node,
        times.node,
        el("div", { class: "pair" }, tables.outcomes.node, beside),
        tables.objects.node,
    );
    function update(stream, now) {
        throughput.update(stream, now);
        times.update(stream);
        for (const [member, table] of Object.entries(tables))
            table.update(stream[member].map((item) => ({ ...item, now })));
    }
    return { node, update };
}

// What a function takes; a stream without one has nothing of it.
function timesPart() {
    const record = histogram("Time per record", "A program transforms: only invocations are measured.");
    const invocation = histogram("Time per invocation", "Nothing is invoked.");
    const budget = budgetBar();
    const node = el("div", { class: "three" }, record.node, invocation.node, budget.node);
    function update(stream) {
        node.hidden = stream.function === null;
        record.update(stream.recordTimes);
        invocation.update(stream.invocationTimes);
        budget.update(stream.response);
    }
    return { node, update };
}

function throughputPart() {
    const chart = throughputChart();
    const rate = el("strong");
    const more = el("span", { class: "quiet" });
    const node = el("div", { class: "part" }, el("h3", {}, "Throughput", rate, more), chart.node);
    function update({ seconds }, now) {
        const failed = seconds.failed.at(-1);
        setText(rate, `${count(seconds.records.at(-1))} records/s`);
        setText(more, `${bytes(seconds.bytes.at(-1))}/s${failed ? `, ${count(failed)} failed/s` : ""}`);
        chart.update(seconds, now);
    }
    return { node, update };
}

function outcomesTable(name) {
    const link = (node, item) => {
        setText(node, item.code || "no code");
        // Rows that went on as they were are no outcome of a record: there is nothing to list.
        if (item.outcome === "Passed") node.removeAttribute("href");
        else
            node.setAttribute(
                "href",
                hash("records", null, { outcome: item.outcome, stream: name, code: item.code ?? "" }),
            );
    };
    return tablePart("Outcomes other than Ok", (item) => [item.outcome, item.plugin, item.code].join("\n"), [
        { title: "count", number: true, text: (item) => count(item.count) },
        { title: "outcome", node: () => el("span"), fill: fillOutcome },
        { title: "plugin", text: (item) => item.plugin || "no plugin" },
        { title: "code", style: "wrap", node: () => el("a", { class: "row-link" }), fill: link },
    ]);
}

function fillOutcome(node, item) {
    node.className = `mark is-${item.outcome}`;
    setText(
        node,
        item.outcome === "Passed" ? "→ Passed as it was" : `${outcomeSign(item.outcome)} ${item.outcome}`,
    );
}

function referenceTables() {
    return tablePart("Tables", (item) => item.name, [
        { title: "table", style: "wrap", text: (item) => item.name },
        { title: "version", style: "code", text: (item) => item.version },
        { title: "rows", number: true, text: (item) => count(item.rows) },
        { title: "read", text: (item) => `${ago(item.ageS)}${item.refreshes ? "" : ", once"}` },
        { title: "lookups", number: true, text: (item) => count(item.lookups) },
        {
            title: "misses",
            number: true,
            text: (item) =>
                item.misses ? `${count(item.misses)} (${percent(item.misses, item.lookups)})` : "0",
        },
    ]);
}

function countersTable() {
    return tablePart("Counted by plugins", (item) => [item.plugin, item.counter].join("\n"), [
        { title: "plugin", text: (item) => item.plugin || "no plugin" },
        { title: "counter", style: "wrap", text: (item) => item.counter },
        { title: "count", number: true, text: (item) => count(item.count) },
    ]);
}

function objectsTable() {
    return tablePart("Last objects", (item) => item.key, [
        { title: "object", style: "wrap code", text: (item) => item.key },
        { title: "what", text: (item) => (item.errors ? "errors" : "rows") },
        { title: "records", number: true, text: (item) => count(item.records) },
        { title: "size", number: true, text: (item) => bytes(item.bytes) },
        { title: "written", text: (item) => ago((item.now - item.at) / 1000) },
    ]);
}

function troublesPart() {
    const { node, update } = tablePart("Troubles", (item) => [item.at, item.message].join("\n"), [
        { title: "what went wrong", style: "wrap lines", text: (item) => item.message },
        { title: "when", text: (item) => ago((item.now - item.at) / 1000) },
    ]);
    node.classList.add("troubles");
    return { node, update: (troubles, now) => update(troubles.map((item) => ({ ...item, now }))) };
}

// How the first record is put.
function putPart() {
    const text = el("code");
    const lines = el("pre", { tabindex: 0 }, text);
    const words = el("p", {});
    const button = el("button", { onclick: () => copy(text.textContent, "the commands") }, "Copy");
    const direct = el("div", {}, lines, button);
    const node = el("div", { class: "put", hidden: true }, words, direct);
    function update(stream) {
        node.hidden = stream === null;
        if (!stream) return;
        direct.hidden = stream.source !== "direct-put";
        setText(
            words,
            direct.hidden
                ? `No records yet: waiting for those of ${stream.source}.`
                : "No records yet. Put one by the AWS CLI, with any credentials and region:",
        );
        setText(text, commands(stream.name));
    }
    return { node, update };
}

function commands(name) {
    const stream = `--delivery-stream-name ${name} --cli-binary-format raw-in-base64-out`;
    const record = String.raw`--record '{"Data": "{\"id\": 1}\n"}'`;
    const endpoint = `export AWS_ENDPOINT_URL_FIREHOSE=http://${location.host}`;
    return `${endpoint}\naws firehose put-record ${stream} ${record}`;
}
