from commands import write_photos
from sw.pictures.picture_sets import picture_sets


def test_sets_by_their_folders(tmp_path):
    for name in ("set5", "set14"):
        (tmp_path / name).mkdir()
        write_photos(tmp_path / name / "HR", 2, (20, 20))
        write_photos(tmp_path / name / "LR_x4", 2, (5, 5))
    (tmp_path / "README.md").touch()
    write_photos(tmp_path / "plain", 1, (20, 20))
    (tmp_path / "nothing").mkdir()

    both = picture_sets([tmp_path])
    assert list(both) == ["plain", "set14", "set5"]
    assert list(both["set5"]) == ["set5/photo0", "set5/photo1"]
    assert both["set5"]["set5/photo1"] == tmp_path / "set5" / "HR" / "photo1.png"
    for folder in (tmp_path / "set5", tmp_path / "set5" / "HR"):
        assert picture_sets([folder]) == {"set5": both["set5"]}
    chosen = picture_sets([tmp_path / "set5", tmp_path / "plain"])
    assert chosen == {"set5": both["set5"], "plain": both["plain"]}
