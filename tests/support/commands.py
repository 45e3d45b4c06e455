"""Running commands in tests."""

from PIL import Image

from pictures import photo_like
from sw.__main__ import main


def refused(capsys, *argv, command=main):
    """Run a command that must fail with status 2 and one sentence; return the sentence."""
    assert command([str(arg) for arg in argv]) == 2
    said = capsys.readouterr().err.replace("\r", "\n").strip().splitlines()[-1]
    assert said.startswith("error: ")
    assert "Traceback" not in said
    return said


def write_photos(folder, count=3, size=(48, 60)):
    folder.mkdir()
    for i in range(count):
        Image.fromarray(photo_like(*size, seed=i)).save(folder / f"photo{i}.png")
    return folder
