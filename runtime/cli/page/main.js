// The shell: which view stands, and whether the server answers.
import { Refused, answered, get } from "./api.js";
import { el, replace, setText } from "./dom.js";
import { listen, showKeys } from "./keys.js";
import { here } from "./route.js";
import { poller } from "./poll.js";

const MODULES = {
    streams: () => import("./streams.js"),
    records: () => import("./records.js"),
    try: () => import("./try.js"),
};
const TITLES = { streams: "Streams", records: "Records", try: "Try it" };
const NO_ANSWER = "not answering: nozzle dev has ended?";
const STALE_MS = 1500;

// The shell is painted before a view is loaded: what stands there first does not wait for modules.
const painted = document.hidden
    ? Promise.resolve()
    : new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));

const views = new Map();
const main = document.getElementById("view");
const state = document.getElementById("state");
let current = { name: null, view: null };
const poll = poller(work);

async function show() {
    const wanted = here().view;
    const name = Object.hasOwn(MODULES, wanted) ? wanted : "streams";
    if (name !== current.name) await enter(name);
    poll.now();
}

async function enter(name) {
    current.view?.leave?.();
    current = { name, view: null };
    document.title = `${TITLES[name]} - Nozzle`;
    for (const tab of document.querySelectorAll("header nav a")) {
        const own = tab.getAttribute("href") === `#${name}`;
        if (own) tab.setAttribute("aria-current", "page");
        else tab.removeAttribute("aria-current");
    }
    const view = await load(name);
    // While it was loaded the reader may have gone on.
    if (current.name !== name) return;
    current.view = view;
    replace(main, view.node);
}

async function load(name) {
    await painted;
    try {
        if (!views.has(name)) views.set(name, (await MODULES[name]()).view());
        return views.get(name);
    } catch (error) {
        console.error(error);
        return {
            node: el("p", { class: "empty" }, `This view cannot be shown: ${error.message}`),
            update() {},
        };
    }
}

async function work() {
    let failure = null;
    try {
        await current.view?.update();
    } catch (error) {
        failure = error;
    }
    const problem = await problemOf(failure);
    setText(state, problem ?? "live");
    state.classList.toggle("failed", problem !== null);
    state.classList.add("known");
    return problem === null;
}

// What is wrong, or null. A view that asks nothing tells nothing of the server, so it is asked here.
async function problemOf(failure) {
    if (failure instanceof Refused) return failure.message;
    if (!failure && performance.now() - answered.at < STALE_MS) return null;
    try {
        await get("/page/records?limit=1");
    } catch (error) {
        return error instanceof Refused ? error.message : NO_ANSWER;
    }
    if (failure) console.error(failure);
    return failure ? `this view failed: ${failure.message}` : null;
}

function go(name) {
    location.hash = `#${name}`;
    main.focus({ preventScroll: true });
}

async function filterByText() {
    if (current.name !== "records") {
        go("records");
        await show();
    }
    current.view?.keys?.["/"]?.();
}

listen(() => ({
    1: () => go("streams"),
    2: () => go("records"),
    3: () => go("try"),
    "?": showKeys,
    "/": filterByText,
    ...current.view?.keys,
}));
document.getElementById("keys").addEventListener("click", showKeys);
addEventListener("hashchange", show);
show();
