// Fields for one value. Each editor is `{ node, read, control }`: what is shown; the value as it stands
// there, undefined where none was given; and what a label points to, if it is one control. A change is an
// `input` event that bubbles, whatever made it.
import { el, replace } from "./dom.js";
import { NUMBER, Num, read as readJson, write } from "./values.js";
import { alternativeOf } from "./schema.js";

let ids = 0;

/// An id that no other element of the page has.
export function newId() {
    ids += 1;
    return `field-${ids}`;
}

/// Tells all who listen around a node that what it holds has changed.
export function changed(node) {
    node.dispatchEvent(new Event("input", { bubbles: true }));
}

/// Text on one line; on several where the value has line breaks, which an input would take away.
export function text(schema, value, label) {
    const isLong = typeof value === "string" && /[\r\n]/.test(value);
    const shown = { id: newId(), "aria-label": label, placeholder: placeholder(schema), spellcheck: "false" };
    const control = isLong
        ? el("textarea", { ...shown, rows: 3 })
        : el("input", { ...shown, type: "text", autocomplete: "off" });
    control.value = value ?? "";
    // An empty text is a value once somebody has typed here; till then the value is what it was, line ends
    // included.
    let isTyped = false;
    control.addEventListener("input", () => {
        isTyped = true;
    });
    return { node: control, control, read: () => (isTyped ? control.value : value) };
}

function placeholder(schema) {
    return typeof schema.default === "string" && schema.default ? schema.default : null;
}

/// A number, kept as it is typed.
export function number(schema, value, label) {
    const shown = {
        id: newId(),
        type: "text",
        inputmode: "decimal",
        "aria-label": label,
        autocomplete: "off",
    };
    const control = el("input", shown);
    const problem = note();
    control.value = value?.literal ?? "";
    const wanted = schema.type === "integer" ? "Not a whole number" : "Not a number";
    const isRight = (typed) => NUMBER.test(typed) && (schema.type !== "integer" || /^-?\d+$/.test(typed));
    const check = () =>
        problem.tell(control, control.value.trim() === "" || isRight(control.value.trim()) ? "" : wanted);
    control.addEventListener("input", check);
    const read = () => (isRight(control.value.trim()) ? new Num(control.value.trim()) : undefined);
    return { node: el("div", { class: "field" }, control, problem.node), control, read };
}

/// Any value as JSON text. While that is broken the last whole value counts.
export function json(value, label, why = "") {
    const control = jsonArea(value === undefined ? "" : write(value, "  "), label);
    const problem = note();
    let last = value;
    const take = () => {
        last = control.value.trim() === "" ? undefined : readJson(control.value);
    };
    control.addEventListener("input", () => problem.tell(control, attempt(take)));
    const help = why ? el("p", { class: "help" }, why) : null;
    return { node: el("div", { class: "field" }, control, problem.node, help), control, read: () => last };
}

function jsonArea(text, label) {
    const control = el("textarea", { id: newId(), class: "code", "aria-label": label, spellcheck: "false" });
    control.value = text;
    control.rows = Math.max(4, Math.min(12, text.split("\n").length + 1));
    return control;
}

function attempt(action) {
    try {
        action();
        return "";
    } catch (error) {
        return `Not JSON, ${error.message}`;
    }
}

function note() {
    const node = el("p", { class: "problem", id: newId(), role: "status" });
    return { node, tell: (control, text) => tell(node, control, text) };
}

function tell(node, control, text) {
    node.textContent = text;
    if (!text) return control.removeAttribute("aria-invalid");
    control.setAttribute("aria-describedby", node.id);
    return control.setAttribute("aria-invalid", "true");
}

/// One of several alternatives: constants, or a form for one kind of value, which `make` makes. `chosen` is
/// the one at first where there is no value.
export function choice({ options, value, chosen, label, root, unset }, make) {
    const first =
        value === undefined
            ? chosen
            : (alternativeOf(options, value, root) ?? { label: String(value), value });
    const all = first && !options.includes(first) ? [first, ...options] : options;
    const control = alternativeSelect(all, first, label, unset);
    const slot = el("div", { class: "slot" });
    let inner = null;
    const open = (given) => {
        const one = all[control.value];
        inner = one?.schema ? make(one.schema, given, label) : null;
        replace(slot, inner?.node);
    };
    control.addEventListener("input", () => open(carried(inner?.read(), all[control.value])));
    open(value);
    const read = () => (inner ? inner.read() : all[control.value]?.value);
    return { node: el("div", { class: "choice" }, control, slot), control, read };
}

function alternativeSelect(all, first, label, unset) {
    const control = el("select", { id: newId(), "aria-label": label }, el("option", { value: "" }, unset));
    control.append(
        ...all.map((one, at) => el("option", { value: at }, one.schema ? `${one.label} …` : one.label)),
    );
    control.value = first ? all.indexOf(first) : "";
    return control;
}

/// What was given, for an alternative that is chosen next: a text becomes the first of a list, the only one
/// of a list a text.
function carried(value, next) {
    const type = next?.schema?.type;
    if (type === "array" && typeof value === "string" && value) return [value];
    if (type === "string" && Array.isArray(value) && typeof value[0] === "string") return value[0];
    return undefined;
}

/// Whether a text stands for what a variable holds at the start, so that it may stand where only certain
/// texts may.
export function isVariable(value) {
    return typeof value === "string" && value.includes("${");
}

/// The text of an entry that leaves a setting at its default.
export function unsetText(schema, isRequired) {
    if ("default" in schema) return `(default: ${short(schema.default)})`;
    return isRequired ? "(choose)" : "(not set)";
}

/// A default as a reader takes it in.
export function short(value) {
    const whole = typeof value === "string" && value !== "" ? value : JSON.stringify(value);
    return whole.length > 40 ? `${whole.slice(0, 39)}…` : whole;
}
