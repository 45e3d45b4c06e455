"""The viewer of the page, which lays two methods over each other, in a real browser."""

import numpy as np
import pytest

from browser import screenshot
from comparing import decoded, recomputed

pytestmark = pytest.mark.xdist_group("browser")  # one comparison and one browser for all tests

MAX_ZOOM = 48 / 12
"""The crop is 48 pixels wide, and the viewer shows at least 12."""

PLACES = """() => [...document.querySelectorAll(".stage canvas")].map(canvas => {
  const [a, b] = [canvas.getBoundingClientRect(),
                  canvas.closest(".stage").getBoundingClientRect()];
  return [a.left - b.left, a.top - b.top, a.width, a.height].map(value => value / b.width);
})"""
"""Left, top, width and height of each canvas, in widths of its stage."""


def canvas(page, name):
    """Pixels of a canvas of the viewer."""
    return decoded(page.evaluate("id => document.getElementById(id).toDataURL()", f"canvas-{name}"))


def choose(page, **options):
    """Choose in the viewer and wait until the choice is drawn."""
    for name, value in options.items():
        page.select_option(f"#{name}", value)
    shows = page.evaluate(
        "['picture', 'left', 'right', 'gain'].map(id => document.getElementById(id))"
        ".map((e, i) => i ? e.value : e.selectedOptions[0].text).join(' ')"
    )
    page.wait_for_selector(f'#stage[data-shows="{shows}"]')


def test_slider_uncovers(page):
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
    # Leave out the names at the top and the divider.
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
    assert place()[2] == pytest.approx(MAX_ZOOM, abs=1e-2)
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
    assert 1 < place()[2] < MAX_ZOOM
    page.get_by_role("button", name="fit").click()
    assert place() == pytest.approx([0, 0, 1, 1], abs=1e-3)


def test_any_two_methods(page, folder, crop):
    for picture in ("other/photo0", "one/photo1"):
        page.select_option("#picture", label=picture)
        pixels = recomputed(folder / "photos" / f"{picture}.png")
        for left, right in (("bicubic", "pico"), ("pico", "nearest"), ("original", "bicubic")):
            choose(page, left=left, right=right)
            assert np.array_equal(canvas(page, "left"), crop(picture, pixels[left]))
            assert np.array_equal(canvas(page, "right"), crop(picture, pixels[right]))
            assert page.locator("#tag-left").inner_text().startswith(left)
    page.locator("#swap").click()
    choose(page)
    assert page.locator("#left").input_value() == "bicubic"
    page.locator("table:not([hidden]) .look", has_text="nearest").click()
    choose(page)
    assert page.locator("#right").input_value() == "nearest"


@pytest.mark.parametrize("gain", [1, 8])
def test_difference_maps(page, folder, crop, gain):
    page.select_option("#picture", label="one/photo1")
    choose(page, left="nearest", right="pico", gain=str(gain))
    pixels = {
        name: crop("one/photo1", pixels).astype(int)
        for name, pixels in recomputed(folder / "photos" / "one" / "photo1.png").items()
    }
    for name, a, b in (
        ("between", "nearest", "pico"),
        ("left-error", "nearest", "original"),
        ("right-error", "pico", "original"),
    ):
        error = np.abs(pixels[a] - pixels[b])
        assert np.array_equal(canvas(page, name), np.minimum(255, gain * error))
        caption = page.locator(f"#caption-{name}").inner_text()
        assert caption == f"|{a} − {b}|, mean {error.mean():.3f}"
