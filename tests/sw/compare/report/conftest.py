"""One comparison and one browser for all tests of its page."""

import json
import re

import pytest

from browser import chromium
from commands import write_photos
from comparing import compare

METHODS = ("nearest", "bicubic", "lanczos", "pico")


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """A comparison of four methods on a set of two pictures and one of one picture."""
    top = tmp_path_factory.mktemp("page")
    (top / "photos").mkdir()
    for name, count in (("one", 2), ("other", 1)):
        write_photos(top / "photos" / name, count, (64, 80))
    options = ["--methods", ",".join(METHODS), "--crop", 48, "--out", top / "out"]
    assert compare(top / "photos", *options) == 0
    return top


@pytest.fixture(scope="session")
def content(folder):
    """What the viewer's script reads."""
    html = (folder / "out" / "index.html").read_text()
    return json.loads(re.search(r'id="data">(.*?)</script>', html, re.DOTALL)[1])


@pytest.fixture(scope="session")
def crop(content):
    """A function that crops pixels as the page does for a picture."""

    def cropped(picture, pixels):
        (box,) = (box for box in content["pictures"] if box["name"] == picture)
        assert (box["height"], box["width"]) == (48, 48)
        return pixels[box["y"] : box["y"] + 48, box["x"] : box["x"] + 48]

    return cropped


@pytest.fixture(scope="session")
def browser():
    with chromium() as running:
        yield running


@pytest.fixture
def page(folder, browser):
    """The page, opened; fails the test if the page logs anything or fetches anything."""
    opened = browser.new_page(viewport={"width": 1200, "height": 900})
    messages, requests = [], []
    opened.on("console", lambda message: messages.append(message.text))
    opened.on("pageerror", lambda error: messages.append(str(error)))
    opened.on("request", lambda request: requests.append(request.url[:40]))
    opened.goto((folder / "out" / "index.html").as_uri())
    opened.wait_for_selector("#stage[data-shows]")
    yield opened
    opened.close()
    assert messages == []
    assert requests[0].startswith("file://")
    assert all(url.startswith("data:image/webp;base64,") for url in requests[1:])
