"""Trials in a copy of this repository, and the command."""

import pytest

from sim.__main__ import main
from sim.commands import mutants as command
from sim.mutants import probe as probe_module
from sim.mutants import trial as trial_module
from sim.mutants.candidates import all_mutants
from sim.mutants.probe import cores
from sim.mutants.trial import Tree, stages
from sw.errors import BadInput
from sw.places import ROOT

FILE = "hw/output/round_clip.py"

# One tree and one set of digests for all tests.
pytestmark = [pytest.mark.xdist_group("mutants"), pytest.mark.long]


def test_the_nearest_tests_come_first():
    block, room, near, whole = stages("hw/output/gearbox.py")
    assert block == ("tests/hw/output/test_gearbox.py",)
    assert room == ("tests/hw/output",)
    assert "tests/hw/test_stage.py" in near
    assert "tests/hw/test_core.py" in whole
    assert all((ROOT / file).exists() for file in (*near, *whole))


def test_every_file_with_hardware_has_tests(mutants):
    for path in {mutant.path for mutant in mutants}:
        assert all((ROOT / file).exists() for files in stages(path) for file in files), path


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    return Tree(tmp_path_factory.mktemp("mutants") / "tree")


@pytest.fixture(scope="module")
def known(tree):
    return tree.digests()


@pytest.fixture(scope="module")
def mutants():
    return all_mutants(ROOT)


@pytest.fixture(scope="module")
def halved(mutants):
    """A mutant of FILE that rounds wrongly."""
    after = "half = 1 >> (frac_bits - 1)"
    return next(
        mutant for mutant in mutants if mutant.path == FILE and mutant.change(ROOT)[1] == after
    )


def test_a_test_kills_a_mutant_and_the_tree_is_as_before(tree, known, halved):
    result = tree.trial(halved, known, lambda *_: 300)
    assert result.outcome == "killed"
    assert result.by.startswith("tests/hw/output/test_round_clip.py::test_")
    assert (tree.folder / FILE).read_text() == (ROOT / FILE).read_text()


def test_a_test_that_takes_too_long_kills(tree, known, halved):
    result = tree.trial(halved, known, lambda *_: 0.01)
    assert (result.outcome, result.by) == ("killed", "tests/hw/output/test_round_clip.py (hangs)")


def test_an_error_of_python_is_no_mutant_of_the_hardware(tree, known, mutants):
    wrong = next(mutant for mutant in mutants if mutant.path == FILE)
    broken = tree.folder / FILE
    original = broken.read_text()
    broken.write_text(original + "raise ValueError\n")
    try:
        assert tree.trial(wrong, known, lambda *_: 300).outcome == "no hardware"
    finally:
        broken.write_text(original)


def test_the_same_hardware_is_told(capsys, known, monkeypatch):
    monkeypatch.setattr(probe_module, "cores", lambda: cores()[1:3])
    known = known[1:3]
    probe_module.main(known)
    assert capsys.readouterr().out == "same\n"
    probe_module.main(["", known[1]])
    assert capsys.readouterr().out == "other\n"


@pytest.mark.parametrize("files", [("tests/no_such_file.py",), ("tests/support",)])
def test_what_is_no_failure_of_a_test_kills_nothing(tree, files):
    with pytest.raises(BadInput, match=r"pytest ended with status [45] and no failed test"):
        tree.test(files, everything=True)


def test_files_of_long_tests_alone_kill_nothing(tree):
    assert tree.test(("tests/sim/mutants/test_trial.py",)) == ""


def test_an_installed_package_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(trial_module, "INSTALLED", True)
    with pytest.raises(BadInput, match="an installed package has no tests; run this in a clone"):
        Tree(tmp_path / "tree")


def test_without_a_mutant_the_tests_must_pass(tmp_path, monkeypatch):
    monkeypatch.setattr(command, "FOLDER", tmp_path)
    monkeypatch.setattr(Tree, "test", lambda *_, **__: "tests/test_f.py::test_f")
    limits = command.Limits(command.Record(tmp_path, ROOT))
    with pytest.raises(BadInput, match="test_f fails without a mutant; mend it first"):
        limits(("tests/test_f.py",), False)


def test_the_command_tries_as_many_as_asked_and_goes_on(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(command, "FOLDER", tmp_path)
    monkeypatch.setattr(Tree, "digests", lambda _: ["another"])
    kills = iter(["tests/a.py::test_a", "", "", "", "", "tests/b.py::test_b"])
    with_long = []

    def test(*_, everything):
        with_long.append(everything)
        return next(kills)

    monkeypatch.setattr(Tree, "test", test)
    monkeypatch.setattr(command.Limits, "__call__", lambda *_: 300)
    arguments = ["mutants", "--only", FILE, "--jobs", "1"]
    assert main([*arguments, "--count", "2"]) == 1
    out = capsys.readouterr().out
    assert f"1 of 2 mutants killed; see {tmp_path / 'report.md'}" in out
    assert (tmp_path / "report.md").read_text().count("round_clip.py:") == 1
    assert not any(with_long)
    assert main([*arguments, "--count", "2", "--again"]) == 0
    assert with_long == [*[False] * 5, True]
    assert "2 of 2 mutants killed" in capsys.readouterr().out


def test_refuses_a_file_without_hardware(capsys):
    assert main(["mutants", "--only", "hw/params.py"]) == 2
    assert (
        "--only hw/params.py: it must be a file of hw/ that makes hardware"
        in capsys.readouterr().err
    )
