"""What is said of things, in headings, of parts and wholes, and again of one person. Sentences are invented."""

import pytest

from desk.finder.find import proposals_of


def told(text: str, language: str = "en", tiers: tuple[int, ...] = (1, 2)) -> str:
    """The proposals of a text of some tiers: value and measure of each."""
    found = [each for each in proposals_of(text.split("\n"), language) if each.tier in tiers]
    return "|".join(f"{each.hedge_id if each.value is None else each.value} {each.measure_id}" for each in found)


@pytest.mark.parametrize(
    ("sentence", "figures"),
    [
        ("The army fired 36 missiles and 342 drones.", "36 missiles_launched|342 drones_launched"),
        ("It shot down 21 of the missiles and 298 of the drones.", "21 missiles_intercepted|298 drones_intercepted"),
        ("84 of 96 drones were downed.", "84 drones_intercepted|96 drones_launched"),
        ("They intercepted 45 of the 50 missiles fired.", "45 missiles_intercepted|50 missiles_launched"),
        ("They downed 108 drones overnight, 39 over Korsk Oblast and 26 over the Black Coast.",
         "108 drones_intercepted|39 drones_intercepted|26 drones_intercepted"),
        ("Six houses were destroyed and at least 14 damaged.", "6 homes_destroyed|14 homes_damaged"),
        ("About 90 homes were damaged or destroyed.", "90 homes_damaged_or_destroyed"),
        ("They launched seven S-300 guided missiles.", "7 missiles_launched"),
        ("20 rescued and 33 missing", "20 rescued|33 missing"),
        ("Police arrested 15 suspects; eight are still missing.", "15 abducted_or_detained|8 missing"),
    ],
)  # fmt: skip
def test_things_and_fates_that_are_no_bodily_harm_have_their_measures(sentence: str, figures: str) -> None:
    assert told(sentence) == figures


@pytest.mark.parametrize("sentence", ["They own 11 houses.", "A plant makes 200 drones.", "Two kindergartens closed."])
def test_things_of_which_nothing_is_told_are_not_proposed(sentence: str) -> None:
    assert told(sentence, tiers=(1, 2, 3)) == ""


@pytest.mark.parametrize(
    ("language", "sentence", "figures"),
    [
        ("es", "Lanzó 120 drones; la defensa aérea derribó 98 drones.", "120 drones_launched|98 drones_intercepted"),
        ("es", "Se registraron 5.000 muertes en exceso.", "5000 excess_deaths"),
        ("es", "Los bomberos rescataron a 20 personas y 33 siguen desaparecidas.", "20 rescued|33 missing"),
        ("fr", "Au moins 30 maisons ont été détruites et 50 endommagées.", "30 homes_destroyed|50 homes_damaged"),
        ("fr", "L'étude compte 5 000 décès en excès.", "5000 excess_deaths"),
        ("fr", "20 personnes ont été secourues et 33 sont portées disparues.", "20 rescued|33 missing"),
        ("ru", "Повреждены 30 домов, разрушено 12 домов.", "30 homes_damaged|12 homes_destroyed"),
        ("ru", "Оценка: 5000 избыточных смертей.", "5000 excess_deaths"),
        ("ru", "Спасены 20 человек, 33 человека пропали без вести.", "20 rescued|33 missing"),
        ("uk", "Запустили 120 дронів і 15 ракет, збито 98 дронів.",
         "120 drones_launched|15 missiles_launched|98 drones_intercepted"),
        ("uk", "Оцінка: 5000 надлишкових смертей.", "5000 excess_deaths"),
        ("ar", "دمر 30 منزلا وتضرر 50 منزلا.", "30 homes_destroyed|50 homes_damaged"),
        ("ar", "سجلت الدراسة 5000 وفاة زائدة.", "5000 excess_deaths"),
        ("ar", "إنقاذ 20 شخصا وفقدان 33 شخصا.", "20 rescued|33 missing"),
        ("ar", "نزحت 300 عائلة.", "300 households_displaced"),
    ],
)  # fmt: skip
def test_other_languages_have_the_same_measures(language: str, sentence: str, figures: str) -> None:
    assert told(sentence, language) == figures


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("Killed: 6. Wounded: 15.", "6 killed|15 injured"),
        ("Airstrikes reported: 2.", "2 airstrikes"),
        ("District | Killed | Injured | Houses destroyed\nAnbara | 12 | 31 | 88",
         "12 killed|31 injured|88 homes_destroyed"),
        ("District Killed Injured Missing\nAnbara 12 31 4", "12 killed|31 injured|4 missing"),
        ("There were 211 casualties: 53 killed and 158 injured.", "211 killed_or_injured|53 killed|158 injured"),
    ],
)  # fmt: skip
def test_a_heading_says_what_its_numbers_count(text: str, figures: str) -> None:
    assert told(text) == figures


@pytest.mark.parametrize(
    ("sentence", "figures"),
    [
        ("Her neighbour, a retired teacher, was hacked to death.", "1 killed"),
        ("Of the 120 students who began, at least nine are dead.", "9 killed"),
        ("Some two-thirds of the 1,200 victims were women.", "66.67 killed|1200 killed"),
        ("Four hundred were wounded; a quarter were women.", "400 injured|25 injured"),
        ("Seven died on Monday, three on Tuesday and one on Wednesday.", "7 killed|3 killed|1 killed"),
        ("Shelling killed three residents of Kostin and one of Druzin.", "3 killed|1 killed"),
        ("The hospital has been struck six times.", "6 attacks"),
        ("It left 44 dead and wounded twice as many.", "44 killed"),
        ("All 65 prisoners on board died.", "65 killed"),
        ("Two-year-old twins were killed.", "2 killed"),
        ("Two men died on 3 May, and 7 boys were hurt.", "2 killed|7 injured"),
    ],
)
def test_parts_lists_and_people_told_again(sentence: str, figures: str) -> None:
    assert told(sentence, tiers=(1,)) == figures


@pytest.mark.parametrize(
    "sentence",
    [
        "If shelling resumes, 10,000 people could be displaced.",
        "He was 24.",
        "Huda, 37, spoke of it.",
        "Between 11 and 14 March it rained.",
        "In resolution 2736 it is told.",
        "Call +963 11 0142.",
        "The ages were given (52, 19, 16 and 11).",
        "It fell at 11 in the morning.",
    ],
)
def test_ages_days_names_and_what_may_come_are_no_figures(sentence: str) -> None:
    assert told(sentence, tiers=(1, 2)) == ""


def test_captives_let_go_and_refugees_helped_are_left_to_the_reader() -> None:
    assert told("They freed three hostages.") == ""
    assert told("A survey among 3,400 refugees was made.") == ""


@pytest.mark.parametrize(
    ("sentence", "figures"),
    [
        ("Toll up to 3 dead.", "exact 3"),
        ("A fourth later died in hospital.", ""),
        ("A police officer was killed.", "exact 1"),
        ("An elderly man was shot dead.", "exact 1"),
    ],
)
def test_no_number_is_read_that_is_not_told(sentence: str, figures: str) -> None:
    found = [each for each in proposals_of([sentence], "en") if each.tier]
    assert "|".join(f"{each.hedge_id} {each.value}" for each in found) == figures
    assert [each.problem for each in found] == [""] * len(found)
