// Tables whose rows stay as long as their keys.
import { el, keyed, setText } from "./dom.js";

/// A part with a table. Columns: `{ title, text(item) }` or `{ title, node(), fill(node, item) }`, `number:
/// true` where numbers stand.
/// `update(items)` fills it; without items the part is hidden.
export function tablePart(title, keyOf, columns) {
    const body = el("tbody");
    const head = columns.map((column) =>
        el("th", { scope: "col", class: column.number ? "number" : null }, column.title),
    );
    const node = el(
        "div",
        { class: "part", hidden: true },
        el("h3", {}, title),
        el("div", { class: "scroll" }, el("table", {}, el("thead", {}, el("tr", {}, ...head)), body)),
    );
    const make = () =>
        el(
            "tr",
            {},
            ...columns.map((column) =>
                el(
                    "td",
                    { class: column.number ? "number" : (column.style ?? null) },
                    column.node?.() ?? null,
                ),
            ),
        );
    const fill = (row, item) =>
        columns.forEach((column, index) => fillCell(row.children[index], column, item));
    function update(items) {
        node.hidden = items.length === 0;
        keyed(body, items, keyOf, make, fill);
    }
    return { node, update };
}

function fillCell(cell, column, item) {
    if (column.fill) column.fill(cell.firstChild, item);
    else setText(cell, column.text(item));
}
