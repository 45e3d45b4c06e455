"""The digest by which builds are cached."""

import pytest

from sim.bench import build
from tables import make_upsampler


@pytest.mark.parametrize("name", ["core.py", "lookup/sort.py", "a/deep/folder.cpp", "a/cell.v"])
def test_a_source_at_any_depth_changes_the_digest(tmp_path, monkeypatch, name):
    monkeypatch.setattr(build, "ROOT", tmp_path)
    (tmp_path / "hw" / "other").mkdir(parents=True)
    (tmp_path / "hw" / "other" / "same.py").write_text("x = 1\n")

    def digest():
        return build.design_digest("choices", make_upsampler(), ("hw",))

    path = tmp_path / "hw" / name
    digests = [digest()]
    path.parent.mkdir(parents=True, exist_ok=True)
    for content in ("a", "b"):
        path.write_text(content)
        digests.append(digest())
    path.rename(path.with_name(f"moved_{path.name}"))
    digests.append(digest())
    assert len(set(digests)) == 4
    (tmp_path / "hw" / "other" / "note.txt").write_text("not a source")
    assert digest() == digests[-1]
