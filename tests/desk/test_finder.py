"""What is proposed as a figure, in which tier, with which measure; what is refused, and why. Sentences are invented."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.finder.find import Proposal, proposals_of
from desk.finder.tokens import tokens_of
from desk.finder.words import languages, words_of
from ingest.phrases.lexicon import languages as lexicons
from ingest.phrases.search import holds_phrase
from ingest.record.lookups import read_vocabulary


def proposed(paragraph: str, tiers: tuple[int, ...] = (1,)) -> list[str]:
    found = [each for each in proposals_of([paragraph], "en") if each.tier in tiers]
    return [f"{each.phrase}: {each.measure_id}" for each in found]


def only(paragraph: str) -> Proposal:
    (found,) = [each for each in proposals_of([paragraph], "en") if each.tier]
    return found


@pytest.mark.parametrize(
    ("sentence", "figures"),
    [
        ("At least 12 people were killed and 20 others wounded.", "At least 12 people: killed|20 others: injured"),
        ("A raid killed five villagers and injured nine.", "five villagers: killed|nine: injured"),
        ("Shells killed a child, three women and a man.", "a child: killed|three women: killed|a man: killed"),
        ("Ten people, including four children, were killed.", "Ten people: killed|four children: killed"),
        ("The death toll has risen to 31.", "31: killed"),
        ("Of those killed, 24 were men and 16 women.", "24: killed|16 women: killed"),
        ("His brother was killed and a general was wounded.", "His brother: killed|a general: injured"),
        ("Twin bombings hit the market.", "Twin bombings: attacks"),
        ("The army carried out 23 air strikes.", "23 air strikes: airstrikes"),
        ("Some 400 people were killed or wounded.", "Some 400 people: killed_or_injured"),
        ("More than 3,200 residents — almost half of whom are minors — were displaced.",
         "More than 3,200 residents: displaced|almost half of whom: displaced"),
        ("The town hosts 2,500 displaced people.", "2,500 displaced people: displaced"),
        ("Fighting sent 35,000 people fleeing to the hills.", "35,000 people: displaced"),
        ("The attack left eight people dead.", "eight people: killed"),
        ("Six children were among the dead.", "Six children: killed"),
        ("Four of the dead were soldiers.", "Four of the dead: killed"),
        ("A 12-year-old boy died.", "A 12-year-old boy: killed"),
        ("Some 700 fighters have died or been wounded.", "Some 700 fighters: killed_or_injured"),
        ("In all, 340 people were hit: 90 killed, 250 wounded.",
         "340 people: killed_or_injured|90: killed|250: injured"),
        ("Nine workers were killed; four people were taken to hospital.", "Nine workers: killed|four people: injured"),
        ("The violence forced 21,000 people from their homes.", "21,000 people: displaced"),
        ("A day later 60 were dead. The total is now 41,870.", "60: killed|41,870: killed"),
        ("More than 40 were wounded, seven of them critically.",
         "More than 40: injured|seven of them: critically_injured"),
    ],
)  # fmt: skip
def test_a_number_or_a_person_of_whom_a_harm_is_said_is_in_the_first_tier(sentence: str, figures: str) -> None:
    assert proposed(sentence) == figures.split("|")


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("It happened on 12 March.", "date"),
        ("It happened on March 5 and 6.", "date"),
        ("It began in 2011.", "date"),
        ("It happened at 3:30 in the night.", "time of day"),
        ("The house cost $45 million.", "money"),
        ("The town is 75 miles away.", "distance or area"),
        ("It lasted 6 months.", "duration"),
        ("The bomb weighed 90 kg.", "amount"),
        ("They hit 11 houses.", "counts things"),
        ("See Report No. 50 on it.", "number of a list"),
        ("They used S-300 missiles.", "part of a name or a word"),
        ("One of the hospitals was closed.", "one as a pronoun"),
        ("Seven out of 12 missions went.", "share of something else"),
        ("The town shrank by 62 per cent.", "share of something else"),
    ],
)
def test_what_is_no_figure_keeps_its_reason(sentence: str, reason: str) -> None:
    found = proposals_of([sentence], "en")
    assert [each.tier for each in found] == [0] * len(found)
    assert reason in {each.reason for each in found}


@pytest.mark.parametrize(
    "sentence",
    [
        "A 36-year-old man was rescued.",
        "A spokesman said so.",
        "The two-day visit ended.",
        "According to a resident, it rained.",
    ],
)
def test_a_person_of_whom_no_harm_is_said_is_not_proposed(sentence: str) -> None:
    assert proposed(sentence, (1, 2, 3)) == []


def test_people_without_a_harm_are_in_the_second_tier_and_people_in_need_in_the_third() -> None:
    assert proposed("Among them 182 fighters.", (2,)) == ["182 fighters: "]
    assert proposed("Some 1.3 million people were reached with food.", (3,)) == ["Some 1.3 million people: "]
    assert proposed("There are 4,500 soldiers deployed in the north.", (1, 2)) == []


@pytest.mark.parametrize(
    ("sentence", "tier", "figure"),
    [
        ("More than 3,000 families fled.", 2, "More than 3,000 families: households_displaced"),
        ("Some 56,000 people have returned to their villages.", 2, "Some 56,000 people: returned"),
        ("Gunmen abducted 17 pupils.", 2, "17 pupils: abducted_or_detained"),
        ("Firemen rescued nine survivors.", 2, "nine survivors: rescued"),
    ],
)
def test_what_is_no_bodily_harm_has_its_own_measure_and_a_later_tier(sentence: str, tier: int, figure: str) -> None:
    assert proposed(sentence, (tier,)) == [figure]


def test_people_of_whom_nothing_is_said_are_suggested_the_measure_of_those_before() -> None:
    found = proposals_of(["The raid killed 40 people.", "Rain fell.", "There were 12 villagers in the car."], "en")
    assert [(each.tier, each.measure_id) for each in found] == [(1, "killed"), (2, "killed")]


def test_a_paragraph_goes_on_with_the_harm_of_the_one_before() -> None:
    found = proposals_of(["The fighting has killed 200 people.", "These are 138 fighters and 62 civilians."], "en")
    assert [(each.tier, each.measure_id) for each in found] == [(1, "killed")] * 3


@pytest.mark.parametrize(
    ("sentence", "hedge", "value"),
    [
        ("More than half a million people were killed.", "more_than", 500_000),
        ("The toll is nearing 42,000 dead.", "nearly", 42_000),
        ("At least 1.2 million people fled.", "at_least", 1_200_000),
        ("Dozens were killed.", "dozens", None),
        ("Twin attacks hit the town.", "exact", 2),
        ("Her son was killed.", "exact", 1),
    ],
)
def test_numbers_are_read_by_the_parser(sentence: str, hedge: str, value: int | None) -> None:
    found = only(sentence)
    assert (found.hedge_id, found.value) == (hedge, None if value is None else Decimal(value))
    assert found.problem == ""


def test_a_phrase_stands_in_its_paragraph_and_has_at_most_eight_words() -> None:
    paragraph = (
        "More than two hundred and fifty-five unarmed civilians from the eastern villages of the valley were killed."
    )
    found = only(paragraph)
    assert paragraph[found.start : found.end] == found.phrase
    assert holds_phrase(paragraph, found.phrase)
    assert len(found.phrase.split()) <= 8


def test_source_and_place_are_suggested_as_printed() -> None:
    found = only("In Idlib, ten people were killed, according to the Syrian Observatory for Human Rights.")
    assert (found.place_text, found.source_text) == ("Idlib", "the Syrian Observatory for Human Rights")
    assert found.counting == "incident"


def test_deaths_of_a_flood_are_left_to_the_reader() -> None:
    assert proposed("The flood killed 40 people.", (1, 2)) == []
    assert proposed("The flood killed 40 people.", (3,)) == ["40 people: killed"]


def test_quotation_marks_and_typographic_dashes_change_nothing() -> None:
    assert proposed("“At least 19 civilians” – mostly women – were killed.") == ["At least 19 civilians: killed"]


def test_a_sentence_ends_at_no_abbreviation() -> None:
    assert {token.sentence for token in tokens_of("Gen. Smith said 12 U.S. soldiers died.")} == {0}


def test_every_language_has_the_words_the_finder_asks_for() -> None:
    lists = read_vocabulary().lists
    for language in languages():
        words = words_of(language)
        assert set(words.populations) <= lists["populations"]
        assert set(words.counting) <= lists["counting"]
        assert set(words.attacks) <= lists["measures"]
        assert set(words.measures) - {"missing"} <= lists["measures"]


def test_an_unknown_language_has_no_words() -> None:
    with pytest.raises(KeyError):
        proposals_of(["Ten people."], "xx")


@given(st.text(alphabet=st.sampled_from(list("12 ,.:-–'’“”()aA\nkilled of the twenty 3:30 $%")), max_size=60))
def test_no_text_stops_the_finder(text: str) -> None:
    for each in proposals_of([text], "en"):
        assert text[each.start : each.end] == each.phrase


@pytest.mark.parametrize(
    ("language", "sentence", "figures"),
    [
        ("es", "Al menos 12 personas murieron y 20 resultaron heridas el 3 de mayo.",
         "Al menos 12 personas: killed|20: injured"),
        ("fr", "Au moins 12 civils ont été tués et 20 blessés.", "Au moins 12 civils: killed|20: injured"),
        ("ru", "В городе погибли 12 человек, ранены 20 человек.", "12 человек: killed|20 человек: injured"),
        ("uk", "У місті загинули 12 людей, поранено 20 осіб.", "12 людей: killed|20 осіб: injured"),
        ("ar", "قتل 12 شخصا في المدينة وأصيب 20 آخرون.", "12 شخصا: killed|20: injured"),
    ],
)  # fmt: skip
def test_languages_with_a_lexicon_have_their_figures_found(language: str, sentence: str, figures: str) -> None:
    found = [each for each in proposals_of([sentence], language) if each.tier == 1]
    assert [f"{each.phrase.removesuffix(' آخرون')}: {each.measure_id}" for each in found] == figures.split("|")


def test_every_language_the_parser_reads_has_words_here() -> None:
    assert set(lexicons()) == set(languages())


@pytest.mark.parametrize(
    ("sentence", "measure"),
    [
        ("There were 562,915 excess deaths.", "excess_deaths"),
        ("There were 562,915 deaths.", "killed"),
        ("Some 500 households were displaced.", "households_displaced"),
        ("Some 500 people were displaced.", "displaced"),
        ("At least 60 families were killed.", ""),
    ],
)
def test_excess_deaths_are_no_killed_and_households_no_people(sentence: str, measure: str) -> None:
    assert [each.measure_id for each in proposals_of([sentence], "en") if each.tier] == [measure]
