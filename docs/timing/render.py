"""Draw the timing diagrams of docs/integration.md: NAME.svg beside each NAME.json here.

The JSON is WaveDrom's source; tests/docs/test_timing.py compares it with a simulation.

  python docs/timing/render.py
"""

import re
from pathlib import Path

import wavedrom

FOLDER = Path(__file__).parent

DARK = """
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 }
  .info { fill: #79c0ff }
  .s1, .s2, .s3, .s4 { stroke: #e6edf3 }
  .s6 { fill: #e6edf3 }
  .s15 { fill: #79c0ff }
  [style*="stroke:#0041c4"] { stroke: #79c0ff !important }
  [style="fill:#0041c4"] { fill: #79c0ff !important }
  .s5, .s7, rect[style] { fill: #161b22 !important }
}
"""
"""Colours for a dark page; WaveDrom's own are for white paper."""


def as_svg(source: str) -> str:
    """The picture of a diagram in WaveDrom's JSON, legible on white and on black."""
    drawing = wavedrom.render(source).tostring()
    drawing = drawing.replace("]]></style>", DARK + "]]></style>", 1)

    def if_used(shape: re.Match) -> str:
        return shape[0] if f'"#{shape[1]}"' in drawing else ""

    # WaveDrom defines the shapes of all signals there may be: most of the file.
    return re.sub(r'<g id="([\w-]+)">(?:<(?:path|rect)[^>]*/>)*</g>', if_used, drawing) + "\n"


def main() -> None:
    """Draw all diagrams of the folder."""
    for path in sorted(FOLDER.glob("*.json")):
        path.with_suffix(".svg").write_text(as_svg(path.read_text()))


if __name__ == "__main__":
    main()
