// What the pipeline starts from: a stream's own nozzle.toml, or nothing.
import { el, replace } from "./dom.js";

const EMPTY = "";

/// The line to choose by. `start(stream)` starts over; null is an empty pipeline.
export function startFrom(start) {
    const select = el("select", { id: "try-start" });
    const button = el("button", { type: "button", onclick: () => start(chosen(select)) }, "Start over");
    const offer = (streams, stream) => {
        replace(
            select,
            ...streams.map((name) => option(name, `nozzle.toml of ${name}`)),
            option(EMPTY, "an empty pipeline"),
        );
        select.value = stream ?? EMPTY;
    };
    const node = el(
        "div",
        { class: "actions start" },
        el("label", { for: select.id }, "Start from"),
        select,
        button,
    );
    return { node, offer };
}

function option(name, text) {
    return el("option", { value: name }, text);
}

function chosen(select) {
    return select.value === EMPTY ? null : select.value;
}
