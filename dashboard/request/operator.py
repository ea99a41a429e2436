"""Who runs this server and how to reach them, as its settings say: ON_RECORD_OPERATOR and ON_RECORD_CONTACT.

What a figure says of people can be wrong, or can harm somebody: whoever finds that must know whom to tell.
"""

import os
import re
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from dashboard.errors import UnknownSettingError

OPERATOR, CONTACT = "ON_RECORD_OPERATOR", "ON_RECORD_CONTACT"
MAIL = re.compile(r"[^@\s<>\"'?&#/]+@[^@\s<>\"'?&#/]+\.[^@\s<>\"'?&#/]+")
WEB = re.compile(r"https://[^\s<>\"']+")
MOST_CHARACTERS = 500


@dataclass(frozen=True)
class Operator:
    """Who runs this server (name, purpose, funding, in their words) and an address of theirs; both empty if not told.

    `contact` is a mailto: or https: address.
    """

    name: str = ""
    contact: str = ""

    @property
    def mail(self) -> str:
        """The address alone, where it is one for mail."""
        return self.contact.removeprefix("mailto:") if self.contact.startswith("mailto:") else ""

    def report(self, figure_id: str, publication: str) -> str:
        """Return an address by which a mistake in a figure is reported, with its id and the publication; or nothing."""
        if self.mail:
            subject = f"Mistake in figure {figure_id} ({publication})"
            return f"{self.contact}?subject={quote(subject)}"
        if not self.contact:
            return ""
        between = "&" if "?" in self.contact else "?"
        return f"{self.contact}{between}{urlencode({'figure': figure_id, 'publication': publication})}"


def operator() -> Operator:
    """Return what the settings say; UnknownSettingError where the contact is no address."""
    name, told = (os.environ.get(each, "").strip() for each in (OPERATOR, CONTACT))
    if len(name) > MOST_CHARACTERS or "\n" in name:
        raise UnknownSettingError(f"{OPERATOR} is one line of at most {MOST_CHARACTERS} characters.")
    address = told.removeprefix("mailto:")
    if not told or WEB.fullmatch(told):
        return Operator(name, told)
    if MAIL.fullmatch(address):
        return Operator(name, f"mailto:{address}")
    raise UnknownSettingError(f"{CONTACT} is a mail address or one that begins with https://, not {told[:80]!r}.")
