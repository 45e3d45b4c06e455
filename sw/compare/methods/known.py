"""All methods that a comparison knows, and the choice of some by name."""

from collections.abc import Collection, Sequence
from pathlib import Path

from sw.compare.methods import fsr, interpolation, networks, rtl, selfexsr, tables
from sw.compare.methods.method import Method, Skipped
from sw.errors import BadInput
from sw.tables.spec import Upsampler

SLOW = {
    "self-similarity": "searches each picture for minutes",
    "rtl": "builds a simulation for each table the first time, a minute or two, large some minutes",
}
"""Kinds that run only when they are asked for, and why."""


def known(
    scale: int, given: dict[str, Upsampler], weights: Path | None = None
) -> list[Method | Skipped]:
    """Every method of ``scale``: interpolation, self-similarity, networks, tables, RTL.

    ``given`` are tables beside ours, by their names; ``weights`` is a folder of networks' weights
    that go before the shipped ones.

    Raises
    ------
    BadInput
        If a file of weights is damaged, or of another network or scale than its name says.
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
    own = networks.methods(scale, weights) if weights else shipped
    return [
        each if isinstance(each, Method) else ours for each, ours in zip(own, shipped, strict=True)
    ]


def choose(
    methods: Sequence[Method | Skipped], wanted: str | None, always: Collection[str] = ()
) -> list[Method | Skipped]:
    """Those of ``methods`` whose name or kind is in ``wanted``, with commas between; ``all``.

    All but the slow ones if ``wanted`` is None. Names in ``always`` come along in any case.

    Raises
    ------
    BadInput
        If a name is none of these.
    """
    if wanted is None:
        return [each for each in methods if each.kind not in SLOW]
    names = [name.strip() for name in wanted.split(",")]
    kinds = list(dict.fromkeys(each.kind for each in methods))
    accepted = ["all", *kinds, *(each.name for each in methods)]
    for name in names:
        if name not in accepted:
            raise BadInput(
                f"--methods {name}: no such method or kind; {', '.join(accepted)} are accepted"
            )
    return [
        each
        for each in methods
        if "all" in names or {each.name, each.kind} & {*names} or each.name in always
    ]


def warning(methods: Sequence[Method | Skipped]) -> str | None:
    """A sentence on the slow kinds among ``methods``, or None if there are none."""
    kinds = {each.kind for each in methods if isinstance(each, Method)}
    slow = [f"{kind} {why}" for kind, why in SLOW.items() if kind in kinds]
    return f"this takes a while: {'; '.join(slow)}" if slow else None
