"""What the answer with a file says beside it, since rows of CSV have no room for it: the header Link (RFC 8288)."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from dashboard.text import datasets

SAFE = "%:/?#[]@!$&'()*+,;=-._~"


def link_header(links: Mapping[str, str | None], due: Sequence[Mapping[str, Any]]) -> str:
    """Return the header: `links` by their relation, then each licence that the rows stand under.

    `describedby` is how CSV on the Web finds what goes beside a file, `license` is registered with IANA for any answer.
    `due` are the data sets among the rows (queries.datasets.CREDIT).
    """
    told = [(relation, address) for relation, address in links.items() if address]
    told += [("license", address) for address in datasets.licences(due)]
    # An address of a published file may hold anything; a header holds what RFC 3986 lets stand.
    return ", ".join(f'<{quote(address, safe=SAFE)}>; rel="{relation}"' for relation, address in told)
