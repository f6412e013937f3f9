// What is asked of nozzle dev.

/// An answer that refuses: its status, and the message to show.
export class Refused extends Error {
    constructor(status, message) {
        super(message);
        this.status = status;
    }
}

/// When the server answered last, in the time of performance.now().
export const answered = { at: -Infinity };

/// The text of an answer, for who wants its numbers exactly; with a body it is a POST. Throws Refused where the server refuses, a
/// TypeError where it does not answer.
export async function ask(path, { body, signal } = {}) {
    const json = { "content-type": "application/json" };
    const sent = body === undefined ? {} : { method: "POST", headers: json, body: JSON.stringify(body) };
    const response = await fetch(path, { ...sent, signal, cache: "no-store" });
    const text = await response.text();
    answered.at = performance.now();
    if (!response.ok)
        throw new Refused(response.status, messageOf(text) ?? `The server answered ${response.status}.`);
    return text;
}

/// The same, as JavaScript reads JSON.
export async function get(path, options) {
    return JSON.parse(await ask(path, options));
}

function messageOf(text) {
    try {
        return JSON.parse(text).message;
    } catch {
        return null;
    }
}

/// What went wrong, as the reader should read it: fetch's own words say nothing of nozzle dev.
export function reason(error) {
    return error instanceof TypeError ? "nozzle dev does not answer" : error.message;
}
