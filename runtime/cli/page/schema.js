// What a JSON Schema says about a setting, as far as a form needs it: which alternatives there are, and
// whether a value is one.
import { Num, from, same } from "./values.js";

/// A schema with what its references stand for; what stands beside a reference is more than what it points
/// to.
export function resolve(schema, root) {
    let whole = schema;
    for (let hops = 0; typeof whole?.$ref === "string" && hops < 16; hops += 1) {
        const { $ref, ...beside } = whole;
        whole = { ...pointed($ref, root), ...beside };
    }
    return whole === true || whole === undefined ? {} : whole;
}

function pointed(reference, root) {
    const steps = reference.replace(/^#\/?/, "").split("/").filter(Boolean);
    const unescape = (step) => step.replaceAll("~1", "/").replaceAll("~0", "~");
    return steps.reduce((at, step) => at?.[unescape(step)], root) ?? {};
}

/// What a value may be: constants, each with its `value`, and kinds of values, each with its `schema`.
export function alternatives(schema, root, depth = 0) {
    const whole = resolve(schema, root);
    if (whole === false || whole.type === "null") return [];
    if (isAnything(whole)) return ANY.flatMap((one) => alternatives(one, root));
    if (whole.enum) return whole.enum.filter((value) => value !== null).map((value) => constant(from(value)));
    if ("const" in whole) return [constant(from(whole.const))];
    const union = unionOf(whole);
    if (union && depth < 8) return union.flatMap((one) => alternatives(one, root, depth + 1));
    if (whole.type === "boolean") return [constant(true), constant(false)];
    return [{ label: labelOf(whole), schema: whole }];
}

// `allOf` makes the last one a field of JSON text, see kindOf.
const ANY = [{ type: "string" }, { type: "number" }, { type: "boolean" }, { title: "as JSON", allOf: [] }];

const ANNOTATIONS = new Set(["title", "description", "default", "examples", "$comment", "$schema", "$defs"]);

function isAnything(schema) {
    return Object.keys(schema).every((keyword) => ANNOTATIONS.has(keyword) || keyword.startsWith("x-"));
}

function unionOf(schema) {
    if (Array.isArray(schema.type)) return schema.type.map((type) => ({ ...schema, type }));
    if (!schema.properties && !schema.required) return schema.anyOf ?? schema.oneOf ?? null;
    return null;
}

function constant(value) {
    return { label: typeof value === "string" ? value : String(value.literal ?? value), value };
}

const KINDS = { string: "text", number: "number", integer: "number" };

/// The kind of form that a schema without alternatives gets: text, number, list, table, map or json.
export function kindOf(schema, root) {
    if (schema.allOf || schema.prefixItems || schema.if) return "json";
    if (Object.hasOwn(KINDS, schema.type)) return KINDS[schema.type];
    if (schema.type === "array") return "list";
    if (schema.properties) return "table";
    if (schema.type !== "object") return "json";
    return resolve(schema.additionalProperties, root) === false && !schema.patternProperties ? "json" : "map";
}

/// Whether a form of this kind can show the value, whatever else is wrong with it.
export function shows(schema, value, root) {
    const kind = kindOf(schema, root);
    if (kind === "json") return true;
    if (kind === "text") return typeof value === "string";
    if (kind === "number") return value instanceof Num;
    return kind === "list" ? Array.isArray(value) : value instanceof Map;
}

/// Whether a value is what an alternative is about. How long or how large it is says nothing about that.
export function fits(schema, value, root) {
    return alternatives(schema, root).some((one) => fitsOne(one, value, root));
}

function fitsOne(one, value, root) {
    if (!one.schema) return same(one.value, value);
    if (kindOf(one.schema, root) === "json") return true;
    if (!shows(one.schema, value, root)) return false;
    if (Array.isArray(value)) return value.every((item) => fits(one.schema.items, item, root));
    return !(value instanceof Map) || fitsTable(one.schema, value, root);
}

function fitsTable(schema, table, root) {
    const { properties = {}, required = [] } = schema;
    if (!required.every((name) => table.has(name))) return false;
    return [...table].every(([name, value]) => fits(properties[name] ?? valueSchema(schema), value, root));
}

/// What a name that is not one of `properties` may stand for.
export function valueSchema(schema) {
    const others = Object.values(schema.patternProperties ?? {});
    const rest = schema.additionalProperties ?? (others.length > 0 ? false : true);
    return others.length > 0 ? { anyOf: [...others, rest] } : rest;
}

/// The alternative that a value is: the first that fits it, else the first that can show it.
export function alternativeOf(options, value, root) {
    const fitting = options.find((one) => fitsOne(one, value, root));
    return fitting ?? options.find((one) => one.schema && shows(one.schema, value, root)) ?? null;
}

const TYPES = {
    string: "text",
    number: "number",
    integer: "whole number",
    array: "list",
    object: "names and values",
};

function labelOf(schema) {
    if (schema.title) return schema.title;
    if (schema.description) return firstSentence(schema.description).replace(/(: .*)?\.?$/, "");
    if (schema.properties) return `with ${(schema.required ?? Object.keys(schema.properties)).join(", ")}`;
    return TYPES[schema.type] ?? "as JSON";
}

/// The first sentence of a text: it ends with a full stop behind which another one begins.
export function firstSentence(text) {
    return /^.*?[.](?=\s+[A-Z$]|$)/s.exec(text)?.[0] ?? text;
}
