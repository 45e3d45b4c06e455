"""All mutants that there can be of the RTL."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from parso.tree import NodeOrLeaf

from sim.mutants.operators import operators

FOLDER = "hw"
"""Where the RTL is."""


@dataclass(frozen=True)
class Mutant:
    """One change of one file.

    Parameters
    ----------
    path : str
        The file, from the root of the repository.
    operator : str
        A name in :func:`sim.mutants.operators.operators`.
    occurrence : int
        Which of the places that the operator finds in the file, from 0.
    line : int
        Line of the place, from 1.
    """

    path: str
    operator: str
    occurrence: int
    line: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line} {self.operator} {self.occurrence}"

    def source(self, root: Path) -> str:
        """The text of the file with the change; ``root`` is the root of the repository."""
        text = (root / self.path).read_text()
        return mutate_code(text, operators()[self.operator](), self.occurrence)

    def change(self, root: Path) -> tuple[str, str]:
        """The changed line before and after, without the space around it."""
        before, after = (root / self.path).read_text(), self.source(root)
        pairs = zip(before.splitlines(), after.splitlines(), strict=False)
        return next((a.strip(), b.strip()) for a, b in pairs if a != b)


def all_mutants(root: Path) -> list[Mutant]:
    """Every change of every operator in the functions that make hardware, in a fixed order."""
    return [
        mutant
        for path in sorted((root / FOLDER).rglob("*.py"))
        for mutant in _mutants_of(path.relative_to(root).as_posix(), path.read_text())
    ]


def _mutants_of(path: str, text: str) -> Iterator[Mutant]:
    lines = rtl_lines(text)
    if not lines:
        return
    nodes = list(ast_nodes(get_ast(text)))
    for name, operator in operators().items():
        places = ((node, place) for node in nodes for place in operator().mutation_positions(node))
        for occurrence, (node, ((line, _), _)) in enumerate(places):
            if line in lines and not _changes_nothing(node):
                yield Mutant(path, name, occurrence, line)


def _changes_nothing(node: NodeOrLeaf) -> bool:
    """Whether a change of ``node`` cannot be seen in hardware.

    Such are assertions of the formal checks, and a reset where none is needed.
    """
    while node is not None:
        code = node.get_code(include_prefix=False)
        if code.startswith(("reset_less=", "Assert(", "Assume(")):
            return True
        node = node.parent if node.parent and node.parent.type != "file_input" else None
    return False


def rtl_lines(text: str) -> set[int]:
    """Lines of the bodies of the functions that make hardware.

    Those are ``elaborate`` and the functions with a parameter ``m``, Amaranth's module. What other
    code computes, such as sizes and delays, is no hardware.
    """
    lines = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef) and _makes_hardware(node):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            if body:
                lines |= set(range(body[0].lineno, node.end_lineno + 1))
    return lines


def _makes_hardware(function: ast.FunctionDef) -> bool:
    return function.name == "elaborate" or "m" in [a.arg for a in function.args.args]
