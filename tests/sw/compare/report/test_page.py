"""The page of a comparison, looked at in a real browser."""

import base64
import io
import json
import re
from contextlib import closing
from fractions import Fraction

import numpy as np
import pytest
from PIL import Image

from browser import chromium
from commands import write_photos
from sw.__main__ import main
from sw.compare.plot import labels
from sw.compare.report.crops import as_uri, where_they_differ
from sw.golden import upscale
from sw.pictures.bicubic import resize
from sw.pictures.images import read_picture
from sw.pictures.interpolation import bicubic, nearest
from sw.tables.files import load, table_path

pytestmark = pytest.mark.xdist_group("browser")  # one page and one browser for all of them

SIDE = 48
METHODS = ("nearest", "bicubic", "lanczos", "pico")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A comparison of four methods on a set of two pictures and one of one picture."""
    top = tmp_path_factory.mktemp("page")
    (top / "photos").mkdir()
    for name, count in (("one", 2), ("other", 1)):
        write_photos(top / "photos" / name, count, (64, 80))
    command = ["compare", top / "photos", "--methods", ",".join(METHODS), "--crop", SIDE]
    assert main([str(arg) for arg in (*command, "--out", top / "out")]) == 0
    return top


@pytest.fixture(scope="module")
def content(folder):
    """What the viewer's script reads."""
    html = (folder / "out" / "index.html").read_text()
    return json.loads(re.search(r'id="data">(.*?)</script>', html, re.DOTALL)[1])


@pytest.fixture(scope="module")
def browser():
    with chromium() as running:
        yield running


@pytest.fixture
def page(folder, browser):
    """The page as opened; fails the test if the page said or asked for anything."""
    opened = browser.new_page(viewport={"width": 1200, "height": 900})
    said, asked = [], []
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.on("request", lambda request: asked.append(request.url[:40]))
    opened.goto((folder / "out" / "index.html").as_uri())
    opened.wait_for_selector("#stage[data-shows]")
    yield opened
    opened.close()
    assert said == []
    assert asked[0].startswith("file://")
    assert all(url.startswith("data:image/webp;base64,") for url in asked[1:])


def crop(content, picture, pixels):
    (box,) = (each for each in content["pictures"] if each["name"] == picture)
    assert (box["height"], box["width"]) == (SIDE, SIDE)
    return pixels[box["y"] : box["y"] + SIDE, box["x"] : box["x"] + SIDE]


def enlarged(folder, picture):
    """The original, and what the methods make of it, computed here."""
    original = read_picture(folder / "photos" / f"{picture}.png").pixels
    low = resize(original, Fraction(1, 4))
    return {
        "original": original,
        "nearest": nearest(low, 4),
        "bicubic": bicubic(low, 4),
        "pico": upscale(low, load(table_path("pico"))),
    }


def canvas(page, name):
    """Pixels of a canvas of the viewer."""
    uri = page.evaluate("id => document.getElementById(id).toDataURL()", f"canvas-{name}")
    png = Image.open(io.BytesIO(base64.b64decode(uri.partition(",")[2])))
    return np.asarray(png.convert("RGB"))


def screenshot(page, selector):
    png = Image.open(io.BytesIO(page.locator(selector).screenshot()))
    return np.asarray(png.convert("RGB")).astype(int)


def choose(page, **options):
    """Choose in the viewer and wait until that is drawn."""
    for name, value in options.items():
        page.select_option(f"#{name}", value)
    shows = page.evaluate(
        "['picture', 'left', 'right', 'gain'].map(id => document.getElementById(id))"
        ".map((e, i) => i ? e.value : e.selectedOptions[0].text).join(' ')"
    )
    page.wait_for_selector(f'#stage[data-shows="{shows}"]')


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


def test_pictures_are_without_loss(folder, content):
    for picture in ("one/photo0", "one/photo1", "other/photo0"):
        (entry,) = (each for each in content["pictures"] if each["name"] == picture)
        assert set(entry["images"]) == {"original", *METHODS}
        for method, pixels in enlarged(folder, picture).items():
            uri = content["images"][entry["images"][method]]
            image = Image.open(io.BytesIO(base64.b64decode(uri.partition(",")[2])))
            assert np.array_equal(np.asarray(image), crop(content, picture, pixels))


