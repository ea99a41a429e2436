"""Numbers in their sentences: whatever words are cut out around a number, it is never read as another one unseen.

Sentences are put together from shapes that reports have and from numbers with their hedges, whose readings are known.
Of each sentence every run of up to eight words is coded as a phrase: it is refused, or reads as its sentence has it, or
`misread` tells what it leaves out.
"""

from dataclasses import dataclass
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.phrases.lexicon import hedge_words, languages
from ingest.phrases.parse import (
    NoLexiconError,
    NumberReading,
    UnreadablePhraseError,
    find_numbers,
    find_singles,
    read_number_phrase,
)
from ingest.phrases.search import holds_phrase, misread, numbers_at, places_of

MOST_WORDS = 8
# Behind a number these bear on it; "plus" and "odd" stand right behind it.
BEHIND = [("or more", "at_least"), ("or so", "about"), ("or fewer", "at_most")]
WORDS = {"two": 2, "seven": 7, "twelve": 12, "thirty-five": 35, "two hundred and five": 205, "a dozen": 12}
# {0} and {1} are numbers with their hedges, {a} < {b} bare numbers; then what the sentence states, in its order.
SHAPES = {
    "en": [
        ("At the market, {0} people were killed and {1} injured in the strike.", "01"),
        ("{0} were injured, nearly all of them civilians.", "0"),
        ("The ministry counted {0} deaths, {1} of them children, since Sunday.", "01"),
        ("{0} killed and {1} wounded in the attack", "01"),
        ("Among the {0} dead were women; officials spoke of {1}.", "01"),
        ("The monitor said {0} people – {1} of whom are children – had fled.", "01"),
        ("{0} people, including {1} soldiers, died over the weekend.", "01"),
        ("The toll rose from {a} to {b}, officials said.", "b"),
        ("The number climbed on Friday from {a} dead to {b}.", "b"),
        ("The toll rose to {b}, up from {a} a day earlier.", "b"),
        ("They count {b}, compared with {a} last week.", "b"),
        ("The toll fell to {a} from {b} after a review.", "a"),
        ("Between {a} and {b} people fled, and {0} died.", "r0"),
        ("It was {a} to {b} people, or {0} families.", "r0"),
        ("There were {a} or {b} of them and {0} others.", "r0"),
        ("{0} people died; the toll exceeded {b} in the north.", "0m"),
    ],
    "es": [
        ("En el mercado, {0} personas murieron y {1} resultaron heridas.", "01"),
        ("Hubo {0} muertos, entre ellos {1} niños, en la ciudad.", "01"),
        ("El balance subió de {a} a {b} muertos.", "b"),
        ("Son {b} muertos, frente a los {a} del lunes.", "b"),
        ("Huyeron entre {a} y {b} personas y murieron {0}.", "r0"),
    ],
    "fr": [
        ("Le bilan est de {0} morts et de {1} blessés, selon les secours.", "01"),
        ("On compte {0} morts, dont {1} enfants, dans la ville.", "01"),
        ("Le bilan est passé de {a} à {b} morts.", "b"),
        ("Entre {a} et {b} personnes ont fui et {0} sont mortes.", "r0"),
    ],
    "ar": [
        ("قتل {0} شخصا وأصيب {1} في القصف.", "01"),
        ("ارتفع العدد من {a} إلى {b} قتيلا.", "b"),
        ("نزح بين {a} و{b} شخصا وقتل {0}.", "r0"),
    ],
    "ru": [
        ("Погибли {0} человек, ранены {1}, среди них дети.", "01"),
        ("Число погибших выросло с {a} до {b} человек.", "b"),
        ("Ушли от {a} до {b} человек, погибли {0}.", "r0"),
    ],
    "uk": [
        ("Загинули {0} людей, поранені {1}, серед них діти.", "01"),
        ("Кількість загиблих зросла з {a} до {b} осіб.", "b"),
        ("Пішли від {a} до {b} осіб, загинули {0}.", "r0"),
    ],
}


@dataclass(frozen=True)
class Sentence:
    """A sentence and the readings of what it states, in their order."""

    language: str
    text: str
    stated: tuple[NumberReading, ...]


@st.composite
def hedged(draw: st.DrawFn, language: str) -> tuple[str, NumberReading]:
    """Draw a number with its hedge, before it or behind, and what it reads."""
    number = draw(st.integers(2, 999))
    text = str(number)
    if language == "en" and draw(st.booleans()):
        text = draw(st.sampled_from(sorted(WORDS)))
        number = WORDS[text]
    kind = draw(st.sampled_from(["bare", "before", "behind", "vague"]))
    if kind == "before":
        words, hedge_id = draw(st.sampled_from(hedge_words(language, ["before", "loose", "both"])))
        return f"{words} {text}", NumberReading(hedge_id, Decimal(number))
    if kind == "behind" and language == "en":
        words, hedge_id = draw(st.sampled_from(BEHIND))
        return f"{text} {words}", NumberReading(hedge_id, Decimal(number))
    if kind == "vague":
        words, hedge_id = draw(st.sampled_from([("dozens", "dozens"), ("hundreds", "hundreds")] if language == "en" else
                                               hedge_words(language, ["vague"])))  # fmt: skip
        return words, NumberReading(hedge_id)
    return text, NumberReading("exact", Decimal(number))


