// Looking again and again, while somebody looks.

const EVERY_MS = 500;
const AFTER_FAILURE_MS = 2000;

/// Calls `work` twice a second while the tab is visible, and at once by `now()`. The next begins only after
/// the last has ended.
/// `work` tells by its answer whether it went well.
export function poller(work) {
    let timer = 0;
    let running = false;
    let again = false;
    async function now() {
        clearTimeout(timer);
        if (running) {
            again = true;
            return;
        }
        running = true;
        const begun = performance.now();
        const well = await work();
        running = false;
        if (document.hidden) return;
        timer = setTimeout(
            now,
            again ? 0 : well ? Math.max(50, EVERY_MS - (performance.now() - begun)) : AFTER_FAILURE_MS,
        );
        again = false;
    }
    document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(timer) : now()));
    return { now };
}
