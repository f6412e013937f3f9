"""Chromium without a window, by Playwright: the system's own, since Playwright's cannot be had everywhere."""

import contextlib
import shutil

from playwright.sync_api import sync_playwright

WIDE, NARROW = {"width": 1360, "height": 900}, {"width": 390, "height": 844}


class Absent(Exception):
    """There is no Chromium on this machine."""


@contextlib.contextmanager
def open_browser():
    """A browser, for as long as it is needed."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        raise Absent("no Chromium; hint: `apt-get install chromium`, or another package of it")
    with sync_playwright() as playwright:
        # Root has no sandbox; what is looked at here is our own.
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextlib.contextmanager
def open_page(browser, url, viewport=WIDE, scheme="light", scale=1):
    """A page of a context of its own, and the troubles that it has had: errors of scripts, and what the policy forbade."""
    context = browser.new_context(viewport=viewport, color_scheme=scheme, device_scale_factor=scale)
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=url)
    page = context.new_page()
    troubles = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda said: troubles.append(said.text) if said.type == "error" else None)
    page.on("dialog", lambda dialog: (troubles.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    yield page, troubles
    context.close()
