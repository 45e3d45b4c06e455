"""What happens around a command: signals, errors, missing extras."""

import errno
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from PIL import Image

from pictures import photo_like
from suites import long
from sw.commands.program import SENTENCE, run_program
from sw.extras import install
from sw.places import ROOT

HANDLED = "sw.commands.program"
"""The module that handles signals; it is the first large one that a program imports."""


@pytest.fixture
def large(tmp_path):
    """Arguments that enlarge a picture for some seconds."""
    source = tmp_path / "source.png"
    Image.fromarray(photo_like(1500, 2000)).save(source)
    return ["upscale", str(source), str(tmp_path / "target.png")]


def start(command, cwd=None):
    """Start ``command``, with SIGINT as a terminal has it."""
    return subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        # A shell that runs the tests in the background makes its children ignore SIGINT.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def check_interrupted(run, output=""):
    output += run.communicate(timeout=60)[1]
    assert run.returncode == 130, output
    assert "Traceback" not in output
    assert SENTENCE in output


@pytest.mark.parametrize(("number", "count"), [long(signal.SIGINT, 20), (signal.SIGTERM, 5)])
def test_a_signal_during_the_imports_gives_no_traceback(large, tmp_path, number, count):
    command = [sys.executable, "-X", "importtime", "-m", "sw", *large]
    for delay in np.linspace(0, 0.6, count):
        with start(command) as run:
            # The list of imports on stderr shows when the signals are handled.
            while not run.stderr.readline().endswith(f" {HANDLED}\n"):
                assert run.poll() is None
            first = run.stderr.readline()
            time.sleep(delay)
            run.send_signal(number)
            check_interrupted(run, first)
        assert [path.name for path in tmp_path.iterdir()] == ["source.png"]


SLOW = '''"""Write a file slowly, and clean up slowly."""

import sys
import time
from pathlib import Path

from sw.commands.program import run_program
from sw.output import whole_file


def add_arguments(parser): ...


def run(args):
    with whole_file(Path("target.png")):
        print("ready", file=sys.stderr, flush=True)
        try:
            time.sleep(60)
        finally:
            time.sleep(0.3)


if __name__ == "__main__":
    sys.exit(run_program("sw", {"slow": "slow"}, ""))
'''


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("pause", [0, 0.001, 0.1])
def test_a_second_signal_does_not_disturb_the_clean_up(tmp_path, pause, number):
    (tmp_path / "slow.py").write_text(SLOW)
    with start([sys.executable, "slow.py", "slow"], cwd=tmp_path) as run:
        assert run.stderr.readline() == "ready\n"
        run.send_signal(number)
        time.sleep(pause)
        run.send_signal(number)
        check_interrupted(run)
    assert {path.name for path in tmp_path.iterdir()} <= {"slow.py", "__pycache__"}


def test_a_process_that_was_started_to_ignore_ctrl_c_goes_on(tmp_path):
    Image.fromarray(photo_like(8, 8)).save(tmp_path / "a.png")
    command = [sys.executable, "-m", "sw", "upscale", *(str(tmp_path / f"{n}.png") for n in "ab")]
    with subprocess.Popen(
        command, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN)
    ) as run:
        while run.poll() is None:
            run.send_signal(signal.SIGINT)
            time.sleep(0.05)
    assert run.returncode == 0


def test_a_full_disk_for_the_output_is_one_sentence():
    with open("/dev/full", "w") as full:
        run = subprocess.run(
            [sys.executable, "-m", "sw", "info", "compact"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert run.returncode == 2
    assert run.stderr == "error: a file cannot be read or written (No space left on device)\n"


@pytest.mark.parametrize("closed", [(1,), (2,), (1, 2)])
def test_a_picture_is_enlarged_with_closed_outputs(tmp_path, closed):
    Image.fromarray(photo_like(8, 8)).save(tmp_path / "a.png")
    command = [sys.executable, "-m", "sw", "upscale", *(str(tmp_path / f"{n}.png") for n in "ab")]
    run = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: [os.close(number) for number in closed],
    )
    assert (run.returncode, run.stderr) == (0, "")
    with Image.open(tmp_path / "b.png") as enlarged:
        assert enlarged.size == (32, 32)


@pytest.fixture
def command(tmp_path, monkeypatch):
    """Run a command that raises ``error``; return its exit status."""

    def run(error):
        def raise_it(args):
            raise error

        fake.run = raise_it
        return run_program("sw", {"fake": "fake_command"}, "", ["fake"])

    (tmp_path / "fake_command.py").write_text('"""Fail."""\n\n\ndef add_arguments(parser): ...\n')
    monkeypatch.syspath_prepend(tmp_path)
    import fake_command as fake

    yield run
    del sys.modules["fake_command"]


@pytest.mark.parametrize(
    ("code", "path"),
    [(errno.ENOSPC, "a/b.png"), (errno.EACCES, "b"), (errno.EROFS, "c"), (errno.EDQUOT, "d")],
)
def test_faults_of_the_system_are_one_sentence(command, capsys, code, path):
    assert command(OSError(code, os.strerror(code), path)) == 2
    reason = os.strerror(code)
    assert capsys.readouterr().err == f"error: {path}: cannot be read or written ({reason})\n"


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.EBADF, "a descriptor"),
        KeyError("a"),
        ModuleNotFoundError("no module", name="sw.gone"),
        ModuleNotFoundError("no module", name="elsewhere"),
        # It is installed, so a part of it is missing for another reason.
        ModuleNotFoundError("no module", name="numpy.gone"),
    ],
)
def test_mistakes_in_the_program_keep_their_traceback(command, error):
    with pytest.raises(type(error)):
        command(error)


def test_a_missing_extra_is_one_sentence(command, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    assert command(ModuleNotFoundError("no module", name="torch.nn")) == 2
    message = f"error: torch is not installed; install the extra with: {install('train')}\n"
    assert capsys.readouterr().err == message
