"""Running commands in tests."""

import re

from PIL import Image

from pictures import photo_like
from sw.__main__ import main


def refused(capsys, *argv, command=main):
    """Run a command that must exit with status 2 and one sentence; return the sentence.

    If the parser of the command line refuses an option, it exits, and prints the usage before.
    """
    try:
        assert command([str(arg) for arg in argv]) == 2
    except SystemExit as stop:
        assert stop.code == 2
    error = capsys.readouterr().err.replace("\r", "\n").strip().splitlines()[-1]
    assert re.match(r"(python -m [\w .-]+: )?error: ", error)
    assert "Traceback" not in error
    return error


def write_photos(folder, count=3, size=(48, 60)):
    """Make ``folder`` with pictures ``photo0.png`` and so on, of ``size`` (height, width)."""
    folder.mkdir()
    for i in range(count):
        Image.fromarray(photo_like(*size, seed=i)).save(folder / f"photo{i}.png")
    return folder
