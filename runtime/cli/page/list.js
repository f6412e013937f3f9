// The list of records: a listbox of rows that are reused.
import { clock, nanos } from "./format.js";
import { el, keyed, setText } from "./dom.js";
import { onOneLine } from "./document.js";
import { outcomeSign } from "./outcome.js";

/// The list. `onShow(seq)` is called where a row is to be shown.
export function recordList(onShow) {
  let cursor = null;
  let shown = null;
  let records = [];
  const choose = (event) => {
    const row = event.target.closest("[role=option]");
    if (row) pick(Number(row.dataset.seq));
  };
  const node = el("div", { class: "list", role: "listbox", tabindex: 0, "aria-label": "Records, the newest first", onclick: choose });

  function pick(seq) {
    cursor = seq;
    mark();
    onShow(seq);
  }

  function mark() {
    for (const [seq, row] of node.keyed ?? []) {
      const selected = String(seq === shown);
      if (row.ariaSelected !== selected) row.ariaSelected = selected;
      row.classList.toggle("cursor", seq === cursor);
    }
    if (node.keyed?.has(cursor)) node.setAttribute("aria-activedescendant", `record-${cursor}`);
    else node.removeAttribute("aria-activedescendant");
  }

  return {
    node,
    newest: () => records[0]?.seq ?? 0,
    cursor: () => cursor,
    /// Other records: those that are listed already stay as they are.
    take(found) {
      records = found;
      keyed(node, records, (record) => record.seq, row, fill);
      if (!node.keyed.has(cursor)) cursor = null;
      mark();
    },
    /// What has become of records that are listed.
    refresh(found) {
      for (const record of found) {
        const row = node.keyed?.get(record.seq);
        if (row) fill(row, record);
      }
    },
    show(seq) {
      if (shown === seq) return;
      shown = seq;
      if (seq !== null) cursor = seq;
      mark();
    },
    move(step) {
      if (records.length === 0) return;
      const at = records.findIndex((record) => record.seq === cursor);
      const next = at < 0 ? 0 : Math.min(records.length - 1, Math.max(0, at + step));
      cursor = records[next].seq;
      mark();
      node.keyed.get(cursor).scrollIntoView({ block: "nearest" });
    },
  };
}

function row() {
  return el("div", { role: "option" }, el("span", { class: "time" }), el("span", { class: "mark" }, el("span", { "aria-hidden": "true" }), el("span", { class: "hidden" })),
    el("span", { class: "what" }), el("span", { class: "took" }));
}

function fill(element, record) {
  const [time, mark, what, took] = element.children;
  if (element.dataset.seq !== String(record.seq)) {
    element.dataset.seq = record.seq;
    element.id = `record-${record.seq}`;
  }
  setText(time, clock(record.at));
  if (element.dataset.outcome !== record.outcome) {
    element.dataset.outcome = record.outcome;
    mark.className = `mark is-${record.outcome}`;
    setText(mark.firstChild, outcomeSign(record.outcome));
    setText(mark.lastChild, record.outcome);
  }
  setText(what, onOneLine(record.code ?? (record.preview || "(empty)")));
  what.classList.toggle("code", record.code !== null);
  setText(took, record.timeNs === null ? "" : nanos(record.timeNs));
}
