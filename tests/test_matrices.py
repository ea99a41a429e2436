"""Of a long matrix `make test` runs a part that loses no value, and `make test-all` runs all."""

from itertools import product

import matrices
import pytest

SIDES, SIZES = ("left", "right"), (1, 2, 3)
MATRIX = [{"side": side, "size": size} for side, size in product(SIDES, SIZES)]


def test_every_value_of_every_named_parameter_stays() -> None:
    kept = [MATRIX[number] for number in matrices.part_of(MATRIX, ("side", "size"))]
    assert {each["side"] for each in kept} == set(SIDES)
    assert {each["size"] for each in kept} == set(SIZES)
    assert len(kept) == 3


def test_of_a_parameter_that_is_not_named_the_first_value_stays() -> None:
    assert matrices.part_of(MATRIX, ("side",)) == {0, 3}


def test_every_matrix_that_is_named_is_there_with_its_parameters() -> None:
    for (name, test), names in matrices.COVERED.items():
        assert [each for each in names if f"{each}:" not in head_of(name, test)] == [], test


def test_of_what_is_left_out_whole_another_test_stays() -> None:
    named = {*matrices.COVERED, *matrices.FIRST}
    assert not named & {*matrices.INSTEAD}
    for left_out, stays in matrices.INSTEAD.items():
        assert head_of(*left_out) and head_of(*stays)
        assert stays not in matrices.INSTEAD
    assert [each for each in matrices.FIRST if not head_of(*each)] == []
    assert min(matrices.FIRST.values()) >= 1


def test_files_and_tests_left_out_whole_are_there_and_leave_others() -> None:
    for name in matrices.WHOLE:
        assert (matrices.TESTS / name).is_file(), name
    for name, left_out in matrices.LONG.items():
        text = (matrices.TESTS / name).read_text(encoding="utf-8")
        assert name not in matrices.WHOLE
        assert [each for each in left_out if f"def {each}(" not in text] == [], name
        assert text.count("\ndef test_") > len(left_out), name
    assert [name for name in matrices.PARTS if "parametrize" not in (matrices.TESTS / name).read_text("utf-8")] == []
    assert min(matrices.PARTS.values()) >= 1


def head_of(name: str, test: str) -> str:
    """Return the parameters of a test as its file has them; empty where there is no such test."""
    text = (matrices.TESTS / name).read_text(encoding="utf-8")
    return text.partition(f"def {test}(")[2].partition(") ->")[0]


def test_the_members_left_out_are_slow_and_the_others_are_not(pytester: pytest.Pytester) -> None:
    path = pytester.makepyfile(
        "import pytest\n\n@pytest.mark.parametrize('size', [1, 2, 3])\n"
        "@pytest.mark.parametrize('side', ['left', 'right'])\ndef test_it(side, size): pass\n"
    )
    items = pytester.getitems(path.read_text())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(matrices, "TESTS", items[0].path.parent)
        patch.setattr(matrices, "COVERED", {(items[0].path.name, "test_it"): ("side", "size")})
        matrices.mark_the_rest_slow(items)
    assert sum(item.get_closest_marker("slow") is None for item in items) == 3
    assert len(items) == 6
