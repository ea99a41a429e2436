"""The host of an address, judged by what a reader takes it for: letters of another script can look like Latin ones.

The rules are those of browsers (UTS 39, RFC 5891): a host is written in ASCII, the form in which it is looked up;
what its ``xn--`` parts read must be a name of one script, and must not look like a name in ASCII altogether. ASCII
itself has its look-alikes (rn and m, l and 1); those no rule tells apart.
"""

import ipaddress
import re
from functools import cache
from urllib.parse import urlsplit

LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
MOST_CHARACTERS = 253
# Scripts that one language writes together: Japanese, Korean and Chinese (UTS 39, "highly restrictive").
TOGETHER = (
    {"LATIN", "HAN", "HIRAGANA", "KATAKANA"},
    {"LATIN", "HAN", "HANGUL"},
    {"LATIN", "HAN", "BOPOMOFO"},
)


def host_objection(url: str) -> str | None:
    """Return why the host of an address misleads or is none, as words about the cell; None where it is in order."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return "is no address that can be read: its host or port is malformed"
    if "\\" in url:
        return "holds a backslash, which browsers read as a slash: write / or %5C"
    if parts.username is not None or parts.password is not None:
        return f"names a user before the host ({_shown(host)}), which misleads readers: leave out what is before @"
    return None if _is_number(host) else _name_objection(host)


def _name_objection(host: str) -> str | None:
    if not host.isascii():
        return _not_ascii(host)
    if len(host) > MOST_CHARACTERS or not all(LABEL.fullmatch(label) for label in host.removesuffix(".").split(".")):
        return f"has no host that can be looked up: {_shown(host)}"
    return _misleading(host)


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _not_ascii(host: str) -> str:
    """Say how the host is written, unless it misleads however it is written."""
    import idna  # noqa: PLC0415 — hosts are nearly always ASCII

    try:
        written = idna.encode(host, uts46=True).decode("ascii")
    except idna.IDNAError:
        return f"has a host that is not ASCII and no name that can be looked up: {_shown(host)}"
    objection = _misleading(written)
    return objection or f"has a host that is not ASCII: write {written} for {_shown(host)}"


def _misleading(host: str) -> str | None:
    """Judge each ``xn--`` part of a host in ASCII by what it reads."""
    labels = host.removesuffix(".").split(".")
    if not any(label.startswith("xn--") for label in labels):
        return None
    import idna  # noqa: PLC0415

    read: list[str] = []
    for label in labels:
        try:
            read.append(idna.decode(label) if label.startswith("xn--") else label)
        except idna.IDNAError:
            return f"has a host whose part {label} is no name that can be looked up"
    top = _scripts(read[-1])
    for label, word in zip(labels, read, strict=True):
        if word.isascii():
            continue
        scripts = _scripts(word)
        if len(scripts) > 1 and not any(scripts <= together for together in TOGETHER):
            return f"has a host that mixes letters of {_listed(scripts)}: {label} reads {_shown(word)}"
        # Under a top-level domain of its own script nobody expects Latin letters.
        if _looks_like_ascii(word) and (scripts != top or "LATIN" in scripts):
            return f"has a host in {_listed(scripts)} that looks like one in ASCII: {label} reads {_shown(word)}"
    return None


def _scripts(word: str) -> set[str]:
    from confusable_homoglyphs import categories  # noqa: PLC0415

    return set(categories.unique_aliases(word)) - {"COMMON", "INHERITED"}


def _looks_like_ascii(word: str) -> bool:
    """Whether every character of a name is in ASCII or looks like one that is."""
    return all(character.isascii() or _has_ascii_twin(character) for character in word)


@cache
def _has_ascii_twin(character: str) -> bool:
    from confusable_homoglyphs import confusables  # noqa: PLC0415

    found = confusables.is_confusable(character, greedy=True, preferred_aliases=[])
    twins = [twin["c"] for one in found or [] for twin in one["homoglyphs"]]
    return any(len(twin) == 1 and twin.isascii() and twin.isalnum() for twin in twins)


def _listed(scripts: set[str]) -> str:
    return " and ".join(script.capitalize() for script in sorted(scripts))


def _shown(host: str) -> str:
    shown = host if len(host) <= MOST_CHARACTERS else host[: MOST_CHARACTERS - 1] + "…"
    return "'" + "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in shown) + "'"
