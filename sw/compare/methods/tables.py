"""Look-up tables as methods: our shipped ones, and any file given by its path."""

from collections.abc import Sequence
from pathlib import Path

from sw.compare.methods.method import Method
from sw.errors import BadInput
from sw.golden import upscale
from sw.tables.cost import lookups_per_pixel
from sw.tables.files import LUTS, load
from sw.tables.spec import Upsampler

SHIPPED = ("S", "F", "V", "pico", "nano", "tiny", "compact", "large")
"""Tables of ``luts/`` that are compared, by their names at ×4."""


def shipped(scale: int) -> dict[str, Upsampler]:
    """Our tables of ``scale`` by the names that ``--table`` takes, ``S_x2`` among them at ×2."""
    ending = "" if scale == 4 else f"_x{scale}"
    names = [f"{name}{ending}" for name in SHIPPED]
    return {name: load(path) for name in names if (path := LUTS / f"{name}.npz").is_file()}


def given(paths: Sequence[str], scale: int, family: str | None = None) -> dict[str, Upsampler]:
    """Tables of the files ``paths``, by file name, or by path where two have the same name.

    ``family`` is the taps of those ``.npy`` whose entry count alone does not tell them.

    Raises
    ------
    BadInput
        If one cannot be loaded, is given twice, or its scale is not ``scale``.
    """
    names = [Path(path).name for path in paths]
    tables: dict[str, Upsampler] = {}
    for path, name in zip(paths, names, strict=True):
        upsampler = load(Path(path), family if path.endswith(".npy") else None)
        if upsampler.scale != scale:
            raise BadInput(
                f"{path}: has scale {upsampler.scale}; this comparison is of scale {scale}: "
                f"--scale {upsampler.scale} makes one of the table's"
            )
        label = name if names.count(name) == 1 else path
        if label in tables:
            raise BadInput(f"--table {path}: is given twice; once is accepted")
        tables[label] = upsampler
    return tables


def methods(tables: dict[str, Upsampler]) -> list[Method]:
    """A method for each of ``tables``, of the same name."""

    def method(name: str, upsampler: Upsampler) -> Method:
        return Method(
            name,
            "table",
            lambda pixels, scale: upscale(pixels, upsampler),
            size=upsampler.table_bytes,
            lookups=lookups_per_pixel(upsampler) / upsampler.scale**2,
        )

    return [method(name, upsampler) for name, upsampler in tables.items()]
