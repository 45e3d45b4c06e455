"""A real browser to look at pages with."""

import shutil
from contextlib import contextmanager

import pytest

from sw import ROOT

UNPACKED = ROOT / "build" / "chromium" / "browser"
INSTALLED = "chromium-headless-shell", "chromium", "google-chrome"


@contextmanager
def chromium():
    """A headless Chromium driven by Playwright; skips the test if there is none."""
    api = pytest.importorskip("playwright.sync_api")
    found = (
        UNPACKED if UNPACKED.is_file() else next(filter(None, map(shutil.which, INSTALLED)), None)
    )
    if not found:
        pytest.skip("no browser: make build/chromium/browser unpacks Debian's Chromium")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found)
        yield browser
        browser.close()
