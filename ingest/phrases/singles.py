"""One person or one event told by no number word: a general, his brother; and nobody: no villagers.

No number stands there, so a person has to say that it is one; the reading is marked. A name is no part of a phrase:
what ends in one is refused.
"""

from collections.abc import Iterator
from decimal import Decimal

from ingest.phrases.items import noun_group, ordinal_at
from ingest.phrases.reading import NumberReading
from ingest.phrases.tokens import Line, UnreadablePhraseError

# The words between an article and "general" in "a senior Iranian general", in a search of a text.
ADJECTIVES = 4
# With more words a name may stand among them, and not every script has capitals that show it.
MOST_ALONE = 2
ONE = NumberReading("exact", Decimal(1), read_as="single")


def read_single(line: Line) -> NumberReading:
    """Read "a general" or "his brother" as one and "no civilians" as none; UnreadablePhraseError for anything else."""
    size = len(line.tokens)
    determiners = [at for at in range(size) if _kind(line, at)]
    if not determiners:
        return _read_alone(line)
    first = determiners[0]
    if _kind(line, first) == "nobody":
        if line.match("comparative", first + 1):
            raise UnreadablePhraseError("holds no number")
        return NumberReading("exact", Decimal(0))
    noun = noun_group(line, first + 1, size)
    behind = [
        at
        for at in determiners[1:]
        if at in noun or line.word(at - 1) == "," or line.is_a("article", at) or line.is_a("nobody", at)
    ]
    if behind or any(line.is_a("and", at) or line.is_a("or", at) for at in range(first, size)):
        raise UnreadablePhraseError("holds no number")
    _refuse_more_than_one(line, first, noun)
    _refuse_name(line, noun)
    return ONE


def _read_alone(line: Line) -> NumberReading:
    """Read طفل or "ребенок" as one, where the language has no articles and little else stands there."""
    words = [at for at in range(len(line.tokens)) if line.tokens[at].kind == "word"]
    persons = [at for at in words if line.is_a("person_alone", at)]
    if len(persons) != 1 or len(words) > MOST_ALONE or len(words) < len(line.tokens):
        raise UnreadablePhraseError("holds no number")
    _refuse_name(line, words)
    return ONE


def singles_in(line: Line) -> Iterator[tuple[int, int]]:
    """Yield the tokens of what may be one person: "a general", "his brother", where the noun is in the lexicon."""
    for at in range(len(line.tokens)):
        if _kind(line, at) not in ("", "nobody"):
            group = noun_group(line, at + 1, ADJECTIVES)
            person = next((each for each in group if _is_person(line, each)), None)
            if person is not None and not any(_kind(line, each) for each in range(at + 1, person)):
                yield at, person + 1
        elif line.is_a("person_alone", at):
            yield at, at + 1


def _is_person(line: Line, position: int) -> bool:
    follows = position + 1
    is_last = follows >= len(line.tokens) or line.tokens[follows].kind == "mark"
    is_last = is_last or line.is_a("head_end", follows) or line.is_a("participle", follows)
    return line.is_a("person", position) or (is_last and line.is_a("person_or_adjective", position))


def _kind(line: Line, position: int) -> str:
    kinds = ("article", "nobody", "possessive", "the")
    return next((kind for kind in kinds if line.is_a(kind, position)), "")


def _refuse_more_than_one(line: Line, first: int, noun: list[int]) -> None:
    words = [at for at in noun if line.tokens[at].kind == "word"]
    while words and line.is_a("participle", words[-1]):
        words.pop()  # a soldier killed; nothing is left of "the dead"
    said = line.said(first, len(line.tokens))
    if not words:
        raise UnreadablePhraseError("holds no number")
    # Of "a 12-year-old boy" only the boy is asked whether he is one.
    plain = [
        at
        for at in words
        if "-" not in (line.word(at - 1), line.word(at + 1))
        and not (line.is_a("unit", at) and line.tokens[at - 1].kind == "number")
    ]
    if line.is_a("person", words[-1]):
        plain = words[-1:]  # a police officer, an elderly man
    is_article = line.is_a("article", first)
    if not is_article and ordinal_at(line, words[0]):
        raise UnreadablePhraseError(f"holds no number: '{line.word(words[0])}' is an ordinal and closes no time")
    if any(line.is_a("not_one", at) or line.is_a("uncounted", at) for at in plain):
        problem = f"holds no number: '{said}' may be more than one" if is_article else "holds no number"
        raise UnreadablePhraseError(problem)
    if not is_article and _is_plural(line, words[-1]):
        raise UnreadablePhraseError("holds no number")


def is_person_or_persons(line: Line, position: int) -> bool:
    """Whether a word is one person or several of them: parent, parents, ребенок."""
    word = line.word(position)
    kinds = ("person", "person_alone", "person_or_adjective")
    ends = [end for end in line.lexicon.words("plural_endings") if word.endswith(end)]
    forms = [word, *(word.removesuffix(end) for end in ends)]
    return any(line.lexicon.meaning(kind, form) is not None for form in forms for kind in kinds)


def _is_plural(line: Line, position: int) -> bool:
    word = line.word(position)
    return any(word.endswith(end) for end in line.lexicon.words("plural_endings")) and not word.endswith(
        ("ss", "us", "is", "'s")
    )


def _refuse_name(line: Line, noun: list[int]) -> None:
    """Refuse "his brother John" and "the commander, John Smith": a phrase ends before the name."""
    words = [at for at in noun if line.tokens[at].kind == "word"]
    capitals = [at for at in words if line.raw(at)[0].isupper()]
    ends_in_name = bool(capitals) and capitals[-1] == words[-1] and len(capitals) < len(words)
    behind_comma = any(
        line.word(at - 1) == "," and line.raw(at)[:1].isupper() for at in range(noun[-1] + 1, len(line.tokens))
    )
    if ends_in_name or behind_comma:
        raise UnreadablePhraseError("ends in what looks like a name: a phrase ends before the name")
