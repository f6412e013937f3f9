// Which records are listed: the bar above the list. What it says stands in the URL's hash.
import { el, keyed, setText } from "./dom.js";
import { count } from "./format.js";
import { outcomeSign } from "./outcome.js";

const OUTCOMES = ["", "Ok", "Dropped", "ProcessingFailed", "Undelivered"];
const NAMES = ["outcome", "stream", "code", "text"];
const TYPING_MS = 200;

/// The bar. `onChange(filter)` gets what is chosen; `show(filter, answer)` brings it to what the hash and the server say.
export function filterBar(onChange) {
  let chosen = readFilter(new URLSearchParams());
  const change = (more) => onChange({ ...chosen, ...more });
  const chips = OUTCOMES.map((outcome) => chip(outcome, () => change({ outcome })));
  const stream = choice("Stream", "all streams", (value) => change({ stream: value }));
  const code = choice("Code", "all codes", (value) => change({ code: value }));
  const text = textField((value) => change({ text: value }));
  const clear = el("button", { class: "link", onclick: () => onChange(readFilter(new URLSearchParams())) }, "Clear");
  const node = el("div", { class: "filter", role: "search", "aria-label": "Filter the records" },
    el("div", { class: "chips", role: "group", "aria-label": "Outcome" }, ...chips.map((one) => one.node)),
    el("div", { class: "fields" }, text, stream.node, code.node, clear));
  function show(filter, answer) {
    chosen = filter;
    const counts = countsOf(filter, answer);
    for (const one of chips) one.show(filter.outcome, counts);
    stream.show(answer?.streams ?? [], filter.stream);
    code.show(answer?.codes ?? [], filter.code);
    stream.node.hidden = (answer?.streams.length ?? 0) < 2 && !filter.stream;
    if (document.activeElement !== text && text.value !== filter.text) text.value = filter.text;
    clear.hidden = NAMES.every((name) => !filter[name]);
  }
  return { node, show, focus: () => text.focus() };
}

/// The filter that a query says.
export function readFilter(query) {
  return Object.fromEntries(NAMES.map((name) => [name, query.get(name) ?? ""]));
}

function chip(outcome, onclick) {
  const number = el("span", { class: "number" });
  const sign = outcome ? el("span", { class: `mark is-${outcome}`, "aria-hidden": "true" }, outcomeSign(outcome)) : null;
  const node = el("button", { class: "chip", "aria-pressed": "false", onclick }, sign, outcome || "All", number);
  return {
    node,
    show(chosen, counts) {
      node.setAttribute("aria-pressed", String(outcome === chosen));
      setText(number, counts.has(outcome) ? count(counts.get(outcome)) : "");
    },
  };
}

// The server counts what matches. How many there are of each outcome is known where all of them are listed.
function countsOf(filter, answer) {
  if (!answer) return new Map();
  const counts = new Map([[filter.outcome, answer.matching]]);
  if (filter.outcome || answer.matching > answer.records.length) return counts;
  for (const outcome of OUTCOMES.slice(1)) counts.set(outcome, answer.records.filter((record) => record.outcome === outcome).length);
  return counts;
}

function choice(label, all, onChange) {
  const node = el("select", { "aria-label": label, onchange: () => onChange(node.value) });
  return {
    node,
    show(values, chosen) {
      // A list that somebody has open does not change under the pointer.
      if (document.activeElement === node && node.value === chosen) return;
      const options = ["", ...new Set(chosen ? [...values, chosen] : values)];
      keyed(node, options, (value) => value, () => el("option"), (option, value) => {
        option.value = value;
        setText(option, value || all);
      });
      if (node.value !== chosen) node.value = chosen;
    },
  };
}

function textField(onChange) {
  let timer = 0;
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(() => onChange(node.value), TYPING_MS);
  };
  const leave = (event) => {
    if (event.key === "Escape") node.blur();
  };
  const node = el("input", { type: "search", placeholder: "Text in the record", "aria-label": "Text in the record", spellcheck: "false", autocomplete: "off",
    oninput: soon, onkeydown: leave });
  return node;
}
