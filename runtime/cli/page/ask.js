// What is asked of nozzle dev. Answers come as text, so that who wants its numbers exactly can read them so.

/// The text of an answer; with a body it is a POST. Throws with the message of a refusal.
export async function ask(path, { body, signal } = {}) {
  const sent =
    body === undefined
      ? {}
      : { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  const response = await fetch(path, { ...sent, signal });
  const text = await response.text();
  if (!response.ok) throw new Error(messageOf(text) ?? `nozzle dev answered with status ${response.status}`);
  return text;
}

/// The same, as JavaScript reads JSON.
export async function askPlain(path, options) {
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
