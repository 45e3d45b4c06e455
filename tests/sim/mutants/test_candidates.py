"""Which places of the code can have a mutant."""

import pytest

from sim.mutants.candidates import Mutant, all_mutants, rtl_lines
from sw.places import ROOT

CODE = '''class Block:
    """Has 2 ports."""

    @staticmethod
    def delay():
        return 1 + 1

    def elaborate(self, platform):
        """Make 3 registers."""
        m = Module()
        m.d.sync += self.a.eq(self.b + 1)
        return m


def helper(m, value):
    return value + 1
'''


def test_only_functions_that_make_hardware():
    assert rtl_lines(CODE) == {10, 11, 12, 16}


def write(folder, code):
    (folder / "hw").mkdir()
    (folder / "hw" / "block.py").write_text(code)


def test_each_change_is_in_one_line_of_the_hardware(tmp_path):
    write(tmp_path, CODE)
    mutants = all_mutants(tmp_path)
    assert {mutant.line for mutant in mutants} == {11, 16}
    changes = [mutant.change(tmp_path) for mutant in mutants]
    assert ("m.d.sync += self.a.eq(self.b + 1)", "m.d.sync += []") in changes
    assert ("return value + 1", "return value - 1") in changes
    assert len(set(changes)) == len(changes) == len(set(mutants))


def test_not_what_cannot_be_seen(tmp_path):
    code = "def f(m, a):\n    m.d.comb += Assert(a + 1)\n    return Signal(reset_less=True)\n"
    write(tmp_path, code)
    assert all_mutants(tmp_path) == []


@pytest.mark.long
def test_every_mutant_of_the_project_is_other_python():
    mutants = all_mutants(ROOT)
    assert len(mutants) > 1000
    for mutant in mutants[:: len(mutants) // 50]:
        compile(mutant.source(ROOT), mutant.path, "exec")
        before, after = mutant.change(ROOT)
        assert before != after, mutant


def test_has_a_name():
    mutant = Mutant("hw/a.py", "NumberReplacer", 2, 7)
    assert str(mutant) == "hw/a.py:7 NumberReplacer 2"
