// What the server answers.

/// An answer that refuses: its status, and the message to show.
export class Refused extends Error {
    constructor(status, message) {
        super(message);
        this.status = status;
    }
}

/// When the server answered last, in the time of performance.now().
export const answered = { at: -Infinity };

/// The JSON at a path. Throws Refused where the server refuses, a TypeError where it does not answer.
export async function get(path, signal) {
    const response = await fetch(path, { signal, cache: "no-store" });
    const body = await response.json().catch(() => ({}));
    answered.at = performance.now();
    if (!response.ok)
        throw new Refused(response.status, body.message ?? `The server answered ${response.status}.`);
    return body;
}
