"""Sets of HR pictures in folders, named as in the literature: set5, set14."""

from collections.abc import Sequence
from pathlib import Path

from sw.errors import BadInput
from sw.pictures.images import image_files

ALL = "all"
"""Name under which the pictures of all sets together are reported."""


def _set_name(folder: Path) -> str:
    """``set5`` of ``set5`` and of ``set5/HR``."""
    folder = folder.resolve()
    return folder.parent.name if folder.name == "HR" else folder.name


def picture_sets(folders: Sequence[Path]) -> dict[str, dict[str, Path]]:
    """Find the sets of pictures in ``folders``.

    A folder is a set if it, or its sub-folder ``HR``, holds pictures. Otherwise each of its
    sub-folders is looked at in the same way.

    Returns
    -------
    dict of str to dict
        For each set, the paths of its pictures by their name ``SET/STEM``.

    Raises
    ------
    BadInput
        If a folder is missing or has no pictures, or two sets or pictures have the same name.
    """
    sets: dict[str, dict[str, Path]] = {}
    for folder in folders:
        if not folder.is_dir():
            raise BadInput(f"{folder}: no such folder")
        candidates = [folder] if _pictures(folder) else sorted(folder.iterdir())
        with_pictures = {path: files for path in candidates if (files := _pictures(path))}
        if not with_pictures:
            raise BadInput(
                f"{folder}: holds no image files; it must be a folder of HR pictures, or of such "
                "folders"
            )
        for path, files in with_pictures.items():
            name = _set_name(path)
            if name in sets:
                raise BadInput(f"{path}: a set called {name} is there already; rename one of them")
            sets[name] = _by_name(name, files)
    if len(sets) > 1 and ALL in sets:
        raise BadInput(f"a folder is called {ALL}, the name for all sets together; rename it")
    return sets


def _pictures(folder: Path) -> list[Path]:
    """Pictures in the sub-folder ``HR`` of ``folder``, or else in ``folder`` itself, or none."""
    for place in (folder / "HR", folder):
        if place.is_dir():
            try:
                return image_files(place)
            except BadInput:
                continue
    return []


def _by_name(set_name: str, files: Sequence[Path]) -> dict[str, Path]:
    pictures: dict[str, Path] = {}
    for path in files:
        name = f"{set_name}/{path.stem}"
        if name in pictures:
            other = pictures[name].name
            raise BadInput(f"{path}: has the same name as {other}; rename one of them")
        pictures[name] = path
    return pictures
