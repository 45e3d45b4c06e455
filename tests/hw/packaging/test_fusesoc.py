"""The FuseSoC package in FuseSoC, with Verilator."""

import subprocess

import pytest

from packages import package_fixture
from suites import long
from tools import verilator_environment

pytest.importorskip("fusesoc", reason="FuseSoC is not installed")
pytestmark = pytest.mark.xdist_group("fusesoc")

package = package_fixture("fusesoc", ["plain", long("full")])


def fusesoc(package, *arguments):
    """Run FuseSoC beside the package; return its exit status and its output."""
    done = subprocess.run(
        ["fusesoc", "--cores-root", package, *arguments],
        cwd=package.parent,
        env=verilator_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_the_core_is_found(package):
    status, output = fusesoc(package, "core", "show", "srlut:video:srlut")
    assert status == 0, output
    for target in ("default", "lint", "sim"):
        assert f"\n{target} " in output


def test_lint(package):
    status, output = fusesoc(package, "run", "--target=lint", "srlut:video:srlut")
    assert status == 0, output
    assert "%Warning" not in output


def test_the_example_in_verilator(package):
    status, output = fusesoc(package, "run", "--target=sim", "srlut:video:srlut")
    assert status == 0, output
    assert "PASS: 5 frames, " in output
    # The same program with another expected pixel.
    (expected,) = package.parent.glob("build/*/sim/srlut_expected.hex")
    lines = expected.read_text().splitlines(keepends=True)
    lines[7] = f"{int(lines[7], 16) ^ 4:x}\n"
    expected.write_text("".join(lines))
    done = subprocess.run(
        ["./Vbench"], cwd=expected.parent, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "beat 7 is " in done.stdout
    assert "FAIL: the core differs from the model" in done.stdout + done.stderr
