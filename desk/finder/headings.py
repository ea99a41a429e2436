"""Which measure a heading names: "Killed:" before a number, the columns of a table whose lines follow one another."""

from collections.abc import Sequence

from desk.finder.mentions import Mention
from desk.finder.tokens import Token
from desk.finder.words import Words

CELL = "|"
# A longer heading is a sentence.
LONGEST_LABEL, LONGEST_HEADING, LONGEST_CELL = 7, 60, 9
LISTS = ("passive", "nouns", "toll", "alone")


def measure_of(tokens: Sequence[Token], words: Words) -> str:
    """Return the measure that the words of a heading name, or nothing: "Houses destroyed", "Persons displaced (HH)"."""
    found = _things_of(tokens, words) or _people_of(tokens, words)
    if found == "displaced" and _has(words, "families", tokens):
        return "households_displaced"
    if found:
        return found
    names = words.attacks.items()
    return next((measure for measure, each in names for at in range(len(tokens)) if each.length_at(tokens, at)), "")


def label_before(mention: Mention, tokens: Sequence[Token], words: Words) -> str:
    """Return the measure of "Killed: 6" or "Airstrikes reported: 2", or nothing where no heading stands there."""
    end = mention.start - 1
    if end < 1 or tokens[end].text != ":":
        return ""
    first = end
    while first > 0 and end - first < LONGEST_LABEL and _goes_on(tokens, first - 1, end):
        first -= 1
    is_told_before = first > 0 and tokens[first - 1].kind == "number"  # 16,211 casualties: 5,308 killed
    return "" if is_told_before else measure_of(tokens[first:end], words)


def columns_of(tokens: Sequence[Token], words: Words) -> list[str]:
    """Return the measure of each column where a line is the head of a table, else nothing. Other columns have none.

    Cells are parted by ``|``; where nothing parts them, only columns that have a measure are told.
    """
    if not tokens or len(tokens) > LONGEST_HEADING or any(token.kind == "number" for token in tokens):
        return []
    if any(token.text == CELL for token in tokens):
        columns = [measure_of(cell, words) if len(cell) <= LONGEST_CELL else "" for cell in _cells(tokens)]
    else:
        columns = _unparted(tokens, words)
    return columns if sum(bool(each) for each in columns) > 1 else []


def measures_of_row(mentions: Sequence[Mention], tokens: Sequence[Token], columns: Sequence[str]) -> dict[int, str]:
    """Return the measure of each mention of a line of a table, by its place among the mentions; nothing for a text."""
    if any(token.text == CELL for token in tokens):
        cells = [sum(token.text == CELL for token in tokens[: mention.start]) for mention in mentions]
        return {at: columns[cell] for at, cell in enumerate(cells) if cell < len(columns) and columns[cell]}
    told = [each for each in columns if each]
    is_row = len(mentions) == len(told) and all(mention.counted == "bare" for mention in mentions)
    return dict(enumerate(told)) if is_row else {}


def _goes_on(tokens: Sequence[Token], at: int, end: int) -> bool:
    token = tokens[at]
    return token.kind == "word" and token.sentence == tokens[end].sentence


def _cells(tokens: Sequence[Token]) -> list[list[Token]]:
    cells: list[list[Token]] = [[]]
    for token in tokens:
        if token.text == CELL:
            cells.append([])
        else:
            cells[-1].append(token)
    return cells


def _unparted(tokens: Sequence[Token], words: Words) -> list[str]:
    """Read "District Killed Injured Missing": each capital begins a cell; a sentence has fewer of them."""
    words_of_line = [token for token in tokens if token.kind == "word"]
    capitals = [token for token in words_of_line if token.is_capital]
    if len(capitals) * 2 < len(words_of_line) or tokens[-1].text in (".", "?", "!"):
        return []
    columns, at = [], 0
    while at < len(tokens):
        for length in (3, 2, 1):
            measure = measure_of(tokens[at : at + length], words) if _is_whole(tokens, at, length, words) else ""
            if measure:
                columns.append(measure)
                break
        at += length if measure else 1
    return columns


def _is_whole(tokens: Sequence[Token], at: int, length: int, words: Words) -> bool:
    """Whether no shorter run of these tokens names another measure: "Killed Injured" is two columns."""
    names = {measure_of(tokens[step : step + 1], words) for step in range(at, min(at + length, len(tokens)))} - {""}
    return len(names) <= 1 and (length == 1 or at + length <= len(tokens))


def _people_of(tokens: Sequence[Token], words: Words) -> str:
    measures = sorted(words.measures, key=lambda each: each != "killed_or_injured")
    for measure in measures:
        for name in LISTS:
            if any(words.of_measure(measure, name).length_at(tokens, at) for at in range(len(tokens))):
                return measure
    return ""


def _things_of(tokens: Sequence[Token], words: Words) -> str:
    for thing, names in words.things.items():
        if any(names.length_at(tokens, at) for at in range(len(tokens))):
            fates = words.fates[thing].items()
            lengths = {measure: max(each.length_at(tokens, at) for at in range(len(tokens))) for measure, each in fates}
            best = max(lengths, key=lambda measure: lengths[measure])
            return best if lengths[best] else ""
    return ""


def _has(words: Words, name: str, tokens: Sequence[Token]) -> bool:
    return any(words[name].length_at(tokens, at) for at in range(len(tokens)))