@st.composite
def sentences(draw: st.DrawFn) -> Sentence:
    """Draw a sentence of any language."""
    language = draw(st.sampled_from(sorted(SHAPES)))
    shape, stated = draw(st.sampled_from(SHAPES[language]))
    first, second = draw(hedged(language)), draw(hedged(language))
    low = draw(st.integers(2, 400))
    high = low + draw(st.integers(1, 500))
    text = shape.format(first[0], second[0], a=low, b=high)
    readings = {
        "0": first[1],
        "1": second[1],
        "a": NumberReading("exact", Decimal(low)),
        "b": NumberReading("exact", Decimal(high)),
        "m": NumberReading("more_than", Decimal(high)),
        "r": NumberReading("between", None, Decimal(low), Decimal(high)),
    }
    return Sentence(language, text[0].upper() + text[1:], tuple(readings[each] for each in stated))


def windows(text: str) -> list[str]:
    """Every run of up to eight words, as printed, without a mark at its ends."""
    words = text.split()
    runs = [words[start:end] for start in range(len(words)) for end in range(start + 1, start + MOST_WORDS + 1)]
    return list({" ".join(run).strip(".,;–") for run in runs if run})


@settings(deadline=None, max_examples=400)
@given(sentences())
def test_a_sentence_states_its_numbers_and_no_other(sentence: Sentence) -> None:
    found = [number.reading for number in find_numbers(sentence.text, sentence.language)]
    assert [reading for reading in found if reading is None or not reading.is_former] == list(sentence.stated)


@settings(deadline=None, max_examples=200)
@given(sentences())
def test_no_window_of_words_reads_as_another_number_unseen(sentence: Sentence) -> None:
    for window in windows(sentence.text):
        if not window or not holds_phrase(sentence.text, window, sentence.language):
            continue
        try:
            reading = read_number_phrase(window, sentence.language)
        except UnreadablePhraseError:
            continue
        if misread(sentence.text, window, reading, sentence.language):
            continue
        there = [
            number.reading
            for start, end in places_of(sentence.text, window, sentence.language)
            for number in numbers_at(sentence.text, start, end, sentence.language)
        ]
        assert set(there) <= {reading}, window
        assert there or reading.read_as == "single" or reading.value == 0, window


@pytest.mark.parametrize("language", sorted(SHAPES))
def test_every_language_with_a_lexicon_has_sentences(language: str) -> None:
    assert sorted(SHAPES) == languages()
    assert len(SHAPES[language]) >= 3


CUT = [
    ("en", "The toll was not as high as 80.", "80", "not as high as 80"),
    ("en", "The toll exceeded 100 on Friday.", "100 on Friday", "exceeded 100 on Friday"),
    ("en", "It increased from 30 to 35 people.", "from 30 to 35", "from 30 to 35"),
    ("en", "Seven or eight members died.", "eight members", "Seven or eight members"),
    ("en", "Some 1.5 to 2 million people left.", "2 million people", "Some 1.5 to 2 million people"),
    ("en", "At least 69 were killed.", "69 were killed", "At least 69 were killed"),
    ("en", "One in three children fled.", "three children", "One in three children"),
    ("en", "About 300 people or more fled.", "About 300 people", ""),
    ("es", "Murieron más de 300 personas.", "300 personas", "más de 300 personas"),
    ("ar", "قتل أكثر من 35 شخصا.", "35 شخصا", "أكثر من 35 شخصا"),
    ("ar", "قتل 12 وأصيب 30 شخصا على الأقل.", "30 شخصا", "30 شخصا على الأقل"),
]


@pytest.mark.parametrize(("language", "sentence", "phrase", "longer"), CUT)
def test_what_a_phrase_leaves_out_is_told(language: str, sentence: str, phrase: str, longer: str) -> None:
    told = misread(sentence, phrase, read_number_phrase(phrase, language), language)
    assert (told[0] if told else "") == longer


def test_a_particle_written_as_one_with_a_number_is_no_part_of_it() -> None:
    assert holds_phrase("قتل 12 و50 أصيبوا", "50 أصيبوا", "ar")
    assert not holds_phrase("قتل 12 و150 أصيبوا", "50 أصيبوا", "ar")
    assert not holds_phrase("قتل 12 و50 أصيبوا", "50 أصيبوا", "en")


def test_a_language_without_a_lexicon_is_not_read() -> None:
    with pytest.raises(NoLexiconError, match="no lexicon for so"):
        read_number_phrase("in ka badan 300", "so")
    with pytest.raises(NoLexiconError, match="no lexicon for de"):
        find_numbers("mehr als 300", "de-AT")


def test_a_regional_tag_is_read_by_its_language() -> None:
    assert read_number_phrase("más de 126.000", "es-MX") == NumberReading("more_than", Decimal(126_000))


def test_numbers_are_found_with_their_places_and_what_they_are() -> None:
    text = "A twin bombing killed at least 12; another 6 are missing, up from 4. It is the seventh attack this month."
    found = find_numbers(text, "en")
    assert [text[each.start : each.end] for each in found] == [each.text for each in found]
    told = [(each.text, each.reading.value, each.reading.read_as) for each in found if each.reading]
    assert told == [
        ("twin", 2, "multiple"),
        ("at least 12", 12, "number"),
        ("6", 6, "number"),
        ("4", 4, "number"),
        ("the seventh attack this month", 7, "ordinal"),
    ]
    assert [each.reading.is_increment for each in found if each.reading] == [False, False, True, False, False]
    assert [each.reading.is_former for each in found if each.reading] == [False, False, False, True, False]


def test_single_persons_are_found_and_names_are_no_part_of_them() -> None:
    text = "His brother John and a senior Iranian general died; the family fled."
    assert [each.text for each in find_singles(text, "en")] == ["His brother", "a senior Iranian general"]