def visible_rows(page, column):
    cells = f"tbody tr > :nth-child({column})"
    return page.locator(f"table:not([hidden]) {cells}").all_inner_texts()


def test_columns_sort(page):
    names = page.locator("table:not([hidden]) thead button").all_inner_texts()
    assert names[:3] == ["method", "kind", "PSNR-Y"]

    def click(name):
        page.get_by_role("button", name=name, exact=True).locator("visible=true").click()
        return visible_rows(page, names.index(name) + 1)

    psnr = [float(text) for text in visible_rows(page, 3)]
    assert psnr == sorted(psnr, reverse=True)
    assert len(psnr) == 4
    errors = [float(text) for text in click("MAE")]
    assert errors == sorted(errors)
    assert [float(text) for text in click("MAE")] == errors[::-1]
    assert click("method") == sorted(METHODS)
    assert click("method") == sorted(METHODS, reverse=True)
    # Only the table has bytes: the others stay below it, either way.
    for _ in range(2):
        assert click("bytes") == ["5832", "", "", ""]
    heading = page.locator("table:not([hidden]) th[data-key=bytes]")
    assert heading.get_attribute("aria-sort") == "descending"


def test_sets_have_figures_of_their_own(page, folder):
    told = json.loads((folder / "out" / "results.json").read_text())["sets"]
    for name in ("other", "one", "all"):
        page.select_option("#set", name)
        assert visible_rows(page, 3) == [f"{row['psnr_y']:.3f}" for row in told[name]]
        assert page.locator("svg.plot").locator("visible=true").count() == 1


