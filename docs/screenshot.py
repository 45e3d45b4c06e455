"""Take the picture of a comparison page that the README shows: docs/comparison-page.png.

Compares some methods on photographs that scikit-image ships (astronaut: NASA, public domain;
chelsea, coffee and rocket: CC0), opens the page in Chromium and photographs its table and its
viewer. The plot between them is left out, since docs/comparison.png shows it. Needs the extras dev
and train, and a browser: `make screenshot` sees to both.

  python docs/screenshot.py
"""

import subprocess
import sys
from pathlib import Path

from PIL import Image
from skimage import data

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests" / "support"))

from browser import chromium  # noqa: E402

PICTURES = Path("build/screenshot/photographs")
COMPARISON = Path("build/screenshot/comparison")
TARGET = ROOT / "docs" / "comparison-page.png"

PHOTOGRAPHS = "astronaut", "chelsea", "coffee", "rocket"
METHODS = "bicubic", "fsr", "espcn", "fsrcnn", "pico", "nano", "compact", "large"
LEFT, RIGHT = "bicubic", "compact"
WIDTH = 1400
COLOURS = 256
"""Of the palette, which halves the file."""


def compare() -> Path:
    """Compare the methods and return the page."""
    (ROOT / PICTURES).mkdir(parents=True, exist_ok=True)
    for name in PHOTOGRAPHS:
        Image.fromarray(getattr(data, name)()).save(ROOT / PICTURES / f"{name}.png")
    command = [
        *(sys.executable, "-m", "sw", "compare", PICTURES),
        *("--methods", ",".join(METHODS), "--out", COMPARISON),
    ]
    subprocess.run(command, cwd=ROOT, check=True)
    return ROOT / COMPARISON / "index.html"


def photograph(page: Path, target: Path) -> None:
    """Open the page and photograph it, ``LEFT`` and ``RIGHT`` in the viewer."""
    with chromium() as browser:
        tab = browser.new_page(viewport={"width": WIDTH, "height": 900}, color_scheme="light")
        tab.goto(page.as_uri())
        tab.add_style_tag(content="section[aria-labelledby=cost] { display: none }")
        tab.select_option("#left", LEFT)
        tab.select_option("#right", RIGHT)
        tab.wait_for_selector(f"#stage[data-shows*=' {LEFT} {RIGHT} ']")
        tab.screenshot(path=target, full_page=True)
    with Image.open(target) as picture:
        picture.convert("RGB").quantize(COLOURS).save(target, optimize=True)


if __name__ == "__main__":
    photograph(compare(), TARGET)
