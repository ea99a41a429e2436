"""What can go wrong in a way that the reader can mend; every message says how."""

from common.errors import SentenceError


class DashboardError(SentenceError):
    """Something is missing or taken; the message is one sentence for the person at the keyboard."""


class NothingPublishedError(DashboardError):
    """There is no complete publication to read."""


class NotRecordedError(NothingPublishedError):
    """There is no publication of the record as of the day asked for; `status` is how a server says so."""

    status = 400


class NotKeptDayError(NotRecordedError):
    """There was a publication of the day, and its file is not kept: it is there again once it was built again."""

    status = 404


class UnreadableDayError(NotRecordedError):
    """The publication of a day is gone or damaged."""

    status = 503


class OtherVersionDayError(NotRecordedError):
    """Another version of this program published the day, with other tables: it counts as missing until built again."""


class BusyDayError(NotRecordedError):
    """As many other days are being read as may be open at once."""

    status = 503


class BusyError(DashboardError):
    """More is asked at once than there is memory or time for; the same request can succeed in a few seconds."""

    status = 503


class CannotListenError(DashboardError):
    """The address cannot be served."""


class NotPublicError(DashboardError):
    """What is asked for would show more, or to more people, than was said."""


class UnusableUsersError(DashboardError):
    """The file of those who may sign in is missing, open to everybody, empty or malformed; or a password is."""


class CannotPictureError(DashboardError):
    """No picture of the page can be taken."""


class UnknownMeasureError(DashboardError):
    """There are no ranges of this measure."""


class RefusedQueryError(DashboardError):
    """The engine did not run a reader's query; the message is the engine's."""


class UnknownSettingError(DashboardError):
    """An environment variable holds something that cannot be read."""
