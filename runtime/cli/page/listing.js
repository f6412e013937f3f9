// The text of nozzle.toml with its lines counted, and the one that is wrong marked.
import { copy } from "./say.js";
import { el, replace } from "./dom.js";

/// The panel of the resulting text.
export function listing() {
    const code = el("pre", { class: "listing", tabindex: "0", role: "group", "aria-label": "nozzle.toml" });
    let text = "";
    const button = el("button", { type: "button", onclick: () => copy(text, "nozzle.toml") }, "Copy");
    const show = (toml, wrong) => {
        text = toml;
        replace(code, ...lines(toml, wrong));
    };
    const note = "Written from the blocks: comments of the file that one starts from are not in it.";
    return {
        node: el("div", {}, el("div", { class: "actions" }, button), code, el("p", { class: "help" }, note)),
        show,
    };
}

/// The line that is wrong with those around it.
export function excerpt(toml, wrong) {
    const from = Math.max(0, wrong - 3);
    const around = lines(toml, wrong).slice(from, wrong + 2);
    return el(
        "pre",
        { class: "listing", role: "group", "aria-label": `Line ${wrong} of nozzle.toml` },
        ...around,
    );
}

function lines(toml, wrong) {
    return toml
        .replace(/\n$/, "")
        .split("\n")
        .map((line, at) => {
            const isWrong = at + 1 === wrong;
            const count = el("span", { class: "count", "aria-hidden": "true" }, String(at + 1));
            return el(isWrong ? "mark" : "span", { class: "line" }, count, `${line}\n`);
        });
}
