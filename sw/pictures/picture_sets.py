"""Sets of HR pictures in folders, named as in the literature: set5, set14."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from sw.errors import BadInput
from sw.pictures.images import image_files

ALL = "all"
"""Name under which the pictures of all sets together are reported."""


def distinct_names(files: Sequence[Path]) -> dict[Path, str]:
    """For each of ``files``, a name without ending that no other file in its folder has.

    The name is that of the file. Where several names differ in their endings only, these endings
    are part of the names: ``a_png`` and ``a_jpg`` for ``a.png`` and ``a.jpg``. If such a name is
    that of another file, the other file gets its ending too.
    """
    with_ending: set[Path] = set()
    while True:
        names = {
            path: f"{path.stem}_{path.suffix[1:]}" if path in with_ending else path.stem
            for path in files
        }
        count = Counter((path.parent, name) for path, name in names.items())
        equal = {path for path, name in names.items() if count[path.parent, name] > 1}
        if equal <= with_ending:
            return names
        with_ending |= equal


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
        For each set, the paths of its pictures by their names, ``SET/`` and :func:`distinct_names`.

    Raises
    ------
    BadInput
        If a folder is missing or has no pictures, or two sets have the same name.
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
            names = distinct_names(files)
            sets[name] = {f"{name}/{names[file]}": file for file in files}
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
