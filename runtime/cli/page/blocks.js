// The blocks of a pipeline, each with the form of what it takes: plugins and tables.
import { el } from "./dom.js";
import { form } from "./form.js";
import { json, newId } from "./fields.js";

const ON_FAILURE = {
    description:
        "What becomes of a row that fails here: the record fails, or it goes on as it entered this plugin.",
    enum: ["fail", "pass"],
    default: "fail",
};

/// A plugin's block; `ready` is what is known of it, null for one that is no ready plugin.
export function pluginBlock(entry, ready) {
    const name = entry.get("use") ?? entry.get("path") ?? entry.get("source") ?? "plugin";
    const given = entry.get("settings");
    const settings = ready
        ? form(ready.settings ?? {}, given, name)
        : json(given, `Settings of ${name}, as JSON`);
    const onFailure = labelled("on_failure", ON_FAILURE, entry.get("on_failure"));
    const others = keptKeys(entry, name);
    const body = el(
        "div",
        { class: "block-body" },
        hintOf(ready),
        settings.node,
        onFailure.node,
        others.node,
    );
    const { node, tools } = block(name, ready?.summary ?? "", body);
    const read = () =>
        merged(entry, [["on_failure", onFailure.read()], ["settings", settings.read()], ...others.read()]);
    return { node, tools, name, read };
}

function hintOf(ready) {
    if (!ready) return el("p", { class: "help" }, "No ready plugin: its settings are JSON here.");
    const { table, alias } = ready.settings?.properties ?? {};
    return table || alias ? el("p", { class: "help" }, "Reads tables: add one below.") : null;
}

/// A choice with its name and what it means.
export function labelled(name, schema, value) {
    const inner = form(schema, value, name);
    inner.control.removeAttribute("aria-label");
    const head = el("div", { class: "setting-head" }, el("label", { for: inner.control.id }, name));
    const help = el("p", { class: "help" }, schema.description);
    return { node: el("div", { class: "setting" }, head, help, inner.node), read: inner.read };
}

const KNOWN = ["use", "path", "source", "settings", "on_failure"];

// What else a `[[plugin]]` says: its limits, its SHA-256.
function keptKeys(entry, name) {
    const kept = new Map([...entry].filter(([key]) => !KNOWN.includes(key)));
    if (kept.size === 0) return { node: null, read: () => [] };
    const inner = form({ type: "object", properties: {} }, kept, `${name}, other keys`);
    return { node: inner.node, read: () => inner.read() };
}

// The keys of an entry in their order, with what stands in their place now; undefined ones are left out.
function merged(entry, pairs) {
    const found = new Map([...entry].filter(([name]) => ["use", "path", "source"].includes(name)));
    pairs.forEach(([name, value]) => found.set(name, value));
    const order = new Set([...entry.keys(), ...found.keys()]);
    return new Map(
        [...order].map((name) => [name, found.get(name)]).filter(([, value]) => value !== undefined),
    );
}

/// A table's block: a ready table by its name, or a file that nozzle.toml names.
export function tableBlock(entry, tables) {
    const inner = form(tableSchema(tables), entry, "table");
    const name = entry.get("name") ?? entry.get("use") ?? "table";
    const { node, tools } = block(
        name,
        entry.get("path") ?? "",
        el("div", { class: "block-body" }, inner.node),
    );
    return { node, tools, name, read: () => inner.read() ?? new Map() };
}

function tableSchema(tables) {
    return {
        type: "object",
        properties: {
            name: {
                description: "What plugins call the table. A ready table has its own name.",
                type: "string",
            },
            use: { description: "The ready table that it is.", enum: tables },
            key: {
                description:
                    "The column that rows are found by, or the list of columns. A ready table has its own.",
                anyOf: [{ type: "string" }, { type: "array", items: { type: "string" } }],
            },
            match: {
                description: "When keys match: to the letter, or whatever the case, accents and spaces.",
                enum: ["exact", "normalised"],
            },
        },
    };
}

function block(name, summary, body) {
    body.id = newId();
    const sign = el("span", { class: "fold-sign", "aria-hidden": "true" });
    const fold = el(
        "button",
        { type: "button", class: "fold", "aria-expanded": "true", "aria-controls": body.id },
        sign,
        name,
    );
    fold.addEventListener("click", () => {
        body.hidden = !body.hidden;
        fold.setAttribute("aria-expanded", String(!body.hidden));
    });
    const tools = el("div", { class: "block-head" }, fold);
    const node = el(
        "article",
        { class: "block", "aria-label": name },
        tools,
        summary ? el("p", { class: "help" }, summary) : null,
        body,
    );
    return { node, tools };
}
