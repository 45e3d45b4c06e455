"""What the operators for Amaranth change, and that all names of Cosmic Ray's are known to it."""

import pytest
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code

from sim.mutants.operators import DropReset, InvertCondition, RemoveStatement, operators

CASES = (
    (RemoveStatement, "m.d.sync += x[1].eq(y + f(2))", ["m.d.sync += []"]),
    (RemoveStatement, "s = [a.eq(1), b.eq(2)]", ["s = [[], b.eq(2)]", "s = [a.eq(1), []]"]),
    (RemoveStatement, "m.d.comb += (a.b.eq(v) for v in c)", ["m.d.comb += ([] for v in c)"]),
    (RemoveStatement, "equal = a == b", []),
    (InvertCondition, "with m.If(a | b(1)): f()", ["with m.If((a | b(1)) == 0): f()"]),
    (InvertCondition, "with m.Elif(a): f()", ["with m.Elif((a) == 0): f()"]),
    (InvertCondition, "with m.Else(): f()", []),
    (DropReset, "a = Signal()", ["a = Signal(reset_less=True)"]),
    (DropReset, "a = Signal(range(3), init=1)", ["a = Signal(range(3), init=1, reset_less=True)"]),
    (DropReset, "a = Signal(8, reset_less=True)", []),
    (DropReset, "a = Signal.like(b)", ["a = Signal.like(b, reset_less=True)"]),
    (DropReset, "a = stream.Signature(8)", []),
)


@pytest.mark.parametrize(("operator", "code", "mutants"), CASES)
def test_changes_each_place_once(operator, code, mutants):
    nodes = ast_nodes(get_ast(code))
    places = [place for node in nodes for place in operator().mutation_positions(node)]
    assert [mutate_code(code, operator(), n) for n in range(len(places))] == mutants


def test_knows_the_operators_of_cosmic_ray():
    code = "a + b if x < 3 else not c"
    nodes = list(ast_nodes(get_ast(code)))
    found = {
        mutate_code(code, operator(), n)
        for operator in operators().values()
        for n, _ in enumerate(
            place for node in nodes for place in operator().mutation_positions(node)
        )
    }
    assert "a - b if x < 3 else not c" in found
    assert "a + b if x <= 3 else not c" in found
    assert "a + b if x >= 3 else not c" in found
    assert "a + b if x < 4 else not c" in found
