// The keyboard.
import { el } from "./dom.js";

const HELP = [
    ["1 2 3", "Streams, Records, Try it"],
    ["/", "filter the records by text"],
    ["j k or arrows", "move in the list"],
    ["Enter", "show the record"],
    ["Esc", "leave the record, or the field"],
    ["p", "pause the list, or let it go on"],
    ["?", "this list"],
];

/// Listens for keys, but not while somebody types, nor where a dialog is open. `keysOf()` gives what there is
/// now: functions by their key.
export function listen(keysOf) {
    document.addEventListener("keydown", (event) => {
        if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || takesKeys(event))
            return;
        const action = keysOf()[event.key];
        if (!action) return;
        event.preventDefault();
        action(event);
    });
}

function takesKeys(event) {
    const target = event.target;
    if (
        document.querySelector("dialog[open]") ||
        target.isContentEditable ||
        target.matches("input, textarea, select")
    )
        return true;
    // A button's Enter is its own; arrows scroll what has the focus, unless it is a list that moves by them.
    if (event.key === "Enter") return target.matches("a, button, summary");
    return (
        event.key.startsWith("Arrow") && target !== document.body && !target.matches("main, [role=listbox]")
    );
}

/// Shows what the keys do.
export function showKeys() {
    const rows = HELP.flatMap(([keys, what]) => [el("dt", {}, el("kbd", {}, keys)), el("dd", {}, what)]);
    const dialog = el(
        "dialog",
        { class: "dialog", "aria-labelledby": "keys-title" },
        el("h2", { id: "keys-title" }, "Keys"),
        el("dl", { class: "facts" }, ...rows),
        el("form", { method: "dialog" }, el("button", { autofocus: true }, "Close")),
    );
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
}
