import pytest

from sw.compare.plot import labels


def test_labels_cover_neither_points_nor_each_other():
    points = [(100 + 3 * i, 100 + 2 * i, f"method {i}") for i in range(6)]
    frame = labels.Box(0, 0, 400, 300)
    boxes = labels.place(points, frame)
    for i, box in enumerate(boxes):
        assert box.overlap(frame) == pytest.approx(box.area)
        assert all(box.overlap(other) == 0 for other in boxes[:i])
        assert not any(box.left < x < box.right and box.top < y < box.bottom for x, y, _ in points)