def test_slider_uncovers(page, folder):
    choose(page, left="nearest", right="pico")
    slider = page.locator("#split")
    assert slider.get_attribute("type") == "range"
    slider.focus()
    shots = {}
    for key, value in (("Home", 0), ("End", 100)):
        page.keyboard.press(key)
        assert slider.input_value() == str(value)
        shots[value] = screenshot(page, "#stage")
    slider.fill("50")
    shots[50] = screenshot(page, "#stage")
    page.keyboard.press("ArrowRight")
    assert slider.input_value() == "50.5"
    height, width = shots[50].shape[:2]
    # Without the names on top and the divider.
    rows, middle = slice(height // 8, None), width // 2
    left, right = slice(20, middle - 20), slice(middle + 20, width - 20)
    assert np.array_equal(shots[50][rows, left], shots[100][rows, left])
    assert np.array_equal(shots[50][rows, right], shots[0][rows, right])
    assert np.abs(shots[100] - shots[0])[rows, left].mean() > 1
    assert np.abs(shots[100] - shots[0])[rows, right].mean() > 1


def test_divider_can_be_dragged(page):
    page.locator("#stage").scroll_into_view_if_needed()
    box = page.locator("#stage").bounding_box()
    y = box["y"] + box["height"] / 3
    page.mouse.move(box["x"] + box["width"] / 2, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 4, y)
    page.mouse.up()
    assert float(page.locator("#split").input_value()) == pytest.approx(25, abs=0.5)


PLACES = """() => [...document.querySelectorAll(".stage canvas")].map(canvas => {
  const [a, b] = [canvas.getBoundingClientRect(),
                  canvas.closest(".stage").getBoundingClientRect()];
  return [a.left - b.left, a.top - b.top, a.width, a.height].map(value => value / b.width);
})"""


def test_zoom_and_move_keep_all_in_step(page):
    def place():
        places = np.array(page.evaluate(PLACES))
        assert len(places) == 6
        assert np.allclose(places, places[0], atol=2e-3)
        return places[0]

    assert place() == pytest.approx([0, 0, 1, 1], abs=1e-3)
    page.locator("#stage").click(position={"x": 30, "y": 90})
    page.keyboard.press("+")
    assert place()[2:] == pytest.approx([1.25, 1.25], abs=1e-3)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    moved = place()
    assert moved[0] < -0.125 - 0.05
    assert moved[1] < -0.125 - 0.05
    page.locator("#zoom").focus()
    page.keyboard.press("End")
    assert place()[2] == pytest.approx(SIDE / 12, abs=1e-2)
    before = place()
    box = page.locator("#stage").bounding_box()
    page.mouse.move(box["x"] + 100, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + 140, box["y"] + 80)
    page.mouse.up()
    assert place()[:2] - before[:2] == pytest.approx(
        [40 / box["width"], -20 / box["height"]], abs=5e-3
    )
    page.locator("#stage").focus()
    page.mouse.wheel(0, 200)
    assert 1 < place()[2] < SIDE / 12
    page.get_by_role("button", name="fit").click()
    assert place() == pytest.approx([0, 0, 1, 1], abs=1e-3)


def test_any_two_methods(page, folder, content):
    for picture in ("other/photo0", "one/photo1"):
        page.select_option("#picture", label=picture)
        pixels = enlarged(folder, picture)
        for left, right in (("bicubic", "pico"), ("pico", "nearest"), ("original", "bicubic")):
            choose(page, left=left, right=right)
            assert np.array_equal(canvas(page, "left"), crop(content, picture, pixels[left]))
            assert np.array_equal(canvas(page, "right"), crop(content, picture, pixels[right]))
            assert page.locator("#tag-left").inner_text().startswith(left)
    page.locator("#swap").click()
    choose(page)
    assert page.locator("#left").input_value() == "bicubic"
    page.locator("table:not([hidden]) .look", has_text="nearest").click()
    choose(page)
    assert page.locator("#right").input_value() == "nearest"


@pytest.mark.parametrize("gain", [1, 8])
def test_difference_maps(page, folder, content, gain):
    page.select_option("#picture", label="one/photo1")
    choose(page, left="nearest", right="pico", gain=str(gain))
    pixels = {
        name: crop(content, "one/photo1", each).astype(int)
        for name, each in enlarged(folder, "one/photo1").items()
    }
    for name, a, b in (
        ("between", "nearest", "pico"),
        ("left-error", "nearest", "original"),
        ("right-error", "pico", "original"),
    ):
        apart = np.abs(pixels[a] - pixels[b])
        assert np.array_equal(canvas(page, name), np.minimum(255, gain * apart))
        said = page.locator(f"#about-{name}").inner_text()
        assert said == f"|{a} − {b}|, mean {apart.mean():.3f}"


def test_plot_says_what_it_shows(page):
    titles = page.locator("svg.plot").locator("visible=true").locator("title").all_text_contents()
    assert sum(title.startswith("pico: ") and "5832 bytes" in title for title in titles) == 1
    assert sum(title.startswith("pico: ") and "1.25 look-ups" in title for title in titles) == 1
    assert sum(title.startswith("lanczos: ") for title in titles) == 1


def test_page_without_pictures(folder, browser):
    command = ["compare", folder / "photos" / "one", "--methods", "bicubic", "--show", 0]
    assert main([str(arg) for arg in (*command, "--out", folder / "bare")]) == 0
    with closing(browser.new_page()) as page:
        said = []
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto((folder / "bare" / "index.html").as_uri())
        assert page.locator("tbody tr").count() == 1
        assert page.locator("#stage").is_hidden()
        assert page.locator("#set").is_hidden()
        assert said == []


def test_dark_and_light(page):
    colours = {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        colours[scheme] = screenshot(page, "header").mean()
    assert colours["dark"] < 80 < 200 < colours["light"]


def test_names_keep_apart():
    points = [(100 + 3 * i, 100 + 2 * i, f"method {i}") for i in range(6)]
    frame = labels.Box(0, 0, 400, 300)
    boxes = labels.place(points, frame)
    for i, box in enumerate(boxes):
        assert box.overlap(frame) == pytest.approx(box.area)
        assert all(box.overlap(other) == 0 for other in boxes[:i])
        assert not any(box.left < x < box.right and box.top < y < box.bottom for x, y, _ in points)


def test_crop_is_where_they_differ():
    flat = np.full((64, 80, 3), 90, np.uint8)
    other = flat.copy()
    other[40:56, 48:64] = 130
    assert where_they_differ([flat, other, flat], 16, 16) == (40, 48)
    assert where_they_differ([flat, flat], 64, 80) == (0, 0)
    grey = np.arange(256, dtype=np.uint8).reshape(16, 16, 1)
    image = Image.open(io.BytesIO(base64.b64decode(as_uri(grey).partition(",")[2])))
    assert np.array_equal(np.asarray(image.convert("RGB")), grey.repeat(3, axis=2))
