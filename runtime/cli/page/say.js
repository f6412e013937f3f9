// Short messages to the reader, and the clipboard.
import { el } from "./dom.js";

const SHOWN_MS = 6000;
let timer = 0;

/// Shows a short message for some seconds; a reader of the screen hears it.
export function say(text) {
    const said = document.getElementById("said");
    said.textContent = text;
    clearTimeout(timer);
    timer = setTimeout(() => {
        said.textContent = "";
    }, SHOWN_MS);
}

/// Copies a text and says so: `Copied WHAT`, or a message of one's own. Where the browser forbids it, a
/// dialog shows the text, selected.
export async function copy(text, what, message = `Copied ${what}`) {
    try {
        await navigator.clipboard.writeText(text);
        say(message);
    } catch {
        offer(text, what, message);
    }
}

function offer(text, what, message) {
    const area = el("textarea", { readonly: true, rows: 12, "aria-label": what });
    area.value = text;
    const form = el("form", { method: "dialog" }, el("button", {}, "Close"));
    const dialog = el(
        "dialog",
        { class: "dialog", "aria-label": `Copy ${what}` },
        el(
            "p",
            {},
            "The browser does not let this page copy. The text is selected: copy it by the keyboard.",
        ),
        area,
        form,
    );
    dialog.addEventListener("close", () => dialog.remove());
    // The own message tells what to do with the text; that it is copied would be untrue here.
    area.addEventListener("copy", () => say(message));
    document.body.append(dialog);
    dialog.showModal();
    area.select();
}
