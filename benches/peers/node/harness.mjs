// Times the handler in its own process: `harness.mjs EVENT SECONDS`.
//
// The first line of the output is the response to the event. Each other line is one invocation's time in nanoseconds, from
// the event's text to the response's text, as Lambda's runtime for Node makes it.

import { readFileSync, writeSync } from "node:fs";
import { handler } from "./handler.mjs";

const [event, seconds] = process.argv.slice(2);
const text = readFileSync(event, "utf8");
console.log = () => {};

const response = await invoke();
await timed(seconds / 5);
const times = await timed(seconds);
write([response, ...times].join("\n") + "\n");

async function invoke() {
  return JSON.stringify(await handler(JSON.parse(text)));
}

/** The times of as many invocations as fit into these seconds, at least one. */
async function timed(seconds) {
  const times = [];
  const until = process.hrtime.bigint() + BigInt(Math.round(seconds * 1e9));
  for (;;) {
    const begun = process.hrtime.bigint();
    await invoke();
    const ended = process.hrtime.bigint();
    times.push(ended - begun);
    if (ended >= until) return times;
  }
}

/** A pipe takes what it has room for. */
function write(text) {
  let left = Buffer.from(text);
  while (left.length > 0) left = left.subarray(writeSync(1, left));
}
