// Rows that are added, removed and moved: the items of a list, the names and values of a map, the plugins of
// a pipeline.
import { el } from "./dom.js";
import { changed, text } from "./fields.js";
import { say } from "./say.js";

/// Rows of editors, each made by `make(value)`. With `add` a button beneath them adds one; else `whenEmpty`
/// says where to go on once the last one is removed.
export function rows({ values, make, label, kind, add, whenEmpty }) {
    const list = el("div", { class: `entries ${kind}s`, role: "list", "aria-label": label });
    const adder = el(
        "button",
        { type: "button", class: "small", "aria-label": `Add to ${label}` },
        add ?? "",
    );
    adder.addEventListener("click", () => put(undefined).focus());
    const whole = { list, entries: [], whenEmpty: whenEmpty ?? (() => adder.focus()) };
    const put = (value, at = whole.entries.length) => {
        const entry = row(make(value), label, kind);
        list.insertBefore(entry.node, whole.entries[at]?.node ?? null);
        whole.entries.splice(at, 0, entry);
        listen(entry, whole);
        return entry;
    };
    values.forEach((value) => put(value));
    return { ...whole, node: el("div", { class: "entries-block" }, list, add ? adder : null), put };
}

function listen(entry, whole) {
    entry.node.addEventListener("keydown", (event) => onKey(event, entry, whole));
    entry.remove.addEventListener("click", () => remove(entry, whole));
    entry.up.addEventListener("click", () => move(entry, -1, whole, entry.up));
    entry.down.addEventListener("click", () => move(entry, 1, whole, entry.down));
}

function row(editor, label, kind) {
    const name = editor.name ?? label;
    const up = button("↑", `Move up: ${name}`, "Alt+ArrowUp");
    const down = button("↓", `Move down: ${name}`, "Alt+ArrowDown");
    const remove = button("×", `Remove: ${name}`);
    const tools = el("div", { class: "tools" }, up, down, remove);
    if (editor.tools) editor.tools.append(tools);
    const node = el(
        "div",
        { class: `entry ${kind}`, role: "listitem" },
        editor.node,
        editor.tools ? null : tools,
    );
    const focus = () => node.querySelector("input, select, textarea, button")?.focus();
    return { node, editor, up, down, remove, focus };
}

function button(sign, label, keys) {
    const title = keys ? `${label} (${keys.replace("Arrow", "")})` : label;
    return el(
        "button",
        { type: "button", class: "icon", "aria-label": label, "aria-keyshortcuts": keys, title },
        sign,
    );
}

// In a select Alt and an arrow open the list; in a long text they move the caret.
function onKey(event, entry, whole) {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step || !event.altKey || /^(SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
    event.preventDefault();
    event.stopPropagation();
    move(entry, step, whole, event.target);
}

function move(entry, step, { entries, list }, focused) {
    const from = entries.indexOf(entry);
    const to = from + step;
    if (to < 0 || to >= entries.length) return;
    entries.splice(from, 1);
    entries.splice(to, 0, entry);
    list.insertBefore(entry.node, entries[to + 1]?.node ?? null);
    focused.focus();
    say(`Moved to place ${to + 1} of ${entries.length}`);
    changed(list);
}

function remove(entry, { entries, list, whenEmpty }) {
    const at = entries.indexOf(entry);
    entries.splice(at, 1);
    entry.node.remove();
    const next = entries[Math.min(at, entries.length - 1)];
    if (next) next.focus();
    else whenEmpty();
    changed(list);
}

/// A list: its items in their order.
export function list(value, label, { make, isText }) {
    const shape = isText ? "chip" : "item";
    const given = value !== undefined;
    const values = value ?? [undefined];
    const whole = rows({
        values,
        make: (item) => make(item, `${label}, item`),
        label,
        kind: shape,
        add: "Add",
    });
    if (isText) addByKeys(whole);
    const read = () => {
        const items = whole.entries.map((entry) => entry.editor.read()).filter((item) => item !== undefined);
        return items.length > 0 || given ? items : undefined;
    };
    return { node: whole.node, read };
}

/// Enter adds a text behind the one that is typed, Backspace removes an empty one, and several lines that are
/// pasted are several texts.
function addByKeys(whole) {
    const entryOf = (event) => whole.entries.find((entry) => entry.node.contains(event.target));
    whole.list.addEventListener("keydown", (event) => {
        const entry = entryOf(event);
        if (event.target.tagName !== "INPUT" || !entry) return;
        if (event.key === "Enter") whole.put(undefined, whole.entries.indexOf(entry) + 1).focus();
        else if (event.key === "Backspace" && event.target.value === "") entry.remove.click();
        else return;
        event.preventDefault();
    });
    whole.list.addEventListener("paste", (event) => {
        const lines = event.clipboardData.getData("text").split(/\r?\n/).filter(Boolean);
        const entry = entryOf(event);
        if (lines.length < 2 || !entry) return;
        event.preventDefault();
        const at = whole.entries.indexOf(entry);
        lines.forEach((line, more) => whole.put(line, at + 1 + more));
        if (event.target.value === "") entry.remove.click();
        else changed(whole.list);
    });
}

/// A map: names and their values in their order. A name that stands there twice counts once.
export function map(value, label, make) {
    const given = value !== undefined;
    const values = value ? [...value] : [undefined];
    const whole = rows({
        values,
        make: (pair) => member(pair, label, make),
        label,
        kind: "member",
        add: "Add a name",
    });
    whole.node.addEventListener("input", () => markTwice(whole.entries));
    const read = () => {
        const pairs = whole.entries
            .map((entry) => entry.editor.read())
            .filter(([name, held]) => isPair(name, held));
        return pairs.length > 0 || given ? new Map(pairs) : undefined;
    };
    return { node: whole.node, read };
}

function isPair(name, held) {
    return name !== undefined && held !== undefined;
}

function member(pair, label, make) {
    const [name, held] = pair ?? [];
    const key = text({}, name, `${label}, name`);
    const editor = make(held, `${label}, value`);
    key.control.classList.add("name");
    const node = el("div", { class: "named" }, key.node, el("div", { class: "held" }, editor.node));
    return { node, control: key.control, read: () => [key.read(), editor.read()] };
}

function markTwice(entries) {
    const seen = new Set();
    for (const { editor } of entries) {
        const name = editor.control.value;
        const isTwice = seen.has(name);
        if (isTwice) editor.control.setAttribute("aria-invalid", "true");
        else editor.control.removeAttribute("aria-invalid");
        editor.control.title = isTwice ? "This name stands here twice" : "";
        seen.add(name);
    }
}
