// What became of a record: before and after side by side, or the failure with its report.
import { el } from "./dom.js";

/// The view of an Outcome of the contract: a `<section class="outcome">` that fits the width it is given.
export function outcomeView(outcome) {
  return el("section", { class: "outcome" }, outcome.outcome);
}
