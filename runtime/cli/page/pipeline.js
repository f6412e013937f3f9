// The pipeline as blocks: plugins in their order, what the destination is, and the tables that plugins read.
import { labelled, pluginBlock, tableBlock } from "./blocks.js";
import { el } from "./dom.js";
import { changed } from "./fields.js";
import { form } from "./form.js";
import { rows } from "./rows.js";
import { Num } from "./values.js";

const DESTINATION = {
    description: "The kind of destination. It sets how plugins name columns and write times.",
    enum: ["json", "parquet", "iceberg", "redshift"],
    default: "json",
};

/// An empty pipeline.
export function emptyDocument() {
    return new Map([["version", new Num("1")]]);
}

/// The form of a document. `ready` has what is known of the ready plugins, by name, and the names of the
/// ready tables.
export function pipeline(document, ready) {
    const plugins = blocks("Plugins", document.get("plugin"), (entry) => plugin(entry, ready));
    const tables = blocks("Tables", document.get("table"), (entry) => tableBlock(entry, ready.tables));
    const output = destination(document.get("output"));
    const addPlugin = adder("plugin", [...ready.plugins.values()], (name) => addReady(name, plugins, tables));
    const addTable = adder(
        "table",
        ready.tables.map((name) => ({ name })),
        (name) => addUse(tables, name),
    );
    const node = el(
        "div",
        { class: "blocks" },
        plugins.node,
        addPlugin,
        el("h3", {}, "Output"),
        output.node,
        el("h3", {}, "Tables"),
        tables.node,
        addTable,
    );
    return { node, read: () => assembled(document, output.read(), tables, plugins) };
}

function plugin(entry, ready) {
    return pluginBlock(entry, ready.plugins.get(entry.get("use")) ?? null);
}

function blocks(label, values, make) {
    const whole = rows({
        values: values ?? [],
        make,
        label,
        kind: "block-row",
        whenEmpty: () => focusAdder(whole),
    });
    return whole;
}

function focusAdder(whole) {
    whole.node.nextElementSibling.querySelector("select").focus();
}

function destination(output) {
    const given = new Map(output ?? []);
    const chosen = labelled("for", DESTINATION, given.get("for"));
    given.delete("for");
    const others = given.size > 0 ? form({ type: "object", properties: {} }, given, "output") : null;
    const node = el("div", { class: "entries" }, chosen.node, others?.node);
    return { node, read: () => withDestination(output, chosen.read(), others?.read() ?? new Map()) };
}

function withDestination(output, kind, others) {
    const pairs = kind === undefined ? [] : [["for", kind]];
    const found = new Map([...pairs, ...others]);
    return found.size > 0 || output ? found : undefined;
}

function adder(what, choices, add) {
    const select = el("select", { "aria-label": `A ready ${what}` });
    const shown = ({ name, summary }) => (summary ? `${name}: ${summary}` : name);
    select.append(...choices.map((one) => el("option", { value: one.name }, shown(one))));
    const button = el("button", { type: "button", onclick: () => add(select.value) }, `Add the ${what}`);
    return el("div", { class: "actions adder" }, select, button);
}

function addUse(whole, name) {
    const entry = whole.put(new Map([["use", name]]));
    entry.focus();
    changed(whole.node);
}

// What enrich-region looks up has to be somewhere: the countries are at hand.
function addReady(name, plugins, tables) {
    if (name === "enrich-region" && tables.entries.length === 0) {
        tables.put(
            new Map([
                ["name", "countries"],
                ["use", "countries"],
            ]),
        );
    }
    addUse(plugins, name);
}

function assembled(document, output, tables, plugins) {
    const all = (whole) => whole.entries.map((entry) => entry.editor.read());
    const found = new Map([["version", new Num("1")], ...document]);
    const put = (name, value, keep) => {
        found.delete(name);
        if (keep) found.set(name, value);
    };
    if (output) found.set("output", output);
    put("table", all(tables), tables.entries.length > 0);
    put("plugin", all(plugins), plugins.entries.length > 0);
    return found;
}
