// The view Streams: how each stream does.
import { el, replace } from "./dom.js";
import { get } from "./api.js";
import { streamSection } from "./stream.js";

/// The view of all streams.
export function view() {
    const node = el("div", { class: "streams" });
    const sections = new Map();
    let names = null;
    async function update() {
        const { streams, now } = await get("/page/streams");
        for (const { name } of streams) if (!sections.has(name)) sections.set(name, streamSection(name));
        const shown = JSON.stringify(streams.map((stream) => stream.name));
        if (shown !== names) replace(node, ...streams.map((stream) => sections.get(stream.name).node));
        names = shown;
        for (const stream of streams) sections.get(stream.name).update(stream, now);
    }
    return { node, update };
}
