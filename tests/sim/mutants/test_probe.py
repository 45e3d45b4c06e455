"""The small cores run every statement that makes hardware, so no mutant is out of their sight."""

import ast
import sys

import pytest
from amaranth.hdl import Fragment

from hw.control.core import top_module
from sim.mutants.candidates import rtl_lines
from sim.mutants.probe import cores
from sw.places import ROOT


def statements(text):
    """First lines of the statements that make hardware, but for those of the formal checks."""
    tree = ast.parse(text)
    formal = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "'formal'" in ast.unparse(node.test):
            formal |= {
                n.lineno for part in node.body for n in ast.walk(part) if hasattr(n, "lineno")
            }
    starts = {node.lineno for node in ast.walk(tree) if isinstance(node, ast.stmt)}
    return rtl_lines(text) & starts - formal


@pytest.mark.long
def test_every_statement_runs():
    files = {str(path): statements(path.read_text()) for path in (ROOT / "hw").rglob("*.py")}
    seen = {path: set() for path in files}

    def trace(frame, event, argument):
        path = frame.f_code.co_filename
        if path not in seen:
            return None
        seen[path].add(frame.f_lineno)
        return trace

    small = cores()
    before = sys.gettrace()
    sys.settrace(trace)
    try:
        for params in small:
            core, _ = top_module(params)
            Fragment.get(core, None).prepare()
    finally:
        sys.settrace(before)
    assert sum(map(len, files.values())) > 500
    assert not {path: missing for path in files if (missing := sorted(files[path] - seen[path]))}
