import os
import pty
import re
import signal
import subprocess
import sys
import termios
from contextlib import suppress

import pytest
from PIL import Image

from pictures import photo_like
from sw.__main__ import COMMANDS, main


@pytest.mark.parametrize("command", COMMANDS)
def test_help_teaches(capsys, command):
    with pytest.raises(SystemExit) as stop:
        main([command, "--help"])
    assert stop.value.code == 0
    text = capsys.readouterr().out
    assert f"python -m sw {command}" in text.split("options:")[0].split("\n\n", 1)[1]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_interruption_leaves_no_half_written_file(tmp_path, how):
    source = tmp_path / "source.png"
    Image.fromarray(photo_like(1500, 2000).repeat(3, axis=0)).save(source)
    target = tmp_path / "target.png"
    target.write_bytes(b"old")
    command = [sys.executable, "-m", "sw", "upscale", str(source), str(target)]
    controller, terminal = pty.openpty()  # progress is shown on a terminal
    termios.tcsetwinsize(terminal, (24, 80))  # tqdm shows nothing on one of no size
    with subprocess.Popen(
        command,
        stderr=terminal,
        cwd=os.getcwd(),
        # A shell that runs the tests in the background makes its children ignore SIGINT.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as run:
        os.close(terminal)
        output = b""
        while not re.search(rb" [1-9]\d?%", output):
            output += os.read(controller, 1000)
        run.send_signal(how)
        with suppress(OSError):  # the program has ended
            while more := os.read(controller, 1000):
                output += more
        assert run.wait(60) == 130
    os.close(controller)
    assert b"Traceback" not in output
    assert b"interrupted; unfinished files were not written" in output
    assert target.read_bytes() == b"old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["source.png", "target.png"]


def test_a_reader_that_goes_is_no_error():
    command = [sys.executable, "-m", "sw", "info", "compact"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
        run.stdout.close()
        assert run.stderr.read() == b""
        assert run.wait(60) == 141
