"""A mutation run goes on where it ended, and its tables count what was tried."""

from sim.mutants.candidates import all_mutants
from sim.mutants.record import Record, tables, tried
from sim.mutants.trial import Result

CODE = "def f(m, a, b):\n    m.d.comb += a.eq(a | b)\n    m.d.comb += b.eq(b + 1)\n"


def make_tree(root, code=CODE):
    (root / "hw").mkdir(parents=True, exist_ok=True)
    (root / "hw" / "block.py").write_text(code)


def test_results_are_read_again_and_the_last_one_counts(tmp_path):
    make_tree(tmp_path)
    first, second, *_ = all_mutants(tmp_path)
    record = Record(tmp_path / "out", tmp_path)
    record.add(Result(first, "survived", seconds=2.0))
    record.add(Result(second, "same hardware"))
    record.add(Result(first, "killed", "tests/test_f.py::test_f", 3.0))
    again = Record(tmp_path / "out", tmp_path)
    assert again.results == record.results
    assert tried(again.drawn([first, second], 2)) == [
        Result(first, "killed", "tests/test_f.py::test_f", 3.0)
    ]


def test_a_sample_ends_with_the_last_mutant_that_counts(tmp_path):
    make_tree(tmp_path)
    record = Record(tmp_path / "out", tmp_path)
    outcomes = ["no hardware", "killed", "same hardware", "survived", "killed"]
    mutants = all_mutants(tmp_path)[:5]
    for mutant, outcome in zip(mutants, outcomes, strict=True):
        record.add(Result(mutant, outcome))
    assert [result.outcome for result in record.drawn(mutants, 2)] == outcomes[:4]
    assert [result.outcome for result in record.drawn(mutants[::-1], 1)] == ["killed"]
    assert len(record.drawn(mutants, 9)) == 5


def test_results_of_other_rtl_do_not_count(tmp_path):
    make_tree(tmp_path)
    record = Record(tmp_path / "out", tmp_path)
    record.add(Result(all_mutants(tmp_path)[0], "killed"))
    make_tree(tmp_path, CODE + "\n")
    assert Record(tmp_path / "out", tmp_path).results == {}


def test_tables_count_and_list_the_survivors(tmp_path):
    make_tree(tmp_path)
    mutants = all_mutants(tmp_path)
    swapped = next(mutant for mutant in mutants if "BitOr" in mutant.operator)
    same = Result(mutants[0], "same hardware")
    results = [same, Result(swapped, "survived"), Result(mutants[-1], "killed", "t")]
    lines = tables(results, tmp_path)
    assert "| `hw/block.py` | 2 | 1 |" in lines
    assert any(line.startswith("Passed over: 1 that make the same hardware") for line in lines)
    assert lines[-1] == (
        "| `hw/block.py:2` | `m.d.comb += a.eq(a \\| b)` | `m.d.comb += a.eq(a & b)` |"
    )
