"""Look-up tables as methods: the shipped ones, and those in files that the user gives."""

from collections.abc import Sequence
from pathlib import Path

from sw.compare.methods.method import Method
from sw.errors import BadInput
from sw.pictures.colour_formats import upscale_channels
from sw.pictures.flat_fields import check_near_grey
from sw.places import LUTS
from sw.tables.cost import COLOURS, lookups_per_pixel
from sw.tables.files import load
from sw.tables.spec import Upsampler

SHIPPED = ("S", "F", "V", "pico", "nano", "tiny", "compact", "wide", "large")
"""Tables of ``luts/`` to compare; at other scales than ×4 their names end in ``_x2``, ``_x3``."""


def shipped(scale: int) -> dict[str, Upsampler]:
    """The shipped tables of ``scale``, by the names that ``--table`` takes."""
    suffix = "" if scale == 4 else f"_x{scale}"
    names = [f"{name}{suffix}" for name in SHIPPED]
    return {name: load(path) for name in names if (path := LUTS / f"{name}.npz").is_file()}


def given(
    paths: Sequence[str], scale: int, family: str | None = None, *, force: bool = False
) -> dict[str, Upsampler]:
    """The tables in the files ``paths``, by file name, or by path if a file name occurs twice.

    ``family`` is that of the ``.npy`` files, if their number of entries fits more than one.

    Raises
    ------
    BadInput
        If a table cannot be loaded, is given twice, has another scale than ``scale``, or turns
        flat fields into other grey levels and ``force`` is not set.
    """
    names = [Path(path).name for path in paths]
    upsamplers: dict[str, Upsampler] = {}
    for path, name in zip(paths, names, strict=True):
        upsampler = load(Path(path), family if path.endswith(".npy") else None)
        if not force:
            check_near_grey(path, upsampler)
        if upsampler.scale != scale:
            raise BadInput(
                f"{path}: has scale {upsampler.scale}; it must be {scale}, the scale of the "
                f"comparison, which --scale {upsampler.scale} changes"
            )
        label = name if names.count(name) == 1 else path
        if label in upsamplers:
            raise BadInput(f"--table {path}: is given twice; it must be given once")
        upsamplers[label] = upsampler
    return upsamplers


def name_in(name: str, colour: str) -> str:
    """The name of the method that enlarges with the table ``name`` in the format ``colour``."""
    return name if colour == "rgb" else f"{name}-{colour}"


def methods(upsamplers: dict[str, Upsampler]) -> list[Method]:
    """Two methods for each of ``upsamplers``: with its name, and as ``NAME-luma``.

    The first enlarges each colour with the table, the second luma alone.
    """
    return [
        method
        for name, upsampler in upsamplers.items()
        for method in (
            _method(name, "table", upsampler, "rgb"),
            _method(name, "luma", upsampler, "luma"),
        )
    ]


def _method(name: str, kind: str, upsampler: Upsampler, colour: str) -> Method:
    lookups = lookups_per_pixel(upsampler) / upsampler.scale**2
    return Method(
        name_in(name, colour),
        kind,
        lambda pixels, scale: upscale_channels(pixels, [upsampler], colour),
        size=upsampler.table_bytes,
        lookups=lookups if colour == "rgb" else lookups / COLOURS,
    )
