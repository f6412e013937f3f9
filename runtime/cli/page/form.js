// A form made from a JSON Schema. What the schema does not let a field show stays as JSON text, so that
// nothing that was given is lost.
import { choice, isVariable, json, number, text, unsetText } from "./fields.js";
import { list, map } from "./rows.js";
import { alternativeOf, alternatives, kindOf, resolve, valueSchema } from "./schema.js";
import { settings } from "./settings.js";

/// The editor of a value that a schema describes: `{ node, read }`.
export function form(schema, value, label) {
    return editor({ schema, value, label, root: schema, isRequired: true });
}

function editor({ schema, value, label, root, isRequired = false }) {
    const whole = resolve(schema, root);
    const options = alternatives(whole, root);
    const make = (one, given, name) => plain({ ...carry(whole), ...one }, given, name, root);
    if (!isShown(options, value, root)) return json(value, label, "Its settings take something else here.");
    if (options.length === 1 && options[0].schema) return make(options[0].schema, value, label);
    if (options.length === 0) return json(value, label);
    const chosen = isRequired ? alternativeFor(value, options) : null;
    return choice({ options, value, chosen, label, root, unset: unsetText(whole, isRequired) }, make);
}

// What is needed, and can be one thing alone or may be typed, need not be chosen first.
function alternativeFor(value, options) {
    if (value !== undefined) return null;
    return options.length === 1 || options[0].schema ? options[0] : null;
}

// What an alternative is told of the schema that it stands in.
function carry(schema) {
    return "default" in schema ? { default: schema.default } : {};
}

function isShown(options, value, root) {
    if (value === undefined || alternativeOf(options, value, root)) return true;
    return isVariable(value) && options.some((one) => !one.schema);
}

function plain(schema, value, label, root) {
    const make = (inner, given, name, isRequired) =>
        editor({ schema: inner, value: given, label: name, root, isRequired });
    const child = (inner) => (given, name) => make(inner, given, name, true);
    switch (kindOf(schema, root)) {
        case "text":
            return text(schema, value, label);
        case "number":
            return number(schema, value, label);
        case "list":
            return list(value, label, { make: child(schema.items), isText: isText(schema.items, root) });
        case "map":
            return map(value, label, child(valueSchema(schema)));
        case "table":
            return settings({ schema, value, label, root, make });
        default:
            return json(value, label);
    }
}

function isText(schema, root) {
    const options = alternatives(schema, root);
    return (
        options.length === 1 && options[0].schema !== undefined && kindOf(options[0].schema, root) === "text"
    );
}
