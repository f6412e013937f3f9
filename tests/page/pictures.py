"""Takes the pictures of the page that the documents show: `make page-pictures`.

A shop with two streams has been at work for a minute. Wide and narrow, light and dark.
"""

import sys
import time

from browser import NARROW, WIDE, open_browser, open_page
from shop import ROOT, generated, open_shop

PICTURES = ROOT / "runtime/cli/pictures"

# What stands there: the view, the width, the scheme.
TAKEN = [
    ("streams", "wide", "light"),
    ("streams", "wide", "dark"),
    ("records", "wide", "light"),
    ("records", "wide", "dark"),
    ("try", "narrow", "light"),
    ("records", "narrow", "dark"),
]


def work(shop, seconds=60):
    """Puts some hundred records a second, now more, now fewer, a few of which are broken."""
    orders = generated("orders", "--count", "20000")
    sales = generated("sales", "--count", "5000", "--messy", "0.1")
    for tenth in range(seconds * 10):
        many = 10 + tenth % 50 // 5
        at = tenth * 25 % 19_000
        shop.put([*orders[at : at + many], *([b'{"broken":'] if tenth % 9 == 0 else [])])
        shop.put(sales[tenth * 3 % 4900 :][:3], "sales")
        time.sleep(0.1)
    time.sleep(2)


def streams(page, url):
    """The figures of the streams."""
    page.goto(url + "/#streams")


def records(page, url):
    """A change record of DynamoDB beside its row."""
    page.goto(url + "/#records?stream=orders")
    page.locator(".list").get_by_role("option").filter(has_text="eventID").first.click()


def try_it(page, url):
    """The same record, and the form of the pipeline."""
    records(page, url)
    page.get_by_role("button", name="Try it").click()
    page.get_by_role("group", name="After").wait_for()


VIEWS = {"streams": streams, "records": records, "try": try_it}


def take(browser, url, view, width, scheme):
    """Takes one picture."""
    size = WIDE if width == "wide" else NARROW
    with open_page(browser, url, size, scheme) as (page, troubles):
        VIEWS[view](page, url)
        page.wait_for_timeout(2000)
        page.screenshot(path=PICTURES / f"{view}-{width}-{scheme}.png")
        assert not troubles, troubles


def main():
    """Takes them all."""
    PICTURES.mkdir(exist_ok=True)
    with open_browser() as browser, open_shop() as shop:
        work(shop)
        for view, width, scheme in TAKEN:
            take(browser, shop.url, view, width, scheme)
    for picture in sorted(PICTURES.iterdir()):
        print(f"{picture.stat().st_size:8} {picture.relative_to(ROOT)}")


if __name__ == "__main__":
    sys.exit(main())
