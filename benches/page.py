"""What the page of `nozzle dev` costs: `make bench-page`.

Measured in the browser: the first paint, and how smoothly frames follow each other while 1,000 records a second come. Measured
without one: what a record takes of a `nozzle dev` at which nobody looks.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests/page"))

from browser import open_browser, open_page
from shop import ORDERS, generated, nozzle, open_shop

# Seconds that frames are watched for, and what comes in each.
WATCHED, RECORDS = 20, 1000
# How often each thing is measured that is quick.
ROUNDS = 15

WATCH_FRAMES = """
() => {
  window.frames_ = []; window.tasks_ = [];
  let last = performance.now();
  const frame = (now) => { window.frames_.push(now - last); last = now; requestAnimationFrame(frame); };
  requestAnimationFrame(frame);
  new PerformanceObserver((list) => list.getEntries().forEach((task) => window.tasks_.push(task.duration)))
    .observe({ type: "longtask", buffered: false });
}
"""

FIRST_PAINT = """
() => performance.getEntriesByType("paint").find((paint) => paint.name === "first-contentful-paint").startTime
"""


def first_paint(browser, url, path):
    """Milliseconds from the navigation to the first content, each time in a browser context that has seen nothing yet."""
    times = []
    for _ in range(ROUNDS):
        with open_page(browser, url) as (page, _):
            page.goto(url + path)
            page.wait_for_timeout(500)
            times.append(page.evaluate(FIRST_PAINT))
    return {"p50": round(statistics.median(times), 1), "max": round(max(times), 1)}


def frames(browser, shop, view):
    """Gaps between frames and tasks over 50 ms, in milliseconds, while records come."""
    ending = threading.Event()
    putting = threading.Thread(target=put_steadily, args=(shop, ending))
    putting.start()
    with open_page(browser, shop.url) as (page, _):
        page.goto(f"{shop.url}/#{view}")
        page.wait_for_timeout(3000)
        page.evaluate(WATCH_FRAMES)
        page.wait_for_timeout(WATCHED * 1000)
        gaps = sorted(page.evaluate("window.frames_"))
        tasks = page.evaluate("window.tasks_")
    ending.set()
    putting.join()
    share = lambda part: round(gaps[int(len(gaps) * part)], 1)
    return {
        "frames a second": round(len(gaps) / WATCHED, 1),
        "gap p50": share(0.5),
        "gap p99": share(0.99),
        "gap max": round(gaps[-1], 1),
        "tasks over 50 ms": len(tasks),
        "longest task": max(tasks, default=0),
    }


def put_steadily(shop, ending):
    """Puts RECORDS a second in ten batches, until it is to end."""
    orders = generated("orders", "--count", str(RECORDS * 5))
    tenth, begun = 0, time.monotonic()
    while not ending.is_set():
        at = tenth * RECORDS // 10 % len(orders)
        shop.put(orders[at : at + RECORDS // 10])
        tenth += 1
        time.sleep(max(0, begun + tenth / 10 - time.monotonic()))


def unwatched(records=200_000):
    """Microseconds that a record takes of a `nozzle dev --once` at which nobody looks, the whole process."""
    lines = b"\n".join(generated("orders", "--count", str(records))) + b"\n"
    times = []
    for _ in range(5):
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "nozzle.toml").write_text(ORDERS)
            Path(folder, "orders.jsonl").write_bytes(lines)
            command = [nozzle(), "dev", "orders.jsonl", "--once", "--listen", "127.0.0.1:0"]
            begun = time.monotonic()
            subprocess.run(command, cwd=folder, check=True, capture_output=True)
            times.append((time.monotonic() - begun) / records * 1e6)
    return {"p50": round(statistics.median(times), 2), "min": round(min(times), 2)}


def main():
    """Measures, and prints JSON."""
    if sys.argv[1:] == ["unwatched"]:
        print(json.dumps(unwatched()))
        return 0
    found = {}
    with open_browser() as browser, open_shop() as shop:
        shop.put(generated("orders", "--count", "500"))
        time.sleep(2)
        # What the browser takes by itself: a line of text.
        found["first paint of a text, ms"] = first_paint(browser, shop.url, "/page/nothing")
        for view in ("streams", "records", "try"):
            found[f"first paint of {view}, ms"] = first_paint(browser, shop.url, f"/#{view}")
        for view in ("streams", "records"):
            found[f"{view} at {RECORDS} records a second"] = frames(browser, shop, view)
    found["a record that nobody looks at, us"] = unwatched()
    print(json.dumps(found, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
