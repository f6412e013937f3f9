// Panels of which a wide page shows one at a time; a narrow one shows them one beneath the other.
import { el } from "./dom.js";
import { newId } from "./fields.js";

/// A list of tabs over its panels, each `{ name, node }`.
export function tabs(label, panels) {
    const list = el("div", { class: "tabs", role: "tablist", "aria-label": label });
    const all = panels.map(({ name, node }) => tab(name, node));
    const choose = (chosen, isFocused = true) => all.forEach((one) => select(one, one === chosen, isFocused));
    all.forEach((one) => one.button.addEventListener("click", () => choose(one)));
    list.append(...all.map((one) => one.button));
    list.addEventListener("keydown", (event) => {
        const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
        const at = all.findIndex((one) => one.button === event.target);
        if (step) choose(all.at((at + step) % all.length));
    });
    choose(all[0], false);
    return el(
        "section",
        { class: "panel tabbed", "aria-label": label },
        list,
        ...all.map((one) => one.panel),
    );
}

function tab(name, node) {
    const id = newId();
    const panel = el(
        "div",
        { id: newId(), class: "tab-panel", role: "tabpanel", "aria-labelledby": id },
        el("h2", {}, name),
        node,
    );
    return {
        panel,
        button: el("button", { type: "button", id, role: "tab", "aria-controls": panel.id }, name),
    };
}

function select({ button, panel }, isChosen, isFocused) {
    button.setAttribute("aria-selected", String(isChosen));
    button.tabIndex = isChosen ? 0 : -1;
    panel.hidden = !isChosen;
    if (isChosen && isFocused) button.focus();
}
