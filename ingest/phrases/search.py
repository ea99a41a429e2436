"""Where a phrase stands in a paragraph, as whole words and whole numbers, and what is printed beside it."""

import re
from collections.abc import Iterator

WORDS_BEFORE, WORDS_AFTER = 3, 2
# A hyphen or a separator joins the phrase to what stands outside it: "five" of "fifty-five", "000" of "14,000".
JOINED_BEFORE = re.compile(r"\w$|\w[-\u2010\u2011\u2013]$|\d[.,'\u2019]$")
JOINED_AFTER = re.compile(r"^\w|^[-\u2010\u2011\u2013]\w|^[.,'\u2019]\d")
GROUP_BEFORE, GROUP_AFTER = re.compile(r"(?<!\d)\d{1,3}[ \u00a0\u202f]$"), re.compile(r"^[ \u00a0\u202f]\d{3}(?!\d)")
SENTENCE_MARKS = re.compile(r"[.;:!?()\[\]—]")


def holds_phrase(paragraph: str, phrase: str) -> bool:
    """Say whether the phrase stands in the paragraph literally, cut out of no word and no number."""
    return any(True for _ in _places(paragraph, phrase))


def longer_phrases(paragraph: str, phrase: str) -> Iterator[str]:
    """Yield the phrase with one to three words before it, then with one or two after, within its sentence."""
    for start in _places(paragraph, phrase):
        end = start + len(phrase)
        before = SENTENCE_MARKS.split(paragraph[:start])[-1].split()
        after = SENTENCE_MARKS.split(paragraph[end:])[0].split()
        for count in range(1, min(WORDS_BEFORE, len(before)) + 1):
            yield " ".join([*before[-count:], phrase])
        for count in range(1, min(WORDS_AFTER, len(after)) + 1):
            yield " ".join([phrase, *after[:count]])


def _places(paragraph: str, phrase: str) -> Iterator[int]:
    start = paragraph.find(phrase)
    while start >= 0:
        if not _is_cut(paragraph[:start], phrase, paragraph[start + len(phrase) :]):
            yield start
        start = paragraph.find(phrase, start + 1)


def _is_cut(before: str, phrase: str, after: str) -> bool:
    if phrase[0].isalnum() and JOINED_BEFORE.search(before):
        return True
    if phrase[-1].isalnum() and JOINED_AFTER.search(after):
        return True
    begins_in_group = bool(re.match(r"\d{3}(?!\d)", phrase) and GROUP_BEFORE.search(before))
    return begins_in_group or bool(re.search(r"\d$", phrase) and GROUP_AFTER.search(after))
