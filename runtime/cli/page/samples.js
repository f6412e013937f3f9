// The records that are tried: typed, taken from what came last, or one of the examples.
import { get, reason } from "./api.js";
import { el } from "./dom.js";
import { EXAMPLES } from "./examples.js";
import { changed } from "./fields.js";
import { say } from "./say.js";

const TAKEN = 10;

/// The panel of records. `stream()` says of which stream the last ones are taken.
export function samples(text, stream) {
    const area = textArea(text);
    const append = (more) => put(area, joined(area.value, more));
    const take = el("button", { type: "button" }, `Take the last ${TAKEN}`);
    take.addEventListener("click", () => busy(take, () => takeLast(stream(), append)));
    const clear = el("button", { type: "button" }, "Clear");
    clear.addEventListener("click", () => {
        put(area, "");
        area.focus();
    });
    const actions = el("div", { class: "actions" }, take, exampleSelect(area, append), clear);
    return { node: panel(area, actions), read: () => area.value, append };
}

function textArea(text) {
    const area = el("textarea", { id: "try-records", class: "code", spellcheck: "false", wrap: "off" });
    area.value = text;
    return area;
}

function put(area, text) {
    area.value = text;
    changed(area);
}

function panel(area, actions) {
    const head = el("h2", { id: "try-records-head" }, el("label", { for: area.id }, "Records"));
    const told = "One record a line, a Firehose event, or error objects: told by how the text begins.";
    const help = el("p", { class: "help" }, told);
    return el("section", { class: "panel samples", "aria-labelledby": head.id }, head, actions, area, help);
}

function joined(text, more) {
    return text === "" || text.endsWith("\n") ? text + more : `${text}\n${more}`;
}

function exampleSelect(area, append) {
    const select = el(
        "select",
        { "aria-label": "Put in an example" },
        el("option", { value: "" }, "Example"),
    );
    select.append(...EXAMPLES.map((example, at) => el("option", { value: at }, example.name)));
    select.addEventListener("change", () => {
        const example = EXAMPLES[select.value];
        if (!example) return;
        // An example that nobody has touched makes room for the next one.
        if (EXAMPLES.some(({ text }) => text === area.value)) area.value = "";
        append(example.text);
        select.value = "";
    });
    return select;
}

async function busy(button, action) {
    button.disabled = true;
    try {
        await action();
    } catch (error) {
        say(reason(error));
    }
    button.disabled = false;
    button.focus();
}

async function takeLast(stream, append) {
    const of = stream ? `&stream=${encodeURIComponent(stream)}` : "";
    const { records } = await get(`/page/records?limit=${TAKEN}${of}`);
    const found = await Promise.all(records.map(({ seq }) => get(`/page/records/${seq}`).catch(() => null)));
    const whole = found.filter((record) => record?.line && typeof record.before.text === "string");
    append(
        whole
            .reverse()
            .map((record) => `${record.before.text}\n`)
            .join(""),
    );
    say(told(records.length, whole.length));
}

function told(found, taken) {
    if (found === 0) return "No record has come yet";
    const left = found - taken;
    return left === 0
        ? `Took ${taken} records`
        : `Took ${taken} of ${found} records: the others cannot stand on a line`;
}
