import argparse

import pytest

from sw.commands.option_types import real, seed_number, whole


@pytest.mark.parametrize(
    ("parse", "texts", "wrong", "wanted"),
    [
        (real(above=0), ("1e-9", "3"), ("0", "-1"), "a number above 0"),
        (real(above=0, high=16), ("16",), ("0", "16.1"), "a number above 0, at most 16"),
        (real(0), ("0",), ("-0.1",), "a number, 0 or more"),
        (real(0, 0.9), ("0", "0.9"), ("0.91", "-1e-9"), "a number from 0 to 0.9"),
        (whole(4), ("4", "1000"), ("3", "4.0", "1e1", "five"), "a whole number, 4 or more"),
        (whole(0, 8), ("0", "8"), ("-1", "9", "9" * 5000), "a whole number from 0 to 8"),
        (seed_number, ("0", "4294967295"), ("-1", "4294967296"), "a whole number from 0 to 429496"),
    ],
)
def test_range(parse, texts, wrong, wanted):
    for text in texts:
        assert parse(text) == float(text)
    for text in wrong:
        with pytest.raises(argparse.ArgumentTypeError, match=f"is '{text}'; it must be {wanted}"):
            parse(text)
