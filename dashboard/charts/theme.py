"""How charts look: colours by scheme and voice, symbols, sizes; no data.

Colours differ for the common kinds of colour blindness and stand out from the background by 3 : 1 or more; a voice
also has a symbol and is always named beside its marks, so colour never carries meaning alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dashboard.text import formatting

LIGHT = ("#0067a5", "#b84a00", "#00745a", "#93337a", "#4a4ab8", "#a31b2b", "#7a5a00", "#006d7d", "#566400", "#52606d")
DARK = ("#5cb8f0", "#ff9f5a", "#3fd0a2", "#e899cc", "#a9a9ff", "#ff8a8a", "#e3c34f", "#5fd4e0", "#b9cc58", "#b4bfca")
# A diamond is kept for party claims, whoever the party is.
SYMBOLS = ("circle", "square", "triangle-up", "hexagon", "star", "cross", "pentagon", "triangle-down")
PARTY_SYMBOL = "diamond"


@dataclass(frozen=True)
class Scheme:
    """The colours of one colour scheme that are not a voice's."""

    text: str
    muted: str
    grid: str
    rule: str
    band: str
    band_line: str
    agreement: str
    hover: str
    back: str
    halo: str
    between: str
    voices: tuple[str, ...]


SCHEMES = {
    "light": Scheme(
        text="#17202a", muted="#4f5b67", grid="#e3e8ed", rule="#c3ccd5", band="rgba(0,103,165,0.09)",
        band_line="rgba(0,103,165,0.75)", agreement="rgba(0,103,165,0.24)", hover="#ffffff",
        back="#ffffff", halo="rgba(255,255,255,0.82)", between="rgba(79,91,103,0.17)", voices=LIGHT,
    ),
    "dark": Scheme(
        text="#e8edf2", muted="#aeb9c4", grid="#2a333d", rule="#44515e", band="rgba(92,184,240,0.11)",
        band_line="rgba(92,184,240,0.65)", agreement="rgba(92,184,240,0.28)", hover="#1d2630",
        back="#12171d", halo="rgba(18,23,29,0.82)", between="rgba(174,185,196,0.22)", voices=DARK,
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Theme:
    """How one chart is drawn: light or dark, narrow for a phone, linear or log, ordered by report or by period.

    `is_first`: no more of it than its first row of panels, where it can be told from the others.
    """

    scheme: str = "light"
    is_narrow: bool = False
    scale: str = "linear"
    by: str = "reported"
    selected: str | None = None
    is_first: bool = False

    @property
    def colours(self) -> Scheme:
        """The colours of its scheme."""
        return SCHEMES[self.scheme]

    @property
    def pixels(self) -> int:
        """About how wide a chart is: the browser alone knows."""
        return 350 if self.is_narrow else 1130


def seen(viewport: object) -> Theme:
    """Return the look of a screen as assets/page.js tells of it; what it tells is not trusted."""
    told = viewport if isinstance(viewport, dict) else {}
    return Theme("dark" if told.get("scheme") == "dark" else "light", is_narrow=told.get("is_narrow") is True)


@dataclass(frozen=True)
class Sizes:
    """Heights and widths in CSS pixels: a wide chart has labels beside its marks, a narrow one above them."""

    left: int
    right: int
    title_characters: int
    name_characters: int
    row: int
    mark_at: int
    axis: int = 24
    line: int = 18
    gap: int = 26


WIDE = Sizes(left=366, right=244, title_characters=120, name_characters=56, row=42, mark_at=20)
NARROW = Sizes(left=6, right=10, title_characters=42, name_characters=54, row=58, mark_at=44)


def voice_marks(voices: Iterable[formatting.Row], shown: Sequence[str] = ()) -> dict[str, tuple[int, str]]:
    """Give each voice a colour number and a symbol by its place in the list of an episode's voices.

    Of those `shown` together none has another's colour while there are enough; who comes first keeps its own. The last
    colour, grey, is for documents that name nobody.
    """
    marks: dict[str, tuple[int, str]] = {}
    grey = len(LIGHT) - 1
    for number, voice in enumerate(voices):
        symbol = PARTY_SYMBOL if voice["is_party"] else SYMBOLS[number % len(SYMBOLS)]
        marks[voice["voice_id"]] = (number % grey if voice["is_named"] else grey, symbol)
    taken: set[int] = set()
    for voice_id in shown:
        colour, symbol = marks.get(voice_id, (0, SYMBOLS[0]))
        if colour in taken and colour != grey:
            colour = next((each for each in range(grey) if each not in taken), colour)
            marks[voice_id] = (colour, symbol)
        taken.add(colour)
    return marks
