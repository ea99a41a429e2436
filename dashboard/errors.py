"""What can go wrong in a way that the reader can mend; every message says how."""


class DashboardError(Exception):
    """Something is missing or taken; the message is one sentence for the person at the keyboard."""


class NothingPublishedError(DashboardError):
    """There is no complete publication to read."""


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
