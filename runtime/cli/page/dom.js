// Elements. What stands in them is text, never markup: records are somebody else's.

/// An element with attributes and children. An attribute that is null or false is left out; one that begins
/// with `on` is a listener.
export function el(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
        if (value === null || value === undefined || value === false) continue;
        if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
        else element.setAttribute(name, value === true ? "" : value);
    }
    element.append(...children.filter((child) => child !== null && child !== undefined));
    return element;
}

/// Puts children in the place of those that a node has.
export function replace(node, ...children) {
    node.replaceChildren(...children.filter((child) => child !== null && child !== undefined));
}

/// An element of SVG.
export function svg(tag, attributes = {}, ...children) {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
}

/// Writes a text where it is another one: what has not changed is neither laid out nor selected anew.
export function setText(node, text) {
    const string = String(text ?? "");
    if (node.firstChild?.nodeType === Node.TEXT_NODE && !node.firstChild.nextSibling) {
        if (node.firstChild.data !== string) node.firstChild.data = string;
    } else if (string !== "" || node.firstChild) node.textContent = string;
}

/// Makes the children of a node those of a list, by their keys: an element stays as long as its key, with its
/// focus and its place.
/// `make(item)` makes an element, `update(element, item)` fills it; an element whose key has gone is filled
/// with what is new.
export function keyed(node, items, keyOf, make, update) {
    const old = node.keyed ?? new Map();
    const wanted = new Map(items.map((item) => [keyOf(item), item]));
    const free = new Set([...old].filter(([key]) => !wanted.has(key)).map(([, element]) => element));
    const now = new Map();
    let place = node.firstElementChild;
    for (const [key, item] of wanted) {
        const kept = old.get(key);
        // What is free stands aside for what stays, and is taken where it stands for what is new.
        while (kept && free.has(place)) place = aside(place);
        const element = kept ?? taken(free, place) ?? make(item);
        update(element, item);
        now.set(key, element);
        if (element === place) place = place.nextElementSibling;
        else node.insertBefore(element, place);
    }
    for (const element of free) element.remove();
    node.keyed = now;
}

function aside(element) {
    const next = element.nextElementSibling;
    element.remove();
    return next;
}

function taken(free, place) {
    const element = free.has(place) ? place : free.values().next().value;
    free.delete(element);
    return element;
}
