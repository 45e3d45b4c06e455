"""How a mutant differs from the code: operators of Cosmic Ray, and three for Amaranth.

An operator, in the sense of Cosmic Ray, finds places in a syntax tree and changes one of them.
Amaranth describes hardware with Python, so those for Python's ``+``, ``&``, ``<`` or ``0`` change
the hardware too. They do not know statements and conditions of Amaranth, nor the resets of signals.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import parso
from cosmic_ray import plugins
from cosmic_ray.operators.operator import Operator
from parso.python.tree import PythonNode
from parso.tree import NodeOrLeaf

SWAPS = {
    "Add": ("Sub",),
    "Sub": ("Add",),
    "Mul": ("Add",),
    "BitAnd": ("BitOr",),
    "BitOr": ("BitAnd",),
    "BitXor": ("BitOr",),
    "LShift": ("RShift",),
    "RShift": ("LShift",),
    "Mod": ("FloorDiv",),
    "FloorDiv": ("Mod",),
}
"""By which binary operators each one is replaced."""

COMPARISONS = {
    "Eq": ("NotEq",),
    "NotEq": ("Eq",),
    "Lt": ("LtE", "GtE"),
    "LtE": ("Lt", "Gt"),
    "Gt": ("GtE", "LtE"),
    "GtE": ("Gt", "Lt"),
}
"""By which comparisons each one is replaced: that at the limit, and the opposite."""

OTHERS = (
    "AddNot",
    "NumberReplacer",
    "ReplaceAndWithOr",
    "ReplaceFalseWithTrue",
    "ReplaceOrWithAnd",
    "ReplaceTrueWithFalse",
    "ReplaceUnaryOperator_Delete_Invert",
    "ReplaceUnaryOperator_Delete_Not",
    "ReplaceUnaryOperator_Delete_USub",
    "ZeroIterationForLoop",
)
"""Cosmic Ray's other operators that make sense for RTL."""


class _AmaranthOperator(Operator):
    """An operator with one way to change a node: subclasses say which nodes, and how."""

    def mutation_positions(self, node: NodeOrLeaf) -> Iterator[tuple]:
        """The place of ``node`` if the operator changes it."""
        if self.changes(node):
            yield node.start_pos, node.end_pos

    def mutate(self, node: NodeOrLeaf, index: int) -> NodeOrLeaf:
        """``node`` changed."""
        prefix = node.get_first_leaf().prefix
        changed = parso.parse(self.changed(node.get_code(include_prefix=False))).children[0]
        changed.get_first_leaf().prefix = prefix
        return changed

    @classmethod
    def examples(cls) -> tuple:
        """None: they are in this project's tests."""
        return ()


class RemoveStatement(_AmaranthOperator):
    """``x.eq(y)`` becomes an empty list of statements."""

    def changes(self, node: NodeOrLeaf) -> bool:
        """Whether ``node`` is an assignment of Amaranth."""
        return _is_call(node) and node.children[-2].get_code() == ".eq"

    def changed(self, code: str) -> str:
        """The code that replaces ``code``."""
        return "[]"


class InvertCondition(_AmaranthOperator):
    """``m.If(x)`` becomes ``m.If((x) == 0)``, and ``m.Elif`` likewise."""

    def changes(self, node: NodeOrLeaf) -> bool:
        """Whether ``node`` is a condition of Amaranth."""
        return _is_call(node) and node.children[-2].get_code() in (".If", ".Elif")

    def changed(self, code: str) -> str:
        """The code that replaces ``code``."""
        start = code.index("(")
        return f"{code[:start]}(({code[start + 1 : -1]}) == 0)"


class DropReset(_AmaranthOperator):
    """A ``Signal(…)`` that is reset is not reset any more."""

    def changes(self, node: NodeOrLeaf) -> bool:
        """Whether ``node`` makes a signal that is reset."""
        if not _is_call(node) or "reset_less" in node.get_code():
            return False
        return node.children[-2].get_code(include_prefix=False) in ("Signal", ".like")

    def changed(self, code: str) -> str:
        """The code that replaces ``code``."""
        arguments = code[:-1].rstrip().rstrip(",")
        separator = "" if arguments.endswith("(") else ", "
        return f"{arguments}{separator}reset_less=True)"


AMARANTH = {kind.__name__: kind for kind in (RemoveStatement, InvertCondition, DropReset)}


def operators() -> Mapping[str, type[Operator]]:
    """All operators that are used, by name."""
    names = [
        *(f"ReplaceBinaryOperator_{a}_{b}" for a, others in SWAPS.items() for b in others),
        *(
            f"ReplaceComparisonOperator_{a}_{b}"
            for a, others in COMPARISONS.items()
            for b in others
        ),
        *OTHERS,
    ]
    return AMARANTH | {name: plugins.get_operator(f"core/{name}") for name in names}


def _is_call(node: NodeOrLeaf) -> bool:
    """Whether ``node`` is a call, of a name or of a member."""
    if not isinstance(node, PythonNode) or node.type not in ("atom_expr", "power"):
        return False
    return node.children[-1].type == "trailer" and node.children[-1].children[0].value == "("
