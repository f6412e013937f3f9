"""The page of `nozzle dev` in a browser: `make test-page`.

Chromium looks at a real `nozzle dev`, into which boto3 puts records. Where there is no Chromium the test is skipped, loudly.
"""

import json
import re
import subprocess
import sys
import traceback

from playwright.sync_api import expect

from browser import NARROW, Absent, open_browser, open_page
from shop import generated, nozzle, open_shop

SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>"

# In milliseconds. Only a machine with much else to do takes more than a few hundred.
TIMEOUT = 30_000
expect.set_options(timeout=TIMEOUT)


def change(orderid, event="INSERT", **columns):
    """A change record of DynamoDB."""
    image = {"orderid": {"S": orderid}, "product_name": {"S": "Phone"}, "quantity": {"N": "3"}, "price": {"N": "1.50"}}
    image |= columns
    keys = {"orderid": {"S": orderid}}
    record = {
        "eventName": event,
        "dynamodb": {"ApproximateCreationDateTime": 1755693000, "Keys": keys, "NewImage": image},
    }
    return json.dumps(record).encode()


def rows(page):
    """The rows of the list of records."""
    return page.locator(".list").get_by_role("option")


def records_put_by_boto3_appear(page, shop):
    """Within a second or two of the batch, before and after."""
    page.goto(shop.url + "/#records")
    shop.put([change("first"), b'{"broken":'])
    expect(rows(page)).to_have_count(2)
    row = rows(page).filter(has_text="first")
    row.click()
    expect(page.get_by_role("group", name="Before")).to_contain_text('"orderid"')
    after = page.get_by_role("group", name="After")
    # The number as it is written.
    expect(after).to_contain_text("1.50")
    expect(after).to_contain_text("INSERT")


def a_stream_shows_its_figures(page, shop):
    """What went through it, where records stayed, how long they took, and its tables."""
    shop.put(generated("sales", "--count", "20", "--seed", "5"), "sales")
    page.goto(shop.url + "/#streams")
    sales = page.locator("section").filter(has_text="csv-rows, enrich-region").first
    for text in ("direct-put", "p50", "regions", "country-names", "version", "of 6 MiB"):
        expect(sales).to_contain_text(text)
    expect(page.locator("#state")).to_have_text("live")


def filters_find_by_outcome_code_and_text(page, shop):
    """Alone and together; the link keeps them."""
    shop.put([change("needle", quantity={"N": "1"}), change("gone", "REMOVE"), change("straw")])
    page.goto(shop.url + "/#records")
    expect(rows(page).filter(has_text="straw")).to_have_count(1)
    page.get_by_role("button", name=re.compile("Dropped")).click()
    expect(rows(page)).to_have_count(1)
    page.get_by_role("button", name=re.compile("ProcessingFailed")).click()
    page.get_by_label("Code").select_option("plugin.failed/rejected")
    expect(rows(page)).to_have_count(1)
    page.get_by_role("button", name="Clear").click()
    page.get_by_label("Text in the record").fill("NEEDLE")
    expect(rows(page)).to_have_count(1)
    assert "text=NEEDLE" in page.url, page.url
    page.reload()
    expect(rows(page)).to_have_count(1)
    page.goto(shop.url + "/#streams")
    page.get_by_role("link", name=re.compile("rejected")).first.click()
    expect(page).to_have_url(re.compile("#records.*rejected"))
    expect(rows(page)).to_have_count(1)


def a_copied_record_is_a_case_that_passes(page, shop):
    """One click, pasted into a shell: `nozzle test` runs it."""
    page.goto(shop.url + "/#records?text=needle")
    rows(page).first.click()
    page.get_by_role("button", name="Copy as a case").click()
    expect(page.locator("#said")).to_contain_text("nozzle test")
    script = page.evaluate("navigator.clipboard.readText()")
    subprocess.run(["sh", "-c", script], check=True)
    cases = list((shop.folder / "cases").iterdir())
    assert [case.name.startswith("plugin-failed-rejected-") for case in cases] == [True], cases
    tested = subprocess.run(
        [nozzle(), "test", str(shop.folder), "--config", str(shop.folder / "orders.toml")],
        capture_output=True,
        text=True,
    )
    assert tested.returncode == 0 and "1 case: 1 passed" in tested.stdout, tested.stdout + tested.stderr


def markup_in_a_record_is_text(page, shop):
    """In the list, before and after, in the failure, and where it is tried."""
    shop.put([change(SCRIPT, product_name={"S": SCRIPT}), SCRIPT.encode(), f'{{"{SCRIPT}":1}}'.encode()])
    page.goto(shop.url + "/#records?text=onerror")
    expect(rows(page)).to_have_count(3)
    for index in range(3):
        rows(page).nth(index).click()
        expect(page.get_by_role("group", name="Before")).to_contain_text("<script>alert(1)</script>")
    expect(page.get_by_role("group", name="After")).to_be_visible()
    page.get_by_role("button", name="Try it").click()
    expect(page).to_have_url(re.compile("#try"))
    expect(page.get_by_role("tabpanel", name="Outcome")).to_contain_text("<script>alert(1)</script>")
    assert page.locator("main script, main img").count() == 0


