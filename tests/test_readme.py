"""The README's answers are what its questions give."""

import re

import pytest
from workshop import ROOT, Workshop

QUESTIONS = re.findall(
    r"\*\*([^*]+\?)\*\*\n\n```sql\n([^`]+)\n```\n\n((?:\|.*\|\n)+)", (ROOT / "README.md").read_text(encoding="utf-8")
)


def as_text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def test_the_readme_asks_five_questions() -> None:
    assert len(QUESTIONS) == 5


@pytest.mark.parametrize(("question", "sql", "answer"), QUESTIONS, ids=[question for question, _, _ in QUESTIONS])
def test_every_answer_of_the_readme_is_current(real: Workshop, question: str, sql: str, answer: str) -> None:
    lines = [[cell.strip() for cell in line.strip("|\n").split("|")] for line in answer.splitlines()]
    assert lines[2:] == [[as_text(value) for value in row] for row in real.query(sql)], question


def test_the_first_screen_says_what_it_is_has_two_commands_and_a_picture() -> None:
    first_screen = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()[:14]
    assert any("make run" in line for line in first_screen)
    assert any("make test" in line for line in first_screen)
    (picture,) = [line for line in first_screen if line.startswith("![")]
    assert (ROOT / picture[picture.index("(") + 1 : -1]).is_file()
