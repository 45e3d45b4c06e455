"""All methods of a comparison, and the choice of some of them by name or kind."""

from collections.abc import Collection, Sequence
from pathlib import Path

from sw.compare.methods import fsr, interpolation, networks, rtl, selfexsr, tables
from sw.compare.methods.method import Method, Skipped
from sw.errors import BadInput
from sw.tables.spec import Upsampler

SLOW = {
    "self-similarity": "it needs minutes for each picture",
    "rtl": "it builds a simulator for each table the first time, which takes minutes",
}
"""Kinds that run only if the user names them, and the reason."""

OTHER_COLOUR = {"rgb": ("luma",), "luma": ("table", "rtl")}
"""For each colour format, the kinds whose tables enlarge in the other one."""


def known(
    scale: int, given: dict[str, Upsampler], weights: Path | None = None
) -> list[Method | Skipped]:
    """Every method at ``scale``: interpolation, self-similarity, networks, tables, RTL.

    Parameters
    ----------
    scale : int
    given : dict of str to Upsampler
        Tables to compare beside the shipped ones, by their names.
    weights : Path, optional
        A folder of weights of networks. They replace the shipped weights of the same network.

    Raises
    ------
    BadInput
        If a file of weights is damaged, or its name states another network or scale.
    """
    shipped = tables.shipped(scale)
    return [
        *interpolation.METHODS,
        *fsr.METHODS,
        *selfexsr.METHODS,
        *_networks(scale, weights),
        *tables.methods(shipped),
        *tables.methods(given),
        *rtl.methods(shipped),
    ]


def _networks(scale: int, weights: Path | None) -> list[Method | Skipped]:
    shipped = networks.methods(scale)
    if not weights:
        return shipped
    return [
        own if isinstance(own, Method) else other
        for own, other in zip(networks.methods(scale, weights), shipped, strict=True)
    ]


def choose(
    methods: Sequence[Method | Skipped],
    wanted: str | None,
    always: Collection[str] = (),
    colour: str | None = None,
) -> list[Method | Skipped]:
    """Those of ``methods`` that the user wants.

    Parameters
    ----------
    methods : sequence of Method or Skipped
    wanted : str or None
        Names and kinds separated by commas, or ``"all"``; None for all but the slow kinds.
    always : collection of str
        Names that are chosen in any case.
    colour : str, optional
        ``"rgb"`` or ``"luma"``: methods with tables in the other format are left out.

    Raises
    ------
    BadInput
        If ``wanted`` has a name that is neither a method nor a kind, or that ``colour`` leaves out.
    """
    left_out = OTHER_COLOUR.get(colour, ())
    if wanted is None:
        return [method for method in methods if method.kind not in (*SLOW, *left_out)]
    names = [name.strip() for name in wanted.split(",")]
    kinds = list(dict.fromkeys(method.kind for method in methods))
    possible = ["all", *kinds, *(method.name for method in methods)]
    for name in names:
        if name not in possible:
            raise BadInput(
                f"--methods {name}: no such method or kind; it must be one of: "
                f"{', '.join(possible)}"
            )
        chosen_kinds = {method.kind for method in methods if name in (method.name, method.kind)}
        if chosen_kinds & {*left_out}:
            raise BadInput(
                f"--methods {name}: is left out by --colour {colour}, because it enlarges "
                f"{'every colour' if colour == 'luma' else 'the luma alone'}; name other methods, "
                "or leave out --colour"
            )
    return [
        method
        for method in methods
        if method.kind not in left_out
        and ("all" in names or {method.name, method.kind} & {*names} or method.name in always)
    ]


def warning(methods: Sequence[Method | Skipped]) -> str | None:
    """A sentence that warns of the slow kinds among ``methods``; None if there are none."""
    kinds = {method.kind for method in methods if isinstance(method, Method)}
    slow = [f"{kind} ({reason})" for kind, reason in SLOW.items() if kind in kinds]
    return f"this comparison takes long because of {' and '.join(slow)}" if slow else None
