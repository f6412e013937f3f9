// How near the responses come to what a function may answer.
import { bytes, percent } from "./format.js";
import { el, setText } from "./dom.js";

const NEAR = 0.8;
const ADVICE =
    "Near the limit: records whose answers no longer fit fail with response.over-budget. " +
    "Lower the buffer size of the stream's transform, or deliver less of a record.";

/// The bar of the response budget; `update(response)` fills it.
export function budgetBar() {
    const fill = el("div", { class: "fill" });
    const words = el("span", { class: "quiet" });
    const last = el("p", { class: "note" });
    const advice = el("p", { class: "advice", hidden: true }, ADVICE);
    const meter = el(
        "div",
        {
            class: "meter",
            role: "meter",
            "aria-valuemin": 0,
            "aria-valuemax": 100,
            "aria-label": "Largest response, in per cent of the budget",
        },
        fill,
    );
    const node = el("div", { class: "part" }, el("h3", {}, "Response budget", words), meter, last, advice);
    function update({ last: latest, largest, budget }) {
        const share = budget ? largest / budget : 0;
        const width = `${Math.min(100, 100 * share).toFixed(1)}%`;
        if (fill.style.width !== width) fill.style.width = width;
        meter.ariaValueNow = String(Math.round(100 * share));
        meter.classList.toggle("near", share > NEAR);
        advice.hidden = share <= NEAR;
        setText(words, `largest ${bytes(largest)} of ${bytes(budget)}, ${percent(largest, budget)}`);
        setText(last, `The last response had ${bytes(latest)}.`);
    }
    return { node, update };
}
