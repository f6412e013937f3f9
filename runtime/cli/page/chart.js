// Charts in SVG. The drawings stretch; the words beside them are HTML, so that they do not.
import { clock, count, nanos, plural } from "./format.js";
import { el, replace, setText, svg } from "./dom.js";

/// The next round number that a number fits under: 1 to 6, 8, 10, 20, ...
export function niceTop(number) {
  const decade = 10 ** Math.floor(Math.log10(Math.max(1, number)));
  return [1, 2, 3, 4, 5, 6, 8, 10].map((step) => step * decade).find((top) => top >= number);
}

/// Records a second over the last two minutes. `update({ records, failed }, now)` draws them.
export function throughputChart() {
  const area = svg("path", { class: "area" });
  const edge = svg("path", { class: "edge" });
  const failed = svg("path", { class: "failed" });
  const hair = svg("path", { class: "hair" });
  const grid = svg("path", { class: "grid", d: "M0 0H119M0 50H119M0 100H119" });
  const drawing = svg("svg", { viewBox: "0 0 119 100", preserveAspectRatio: "none", role: "img" }, grid, area, edge, failed, hair);
  const [top, half] = [el("span"), el("span")];
  const reading = el("span", { class: "reading quiet" });
  const plot = el("div", { class: "plot" }, drawing);
  const node = el("div", { class: "throughput" }, el("div", { class: "scale", "aria-hidden": "true" }, top, half, el("span", {}, "0")), plot,
    el("div", { class: "axis", "aria-hidden": "true" }, el("span", {}, "2 min ago"), reading, el("span", {}, "now")));
  let seconds = { records: [], failed: [] };
  let drawn = "";
  let at = null;
  let until = 0;

  function read() {
    const inside = at !== null && at < seconds.records.length;
    hair.setAttribute("d", inside ? `M${at} 0V100` : "");
    setText(reading, inside ? `${clock(until - 1000 * (seconds.records.length - at)).slice(0, 8)}: ${plural(seconds.records[at], "record")}, ${count(seconds.failed[at])} failed` : "1 min");
  }
  plot.addEventListener("pointermove", (event) => {
    const box = plot.getBoundingClientRect();
    at = Math.round((119 * (event.clientX - box.left)) / box.width);
    read();
  });
  plot.addEventListener("pointerleave", () => { at = null; read(); });
  read();

  function update(found, now) {
    const key = `${found.records} ${found.failed}`;
    until = now;
    seconds = found;
    if (key === drawn) return;
    drawn = key;
    const most = Math.max(1, ...found.records);
    const scale = niceTop(most);
    setText(top, count(scale));
    setText(half, scale % 2 ? "" : count(scale / 2));
    edge.setAttribute("d", line(found.records, scale));
    area.setAttribute("d", `${line(found.records, scale)}V100H0Z`);
    failed.setAttribute("d", `${line(found.failed, scale)}V100H0Z`);
    drawing.setAttribute("aria-label", `Records a second over the last two minutes: ${count(found.records.at(-1))} in the last one, ${count(most)} at the most`);
    read();
  }
  return { node, update };
}

function line(numbers, top) {
  return numbers.map((number, index) => `${index ? "L" : "M"}${index} ${(100 - (100 * number) / top).toFixed(1)}`).join("");
}

/// How long something took. `update(times)` draws the buckets, marks p50 and p99, and says them.
export function histogram(title, nothing) {
  const words = el("span", { class: "quiet" });
  const body = el("div", { class: "histogram" });
  const node = el("div", { class: "part" }, el("h3", {}, title, words), body);
  let drawn = null;
  function update(times) {
    const key = JSON.stringify(times);
    if (key === drawn) return;
    drawn = key;
    const some = times && times.buckets.length > 0;
    setText(words, some ? `p50 ${nanos(times.p50Ns)}, p99 ${nanos(times.p99Ns)}, at most ${nanos(times.maxNs)}` : "");
    if (some) replace(body, ...bars(times, title));
    else replace(body, el("p", { class: "note" }, times ? "None yet." : nothing));
  }
  return { node, update };
}

function bars({ buckets, p50Ns, p99Ns, count: all }, title) {
  const most = Math.max(...buckets.map((bucket) => bucket.count));
  const width = buckets.length;
  const rects = buckets.map((bucket, index) => bar(bucket, index, most));
  const marks = [[p50Ns, "p50"], [p99Ns, "p99"]].map(([value, name]) => ({ name, at: Math.min(1, Math.max(0, position(buckets, value) / width)) }));
  const lines = marks.map(({ at }) => svg("path", { class: "quantile", d: `M${at * width} 0V100` }));
  const drawing = svg("svg", { viewBox: `0 0 ${width} 100`, preserveAspectRatio: "none", role: "img",
    "aria-label": `${title}: ${count(all)} measured, p50 ${nanos(p50Ns)}, p99 ${nanos(p99Ns)}` }, ...rects, ...lines);
  const names = quantileNames(marks);
  return [el("div", { class: "names", "aria-hidden": "true" }, ...names), drawing, el("div", { class: "bounds", "aria-hidden": "true" }, ...bounds(buckets))];
}

// The names stand outside of their lines where there is room, and clear of each other.
function quantileNames([median, high]) {
  const room = 0.11;
  if (median.at < room) return [placed(median.name, median.at, "after"), placed(high.name, Math.max(high.at, median.at + room), "after")];
  if (high.at < 1 - room) return [placed(median.name, median.at, "before"), placed(high.name, high.at, "after")];
  return [placed(median.name, Math.min(median.at, high.at - room), "before"), placed(high.name, high.at, "before")];
}

// A bucket with little in it is still to be seen.
function bar(bucket, index, most) {
  const height = bucket.count ? Math.max(1.5, (100 * bucket.count) / most) : 0;
  const label = svg("title", {}, `${nanos(lower(bucket.toNs))} to ${nanos(bucket.toNs)}: ${count(bucket.count)}`);
  return svg("rect", { x: index + 0.06, y: 100 - height, width: 0.88, height }, label);
}

// The bound of 1-2-5 before this one.
function lower(bound) {
  const decade = 10 ** Math.floor(Math.log10(bound) + 1e-9);
  return Math.round(bound / decade) === 5 ? 2 * decade : bound / 2;
}

// Where a value stands among the buckets, in buckets: within one by its logarithm.
function position(buckets, value) {
  const index = buckets.findIndex((bucket) => value <= bucket.toNs);
  if (index < 0) return buckets.length;
  const [from, to] = [lower(buckets[index].toNs), buckets[index].toNs];
  return index + Math.max(0, Math.log(value / from) / Math.log(to / from) || 0);
}

// The ends, and the powers of ten that stand clear of them.
function bounds(buckets) {
  const all = [lower(buckets[0].toNs), ...buckets.map((bucket) => bucket.toNs)];
  return all.flatMap((bound, index) => {
    const at = index / buckets.length;
    if (index === 0) return placed(nanos(bound), 0, "after");
    if (index === buckets.length) return placed(nanos(bound), 1, "before");
    return at > 0.14 && at < 0.86 && Number.isInteger(Math.log10(bound)) ? placed(nanos(bound), at, "middle") : [];
  });
}

function placed(text, at, side) {
  const node = el("span", { class: side }, text);
  node.style.left = `${100 * at}%`;
  return node;
}
