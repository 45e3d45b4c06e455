"""Sets of HR pictures in folders, as the literature names them: set5, set14."""

from collections.abc import Sequence
from pathlib import Path

from sw.errors import BadInput
from sw.pictures.images import image_files

ALL = "all"
"""Name of the pictures of all sets together."""


def _set_name(folder: Path) -> str:
    """``set5`` of ``set5`` and of ``set5/HR``."""
    folder = folder.resolve()
    return folder.parent.name if folder.name == "HR" else folder.name


def picture_sets(folders: Sequence[Path]) -> dict[str, dict[str, Path]]:
    """HR pictures of each set, by the name ``SET/STEM``.

    A folder is a set if it, or its sub-folder ``HR``, holds pictures; otherwise each of its
    sub-folders that does is one.

    Raises
    ------
    BadInput
        If a folder is missing or has no pictures, or two sets or pictures have the same name.
    """
    sets: dict[str, dict[str, Path]] = {}
    for folder in folders:
        if not folder.is_dir():
            raise BadInput(f"{folder}: no such folder")
        found = _pictures(folder)
        inner = {} if found else {each: _pictures(each) for each in sorted(folder.iterdir())}
        of_folder = {each: files for each, files in (inner or {folder: found}).items() if files}
        if not of_folder:
            raise BadInput(
                f"{folder}: holds no image files; a folder of HR pictures is accepted, or of "
                "folders of them"
            )
        for each, files in of_folder.items():
            name = _set_name(each)
            if name in sets:
                raise BadInput(f"{each}: a set called {name} is there already; rename one")
            sets[name] = _named(name, files)
    if len(sets) > 1 and ALL in sets:
        raise BadInput(f"a folder is called {ALL}, as all sets together are; rename it")
    return sets


def _pictures(folder: Path) -> list[Path]:
    for place in (folder / "HR", folder):
        if place.is_dir():
            try:
                return image_files(place)
            except BadInput:
                continue
    return []


def _named(name: str, files: Sequence[Path]) -> dict[str, Path]:
    named: dict[str, Path] = {}
    for path in files:
        key = f"{name}/{path.stem}"
        if key in named:
            raise BadInput(f"{path}: has the name of {named[key].name}; rename one")
        named[key] = path
    return named
