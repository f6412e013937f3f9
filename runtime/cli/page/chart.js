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
    const chart = new Throughput();
    return { node: chart.node, update: (seconds, now) => chart.update(seconds, now) };
}

class Throughput {
    constructor() {
        this.area = svg("path", { class: "area" });
        this.edge = svg("path", { class: "edge" });
        this.failed = svg("path", { class: "failed" });
        this.hair = svg("path", { class: "hair" });
        this.top = el("span");
        this.half = el("span");
        this.reading = el("span");
        this.node = this.layout();
        this.seconds = { records: [], failed: [] };
        this.until = 0;
        this.drawn = "";
        this.point(null);
    }

    layout() {
        const grid = svg("path", { class: "grid", d: "M0 0H119M0 50H119M0 100H119" });
        const box = { viewBox: "0 0 119 100", preserveAspectRatio: "none", role: "img" };
        this.drawing = svg("svg", box, grid, this.area, this.edge, this.failed, this.hair);
        const scale = el(
            "div",
            { class: "scale", "aria-hidden": "true" },
            this.top,
            this.half,
            el("span", {}, "0"),
        );
        const axis = [el("span", {}, "2 min ago"), this.reading, el("span", {}, "now")];
        const plot = {
            class: "plot",
            onpointermove: (event) => this.pointAt(event),
            onpointerleave: () => this.point(null),
        };
        return el(
            "div",
            { class: "throughput" },
            scale,
            el("div", plot, this.drawing),
            el("div", { class: "axis", "aria-hidden": "true" }, ...axis),
        );
    }

    update(seconds, now) {
        const key = `${seconds.records} ${seconds.failed}`;
        this.seconds = seconds;
        this.until = now;
        if (key === this.drawn) return;
        this.drawn = key;
        this.draw(seconds);
        this.point(this.at);
    }

    draw({ records, failed }) {
        const most = Math.max(1, ...records);
        const top = niceTop(most);
        setText(this.top, count(top));
        setText(this.half, top % 2 ? "" : count(top / 2));
        this.edge.setAttribute("d", line(records, top));
        this.area.setAttribute("d", `${line(records, top)}V100H0Z`);
        this.failed.setAttribute("d", `${line(failed, top)}V100H0Z`);
        const words = `${count(records.at(-1))} in the last one, ${count(most)} at the most`;
        this.drawing.setAttribute("aria-label", `Records a second over the last two minutes: ${words}`);
    }

    pointAt(event) {
        const box = event.currentTarget.getBoundingClientRect();
        this.point(Math.round((119 * (event.clientX - box.left)) / box.width));
    }

    // Reads the second under the pointer.
    point(at) {
        const { records, failed } = this.seconds;
        this.at = at;
        const inside = at !== null && at >= 0 && at < records.length;
        this.hair.setAttribute("d", inside ? `M${at} 0V100` : "");
        const time = clock(this.until - 1000 * (records.length - at)).slice(0, 8);
        setText(
            this.reading,
            inside ? `${time}: ${plural(records[at], "record")}, ${count(failed[at])} failed` : "1 min",
        );
    }
}

function line(numbers, top) {
    return numbers
        .map((number, index) => `${index ? "L" : "M"}${index} ${(100 - (100 * number) / top).toFixed(1)}`)
        .join("");
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
        setText(
            words,
            some ? `p50 ${nanos(times.p50Ns)}, p99 ${nanos(times.p99Ns)}, at most ${nanos(times.maxNs)}` : "",
        );
        if (some) replace(body, ...bars(times, title));
        else replace(body, el("p", { class: "note" }, times ? "None yet." : nothing));
    }
    return { node, update };
}

function bars({ buckets, p50Ns, p99Ns, count: all }, title) {
    const most = Math.max(...buckets.map((bucket) => bucket.count));
    const width = buckets.length;
    const rects = buckets.map((bucket, index) => bar(bucket, index, most));
    const marks = [
        [p50Ns, "p50"],
        [p99Ns, "p99"],
    ].map(([value, name]) => ({ name, at: Math.min(1, Math.max(0, position(buckets, value) / width)) }));
    const lines = marks.map(({ at }) => svg("path", { class: "quantile", d: `M${at * width} 0V100` }));
    const drawing = svg(
        "svg",
        {
            viewBox: `0 0 ${width} 100`,
            preserveAspectRatio: "none",
            role: "img",
            "aria-label": `${title}: ${count(all)} measured, p50 ${nanos(p50Ns)}, p99 ${nanos(p99Ns)}`,
        },
        ...rects,
        ...lines,
    );
    const names = quantileNames(marks);
    return [
        el("div", { class: "names", "aria-hidden": "true" }, ...names),
        drawing,
        el("div", { class: "bounds", "aria-hidden": "true" }, ...bounds(buckets)),
    ];
}

// The names stand outside of their lines where there is room, and clear of each other.
function quantileNames([median, high]) {
    const room = 0.11;
    if (median.at < room)
        return [
            placed(median.name, median.at, "after"),
            placed(high.name, Math.max(high.at, median.at + room), "after"),
        ];
    if (high.at < 1 - room)
        return [placed(median.name, median.at, "before"), placed(high.name, high.at, "after")];
    return [
        placed(median.name, Math.min(median.at, high.at - room), "before"),
        placed(high.name, high.at, "before"),
    ];
}

// A bucket with little in it is still to be seen.
function bar(bucket, index, most) {
    const height = bucket.count ? Math.max(1.5, (100 * bucket.count) / most) : 0;
    const label = svg(
        "title",
        {},
        `${nanos(lower(bucket.toNs))} to ${nanos(bucket.toNs)}: ${count(bucket.count)}`,
    );
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
        return at > 0.14 && at < 0.86 && Number.isInteger(Math.log10(bound))
            ? placed(nanos(bound), at, "middle")
            : [];
    });
}

function placed(text, at, side) {
    const node = el("span", { class: side }, text);
    node.style.left = `${100 * at}%`;
    return node;
}
