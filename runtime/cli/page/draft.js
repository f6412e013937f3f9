// What was edited, kept in the tab's own store: it is there again after a reload, and nowhere else.
import { read, write } from "./values.js";

const DRAFT = "try-draft";
const HANDED_OVER = "try-record";

/// What was edited before, or null.
export function restored() {
    try {
        const { records, stream, document } = JSON.parse(sessionStorage.getItem(DRAFT));
        return { records, stream, document: read(document) };
    } catch {
        return null;
    }
}

/// Keeps it. A text that is too large for the store is not kept.
export function keep({ records, stream, document }) {
    try {
        sessionStorage.setItem(DRAFT, JSON.stringify({ records, stream, document: write(document) }));
    } catch {
        sessionStorage.removeItem(DRAFT);
    }
}

/// The record that the view of records hands over, once.
export function handedOver() {
    const record = sessionStorage.getItem(HANDED_OVER);
    if (record !== null) sessionStorage.removeItem(HANDED_OVER);
    return record;
}
