// The records that are tried: typed, taken from what came last, or one of the examples.
import { askPlain, reason } from "./ask.js";
import { el } from "./dom.js";
import { EXAMPLES } from "./examples.js";
import { changed } from "./fields.js";
import { say } from "./say.js";

const TAKEN = 10;

/// The panel of records. `stream()` says of which stream the last ones are taken.
export function samples(text, stream) {
  const area = el("textarea", {
    id: "try-records",
    class: "code",
    spellcheck: "false",
    autocomplete: "off",
    wrap: "off",
  });
  area.value = text;
  const append = (more) => {
    area.value = joined(area.value, more);
    changed(area);
  };
  const take = el(
    "button",
    { type: "button", onclick: () => busy(take, () => takeLast(stream(), append)) },
    `Take the last ${TAKEN}`,
  );
  const clear = el(
    "button",
    {
      type: "button",
      onclick: () => {
        area.value = "";
        changed(area);
        area.focus();
      },
    },
    "Clear",
  );
  const node = el(
    "section",
    { class: "panel samples", "aria-labelledby": "try-records-head" },
    el("h2", { id: "try-records-head" }, el("label", { for: area.id }, "Records")),
    el("div", { class: "actions" }, take, exampleSelect(area, append), clear),
    area,
    el(
      "p",
      { class: "help" },
      "One record a line, a Firehose event, or error objects: told by how the text begins.",
    ),
  );
  return { node, read: () => area.value, append };
}

function joined(text, more) {
  return text === "" || text.endsWith("\n") ? text + more : `${text}\n${more}`;
}

function exampleSelect(area, append) {
  const select = el("select", { "aria-label": "Put in an example" }, el("option", { value: "" }, "Example"));
  select.append(...EXAMPLES.map((example, at) => el("option", { value: at }, example.name)));
  select.addEventListener("change", () => {
    const example = EXAMPLES[select.value];
    if (!example) return;
    // An example that nobody has touched makes room for the next one.
    if (EXAMPLES.some(({ text }) => text === area.value)) area.value = "";
    append(example.text);
    select.value = "";
  });
  return select;
}

async function busy(button, action) {
  button.disabled = true;
  try {
    await action();
  } catch (error) {
    say(reason(error));
  }
  button.disabled = false;
  button.focus();
}

async function takeLast(stream, append) {
  const of = stream ? `&stream=${encodeURIComponent(stream)}` : "";
  const { records } = await askPlain(`/page/records?limit=${TAKEN}${of}`);
  const found = await Promise.all(
    records.map(({ seq }) => askPlain(`/page/records/${seq}`).catch(() => null)),
  );
  const whole = found.filter((record) => record?.line && typeof record.before.text === "string");
  append(
    whole
      .reverse()
      .map((record) => `${record.before.text}\n`)
      .join(""),
  );
  say(told(records.length, whole.length));
}

function told(found, taken) {
  if (found === 0) return "No record has come yet";
  const left = found - taken;
  return left === 0
    ? `Took ${taken} records`
    : `Took ${taken} of ${found} records: the others cannot stand on a line`;
}
