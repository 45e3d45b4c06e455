"""The page of a comparison: table, plot and data, in a real browser."""

import json
import re
from contextlib import closing

import numpy as np
import pytest

from browser import screenshot
from commands import write_photos
from comparing import compare, decoded, recomputed

pytestmark = pytest.mark.xdist_group("browser")  # one comparison and one browser for all tests

METHODS = ["bicubic", "lanczos", "nearest", "pico"]


def visible_cells(page, column):
    cells = f"tbody tr > :nth-child({column})"
    return page.locator(f"table:not([hidden]) {cells}").all_inner_texts()


def test_nothing_is_fetched(folder):
    html = (folder / "out" / "index.html").read_text()
    without = html.replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert "http" not in without
    assert not re.search(r"\bsrc=|\bhref=|url\(|@import|<link", without)
    assert "{{" not in html
    assert "}}" not in html.partition('<script type="application/json"')[0]
    svg = (folder / "out" / "quality.svg").read_text()
    assert svg.startswith("<svg ")
    assert ">pico</text>" in svg


def test_pictures_are_without_loss(folder, content, crop):
    for picture in ("one/photo0", "one/photo1", "other/photo0"):
        (entry,) = (entry for entry in content["pictures"] if entry["name"] == picture)
        assert set(entry["images"]) == {"original", *METHODS}
        for method, pixels in recomputed(folder / "photos" / f"{picture}.png").items():
            image = decoded(content["images"][entry["images"][method]])
            assert np.array_equal(image, crop(picture, pixels))


def test_names_are_escaped(tmp_path):
    photos = write_photos(tmp_path / "<b>&amp;", 1)
    out = tmp_path / "out"
    assert compare(photos, "--methods", "bicubic", "--out", out) == 0
    html = (out / "index.html").read_text()
    assert "<b>" not in html
    assert "&lt;b&gt;&amp;amp;" in html
    data = json.loads(re.search(r'id="data">(.*?)</script>', html, re.DOTALL)[1])
    assert data["pictures"][0]["name"] == "<b>&amp;/photo0"


def test_columns_sort(page):
    names = page.locator("table:not([hidden]) thead button").all_inner_texts()
    assert names[:3] == ["method", "kind", "PSNR-Y"]

    def click(name):
        page.get_by_role("button", name=name, exact=True).locator("visible=true").click()
        return visible_cells(page, names.index(name) + 1)

    psnr = [float(text) for text in visible_cells(page, 3)]
    assert psnr == sorted(psnr, reverse=True)
    assert len(psnr) == 4
    errors = [float(text) for text in click("MAE")]
    assert errors == sorted(errors)
    assert [float(text) for text in click("MAE")] == errors[::-1]
    assert click("method") == METHODS
    assert click("method") == METHODS[::-1]
    # Only the table has bytes; the others stay below it in both orders.
    for _ in range(2):
        assert click("bytes") == ["5832", "", "", ""]
    heading = page.locator("table:not([hidden]) th[data-key=bytes]")
    assert heading.get_attribute("aria-sort") == "descending"


def test_best_figures_are_marked(page):
    best = page.locator("table:not([hidden]) td.best")
    # Five metrics and the seconds.
    assert best.count() == 6
    assert visible_cells(page, 3)[0] in best.all_inner_texts()


def test_sets_have_figures_of_their_own(page, folder):
    sets = json.loads((folder / "out" / "results.json").read_text())["sets"]
    for name in ("other", "one", "all"):
        page.select_option("#set", name)
        assert visible_cells(page, 3) == [f"{row['psnr_y']:.3f}" for row in sets[name]]
        assert page.locator("svg.plot").locator("visible=true").count() == 1


def test_plot_has_tooltips(page):
    titles = page.locator("svg.plot").locator("visible=true").locator("title").all_text_contents()
    assert sum(title.startswith("pico: ") and "5832 bytes" in title for title in titles) == 1
    assert sum(title.startswith("pico: ") and "1.25 look-ups" in title for title in titles) == 1
    assert sum(title.startswith("lanczos: ") for title in titles) == 1


def test_page_without_pictures(folder, browser):
    options = ["--methods", "bicubic", "--show", 0, "--out", folder / "bare"]
    assert compare(folder / "photos" / "one", *options) == 0
    with closing(browser.new_page()) as page:
        errors = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto((folder / "bare" / "index.html").as_uri())
        assert page.locator("tbody tr").count() == 1
        assert page.locator("#stage").is_hidden()
        assert page.locator("#set").is_hidden()
        assert errors == []


def test_dark_and_light(page):
    colours = {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        colours[scheme] = screenshot(page, "header").mean()
    assert colours["dark"] < 80 < 200 < colours["light"]