def start_empty(page, shop, records):
    """An empty pipeline, and some records to try."""
    page.goto(shop.url + "/#try")
    page.get_by_label("Start from").select_option(label="an empty pipeline")
    page.get_by_role("button", name="Start over").click()
    page.get_by_role("textbox", name="Records").fill(records)


def add_plugin(page, name):
    """Adds a ready plugin behind the others."""
    page.get_by_label("A ready plugin").select_option(name)
    page.get_by_role("button", name="Add the plugin").click()


def a_setting_changed_in_the_form_changes_the_outcome(page, shop):
    """As it is changed; and `nozzle run` makes the same of the nozzle.toml that results."""
    records = '{"name":" Ann ","city":"x"}\n'
    start_empty(page, shop, records)
    add_plugin(page, "clean")
    after = page.get_by_role("group", name="After")
    expect(after).to_contain_text('" Ann "')
    page.get_by_text("More settings").click()
    page.get_by_role("button", name="trim", exact=True).click()
    page.get_by_role("combobox", name="trim").select_option("true")
    expect(after).to_contain_text('"Ann"')
    page.get_by_role("tab", name="nozzle.toml").click()
    page.get_by_role("button", name="Copy", exact=True).click()
    config = shop.folder / "tried.toml"
    config.write_text(page.evaluate("navigator.clipboard.readText()"))
    ran = [nozzle(), "run", "-", "--config", str(config), "--json"]
    ran = subprocess.run(ran, input=records.encode(), capture_output=True, check=True)
    assert json.loads(ran.stdout.splitlines()[0])["data"] == '{"name":"Ann","city":"x"}\n', ran.stdout
    page.reload()
    expect(page.get_by_role("combobox", name="trim")).to_have_value(re.compile("."))


def what_is_wrong_is_said_where_it_is(page, shop):
    """With the words of `nozzle`, its hint, and the line of the nozzle.toml."""
    start_empty(page, shop, "{}\n")
    add_plugin(page, "enrich-region")
    outcome = page.get_by_role("tabpanel", name="Outcome")
    expect(outcome).to_contain_text("failed to load plugin `enrich-region`")
    expect(outcome.locator("mark")).to_have_count(1)


def the_keyboard_does_what_the_mouse_does(page, shop):
    """Views, list, record and filter, without a pointer."""
    page.goto(shop.url + "/")
    page.keyboard.press("2")
    expect(page).to_have_url(re.compile("#records"))
    expect(rows(page).first).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("group", name="Before")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("group", name="Before")).to_have_count(0)
    page.keyboard.press("/")
    page.keyboard.type("1j2")
    expect(page.get_by_label("Text in the record")).to_have_value("1j2")


def a_narrow_page_does_not_scroll_sideways(page, shop):
    """All three views, on a telephone."""
    page.set_viewport_size(NARROW)
    for view in ("streams", "records", "try"):
        page.goto(shop.url + "/#" + view)
        page.wait_for_timeout(700)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= NARROW["width"], f"{view} is {wide} wide"


TESTS = [
    records_put_by_boto3_appear,
    a_stream_shows_its_figures,
    filters_find_by_outcome_code_and_text,
    a_copied_record_is_a_case_that_passes,
    markup_in_a_record_is_text,
    a_setting_changed_in_the_form_changes_the_outcome,
    what_is_wrong_is_said_where_it_is,
    the_keyboard_does_what_the_mouse_does,
    a_narrow_page_does_not_scroll_sideways,
]


def run(test, browser, shop):
    """One test on a page of its own, which must have had no trouble. Whether it passed."""
    name = test.__name__.replace("_", " ")
    try:
        with open_page(browser, shop.url) as (page, troubles):
            page.set_default_timeout(TIMEOUT)
            test(page, shop)
            assert not troubles, troubles
    except Exception:
        traceback.print_exc()
        print(f"FAILED  {name}")
        return False
    print(f"ok      {name}")
    return True


def main(only):
    """Runs the tests whose names hold one of `only`, or all."""
    tests = [test for test in TESTS if not only or any(part in test.__name__ for part in only)]
    try:
        with open_browser() as browser, open_shop() as shop:
            passed = [run(test, browser, shop) for test in tests]
    except Absent as reason:
        print(f"!!! SKIPPED: the page in a browser ({reason})")
        return 0
    print(f"{sum(passed)} passed, {len(passed) - sum(passed)} failed")
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
