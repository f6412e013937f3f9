// Where the reader is: `#records/17?outcome=Ok` is view, argument and query.

/// The place that the URL's hash says.
export function here() {
    const [path, query] = split(location.hash.slice(1), "?");
    const [view, argument] = split(path, "/");
    return { view: view || "streams", argument: argument || null, query: new URLSearchParams(query) };
}

function split(text, separator) {
    const at = text.indexOf(separator);
    return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

/// The hash of a place. Queries without a value are left out.
export function hash(view, argument = null, query = {}) {
    const given = [...new URLSearchParams(query)].filter(([, value]) => value !== "");
    const tail = given.length ? `?${new URLSearchParams(given)}` : "";
    return `#${view}${argument === null ? "" : `/${argument}`}${tail}`;
}

/// Goes to a hash without a step in the history: for what changes as one types or moves along.
export function replaceHash(hash) {
    if (hash !== location.hash) location.replace(hash);
}
