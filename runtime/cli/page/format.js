// Numbers, sizes and times as people read them.

const COUNT = new Intl.NumberFormat("en");
const SHORT = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });

/// 1,200
export function count(number) {
    return COUNT.format(number);
}

/// 1 record, 2 records
export function plural(number, noun) {
    return `${count(number)} ${noun}${number === 1 ? "" : "s"}`;
}

/// 1.5 MiB
export function bytes(number) {
    return number === 1 ? "1 byte" : scaled(number, 1024, ["bytes", "KiB", "MiB", "GiB", "TiB"]);
}

/// 2.1 µs, from nanoseconds.
export function nanos(number) {
    return number >= 1e9 ? `${SHORT.format(number / 1e9)} s` : scaled(number, 1000, ["ns", "µs", "ms"]);
}

function scaled(number, base, units) {
    let at = 0;
    while (number >= base && at < units.length - 1) {
        number /= base;
        at += 1;
    }
    return `${number >= 1000 ? count(Math.round(number)) : SHORT.format(number)} ${units[at]}`;
}

/// 12 s ago, from seconds.
export function ago(seconds) {
    return seconds < 1 ? "just now" : `${lasted(seconds)} ago`;
}

function lasted(seconds) {
    if (seconds < 120) return `${Math.floor(seconds)} s`;
    if (seconds < 7200) return `${Math.floor(seconds / 60)} min`;
    if (seconds < 172800) return `${Math.floor(seconds / 3600)} h`;
    return `${count(Math.floor(seconds / 86400))} days`;
}

/// 14:03:59.123, from milliseconds since 1970: the reader's own time of day.
export function clock(ms) {
    const date = new Date(ms);
    const two = (number) => String(number).padStart(2, "0");
    const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":");
    return `${time}.${String(date.getMilliseconds()).padStart(3, "0")}`;
}

/// 13 %; little is not nothing, and nearly all is not all.
export function percent(part, whole) {
    if (!whole || !part) return "0 %";
    const share = (100 * part) / whole;
    if (share < 0.1) return "< 0.1 %";
    if (share < 10) return `${share.toFixed(1)} %`;
    return `${part < whole ? Math.min(99, Math.round(share)) : Math.round(share)} %`;
}
