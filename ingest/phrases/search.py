"""Where a phrase stands in a paragraph, as whole words and whole numbers, and what the numbers there read in it."""

import re
from collections.abc import Iterator

from ingest.phrases.lexicon import has_lexicon, lexicon_of
from ingest.phrases.parse import find_numbers
from ingest.phrases.reading import FoundNumber, NumberReading

# A hyphen or a separator joins the phrase to what stands outside it: "five" of "fifty-five", "000" of "14,000".
JOINED_BEFORE = re.compile(r"\w$|\w[-\u2010\u2011\u2013]$|\d[.,'\u2019٬٫]$")
JOINED_AFTER = re.compile(r"^\w|^[-\u2010\u2011\u2013]\w|^[.,'\u2019٬٫]\d")
SPACES = "[ \u00a0\u202f\u2009]"
GROUP_BEFORE, GROUP_AFTER = re.compile(rf"(?<!\d)\d{{1,3}}{SPACES}$"), re.compile(rf"^{SPACES}\d{{3}}(?!\d)")


def holds_phrase(paragraph: str, phrase: str, language: str = "en") -> bool:
    """Say whether the phrase stands in the paragraph literally, cut out of no word and no number.

    What a language writes as one with the next word (Arabic و and ب) may stand before the phrase.
    """
    return any(True for _ in places_of(paragraph, phrase, language))


def places_of(paragraph: str, phrase: str, language: str) -> Iterator[tuple[int, int]]:
    """Yield the first and the last character (not included) of each place where the phrase stands."""
    start = paragraph.find(phrase)
    while start >= 0:
        if not _is_cut(paragraph[:start], phrase, paragraph[start + len(phrase) :], language):
            yield start, start + len(phrase)
        start = paragraph.find(phrase, start + 1)


def numbers_at(paragraph: str, start: int, end: int, language: str) -> list[FoundNumber]:
    """Return the numbers of which something stands at this place, each as its sentence has it.

    A number that only was before another one ("up from 40") is left out where one is stated.
    """
    found = [
        number
        for number in find_numbers(paragraph, language)
        if number.number_start < end and start < number.number_end
    ]
    return [number for number in found if not (number.reading and number.reading.is_former)] or found


def misread(paragraph: str, phrase: str, reading: NumberReading, language: str) -> tuple[str, NumberReading] | None:
    """Return what a phrase leaves out where its number reads otherwise in its sentence, and how it reads there.

    "200 people" out of "more than 200 people" is misread, and so is "30" out of "20 to 30"; None where it is not.
    """
    for start, end in places_of(paragraph, phrase, language):
        for number in numbers_at(paragraph, start, end, language):
            if number.reading is not None and number.reading != reading:
                return paragraph[min(start, number.start) : max(end, number.end)], number.reading
    return None


def _is_cut(before: str, phrase: str, after: str, language: str) -> bool:
    if phrase[0].isalnum() and JOINED_BEFORE.search(before) and not _ends_in_particle(before, language):
        return True
    if phrase[-1].isalnum() and JOINED_AFTER.search(after):
        return True
    begins_in_group = bool(re.match(r"\d{3}(?!\d)", phrase) and GROUP_BEFORE.search(before))
    return begins_in_group or bool(re.search(r"\d$", phrase) and GROUP_AFTER.search(after))


def _ends_in_particle(before: str, language: str) -> bool:
    if not has_lexicon(language):
        return False
    word = re.split(r"[^\w]", before)[-1].rstrip("\u0640")
    return word in lexicon_of(language).particles()
