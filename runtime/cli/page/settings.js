// The settings of one table: what is set, what is required, and behind "More settings" what could be set.
import { el, replace } from "./dom.js";
import { changed, json, newId, short } from "./fields.js";
import { map } from "./rows.js";
import { firstSentence, resolve, valueSchema } from "./schema.js";

/// Settings by name. Those that no one needs and no one gave are behind "More settings".
export function settings({ schema, value, label, root, make }) {
    const given = new Map(value ?? []);
    const shown = new Map();
    const body = el("div", { class: "settings" });
    const more = el("details", { class: "others" });
    const variant = variants(schema);
    let needed = needs(schema, variant, given);
    const context = { schema, root, given, shown, body, label, make };
    const redraw = () => arrange(context, needed, more, redraw);
    const switched = (next) => {
        needed = needs(schema, [next], given);
        redraw();
    };
    const head = variant.length > 1 ? variantSelect(variant, needed, switched, label) : null;
    const others = otherSettings(schema, given, make);
    redraw();
    const node = el("div", { class: "table" }, head, body, others?.node, more);
    return { node, read: () => collect(schema, shown, others, given, value !== undefined) };
}

/// Alternatives that say no more than what is needed: what else a table of settings may be told apart by.
function variants(schema) {
    const found = schema.oneOf ?? schema.anyOf ?? [];
    return found.every((one) => Array.isArray(one.required)) ? found.map((one) => one.required) : [];
}

function needs(schema, variant, given) {
    const fitting = variant.find((names) => names.every((name) => given.has(name)));
    const touched = variant.find((names) => names.some((name) => given.has(name)));
    return new Set([...(schema.required ?? []), ...(fitting ?? touched ?? variant[0] ?? [])]);
}

function variantSelect(variant, needed, switched, label) {
    const control = el("select", { id: newId() });
    control.append(...variant.map((names, at) => el("option", { value: at }, names.join(", "))));
    control.value = Math.max(
        0,
        variant.findIndex((names) => names.every((name) => needed.has(name))),
    );
    control.addEventListener("input", () => switched(variant[control.value]));
    return el(
        "p",
        { class: "variant" },
        el("label", { for: control.id }, `What ${label} is given: `),
        control,
    );
}

function arrange(context, needed, more, redraw) {
    const { schema, given, shown, body } = context;
    for (const name of Object.keys(schema.properties)) {
        const isWanted = needed.has(name) || given.has(name) || shown.get(name)?.isSet;
        if (!isWanted && shown.get(name)?.editor.read() === undefined) shown.delete(name);
        else if (!shown.has(name)) shown.set(name, setting(context, name, needed.has(name)));
        shown.get(name)?.require(needed.has(name));
    }
    const order = Object.keys(schema.properties).filter((name) => shown.has(name));
    const nodes = order.map((name) => shown.get(name).node);
    if (nodes.length !== body.children.length || nodes.some((node, at) => body.children[at] !== node))
        place(body, nodes);
    drawMore(context, more, redraw);
}

// Nodes that stay are not taken out and put back: the reader may be typing in one.
function place(body, nodes) {
    for (const old of [...body.children]) if (!nodes.includes(old)) old.remove();
    nodes.forEach((node, at) => {
        if (body.children[at] !== node) body.insertBefore(node, body.children[at] ?? null);
    });
}

function setting(context, name, isRequired) {
    const { schema, root, given, label, make } = context;
    const whole = resolve(schema.properties[name], root);
    const inner = make(whole, given.get(name), `${label}, ${name}`, isRequired);
    const mark = el("span", { class: "required" });
    const remove = el(
        "button",
        { type: "button", class: "icon", "aria-label": `Unset ${name}`, title: `Unset ${name}` },
        "×",
    );
    const head = el("div", { class: "setting-head" }, title(name, inner), mark, remove);
    const node = el("div", { class: "setting", "data-name": name }, head, help(whole), inner.node);
    const one = { node, editor: inner, remove, isSet: false, focus: () => focusIn(inner.node) };
    one.require = (needed) => {
        mark.textContent = needed ? "required" : "";
        remove.hidden = needed;
    };
    remove.addEventListener("click", () => unset(context, name));
    return one;
}

function title(name, inner) {
    const id = newId();
    if (inner.control) {
        inner.control.removeAttribute("aria-label");
        return el("label", { id, for: inner.control.id }, name);
    }
    inner.node.setAttribute("role", "group");
    inner.node.setAttribute("aria-labelledby", id);
    return el("span", { id, class: "label" }, name);
}

function focusIn(node) {
    const first = node.matches("input, select, textarea")
        ? node
        : node.querySelector("input, select, textarea, button");
    first?.focus();
}

/// The first sentence; the whole text where one asks for it.
function help(schema) {
    const whole = schema.description ?? "";
    const first = firstSentence(whole);
    const standard = "default" in schema ? ` Default: ${short(schema.default)}.` : "";
    if (!whole && !standard) return null;
    if (first.length >= whole.length) return el("p", { class: "help" }, whole + standard);
    return el(
        "details",
        { class: "help" },
        el("summary", {}, first + standard),
        whole.slice(first.length).trim(),
    );
}

function unset(context, name) {
    const { shown, given, body } = context;
    shown.delete(name);
    given.delete(name);
    context.redraw();
    context.focusMore();
    changed(body);
}

function drawMore(context, more, redraw) {
    const { schema, root, shown } = context;
    const names = Object.keys(schema.properties).filter(
        (name) => !shown.has(name) && schema.properties[name] !== false,
    );
    const items = names.map((name) =>
        unsetItem(context, name, resolve(schema.properties[name], root), redraw),
    );
    replace(
        more,
        el("summary", {}, `More settings (${names.length})`),
        el("ul", { class: "unset" }, ...items),
    );
    more.hidden = names.length === 0;
    context.redraw = redraw;
    context.focusMore = () => more.querySelector("summary").focus();
}

function unsetItem(context, name, schema, redraw) {
    const set = () => {
        const one = setting(context, name, false);
        one.isSet = true;
        context.shown.set(name, one);
        redraw();
        one.focus();
        changed(context.body);
    };
    const first = firstSentence(schema.description ?? "");
    return el(
        "li",
        {},
        el("button", { type: "button", onclick: set }, name),
        el("span", { class: "help" }, first),
    );
}

/// What stands beside the settings that the schema names.
function otherSettings(schema, given, make) {
    const names = [...given.keys()].filter((name) => !Object.hasOwn(schema.properties, name));
    const rest = valueSchema(schema);
    if (names.length === 0 && (rest === false || rest === true)) return null;
    const others = names.length > 0 ? new Map(names.map((name) => [name, given.get(name)])) : undefined;
    const label = "other settings";
    const one = (held, name) => make(rest, held, name, true);
    const inner = rest === false || rest === true ? json(others, label) : map(others, label, one);
    const head = el("div", { class: "setting-head" }, title("Other settings", inner));
    return { node: el("div", { class: "setting" }, head, inner.node), read: inner.read };
}

// Names stand in the order in which they were given; those set since follow.
function collect(schema, shown, others, given, wasGiven) {
    const held = others?.read();
    const rest = held instanceof Map ? held : new Map();
    const found = new Map();
    const add = (name) => {
        const value = shown.has(name) ? shown.get(name).editor.read() : rest.get(name);
        if (value !== undefined) found.set(name, value);
    };
    new Set([...given.keys(), ...shown.keys(), ...rest.keys()]).forEach(add);
    return found.size > 0 || wasGiven ? found : undefined;
}
