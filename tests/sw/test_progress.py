import io
import sys

import pytest
from tqdm import tqdm

from sw import progress
from sw.progress import progress_bar


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def clock(monkeypatch):
    """The time in seconds, which a test sets as ``clock[0]``."""
    now = [0.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    return now


def test_bar_on_a_terminal(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    with progress_bar(total=2, desc="fit") as bar:
        bar.update()
    assert "\rfit:   0%" in sys.stderr.getvalue()


def test_short_work_prints_nothing_into_a_file(monkeypatch, clock):
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    for _ in progress_bar(range(3), desc="fit"):
        clock[0] += progress.LINE_SECONDS / 4
    with progress_bar(total=3) as bar, progress_bar() as inner:
        inner.set_postfix_str("31 dB")
        inner.set_description("read")
        inner.update()
        bar.update()
        tqdm.write("a message", file=sys.stderr)
    assert sys.stderr.getvalue() == "a message\n"


def test_long_work_prints_a_line_at_times(monkeypatch, clock):
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with progress_bar(total=9, desc="fit", unit="step", mininterval=0) as bar:
        for _ in range(9):
            clock[0] += progress.LINE_SECONDS / 4
            bar.update()
            bar.set_postfix_str(f"{clock[0]:g} dB", refresh=False)
    lines = sys.stderr.getvalue().splitlines()
    assert lines == ["fit: step 4 of 9 after 00:00, 45 dB", "fit: step 8 of 9 after 00:00, 105 dB"]


def test_large_numbers_are_scaled(monkeypatch, clock):
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with progress_bar(unit="px", unit_scale=True, mininterval=0) as bar:
        clock[0] = progress.LINE_SECONDS
        bar.update(2_500_000)
    assert sys.stderr.getvalue() == "px 2.50M after 00:00\n"


def test_time_alone_if_nothing_is_counted(monkeypatch, clock):
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with progress_bar(desc="Yosys", bar_format="{desc} {elapsed}", leave=True) as bar:
        clock[0] = progress.LINE_SECONDS
        bar.refresh()
    assert sys.stderr.getvalue() == "Yosys: 00:00\n"
