"""A real browser for tests of pages."""

import io
import shutil
from contextlib import contextmanager

import numpy as np
import pytest
from PIL import Image

from sw.places import BUILD

UNPACKED = BUILD / "chromium" / "browser"
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


def screenshot(page, selector):
    """Pixels of an element as the browser shows it: int, (height, width, 3)."""
    png = Image.open(io.BytesIO(page.locator(selector).screenshot()))
    return np.asarray(png.convert("RGB")).astype(int)
