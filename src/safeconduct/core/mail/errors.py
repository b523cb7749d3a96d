"""Why a mail cannot be read. Each is a code on the mail's row; the mail itself is sealed whole all the same."""

from safeconduct.core.base.errors import BadInputError


class MailUnreadableError(BadInputError):
    """This mail cannot be read by a program."""

    code = "SC-MAIL"
    cure = "It is sealed as it came. Open the original with care, or ask the sender to use the portal."


class MailEmptyError(MailUnreadableError):
    """This mail is empty."""

    code = "SC-MAIL-EMPTY"


class MailTooLargeError(MailUnreadableError):
    """This mail is larger than a program here reads."""

    code = "SC-MAIL-TOO-LARGE"


class HeaderTooLargeError(MailUnreadableError):
    """The head of this mail is larger than any honest one."""

    code = "SC-MAIL-HEADER-SIZE"


class HeaderCountError(MailUnreadableError):
    """This mail has more header fields than any honest one."""

    code = "SC-MAIL-HEADER-COUNT"


class HeaderSyntaxError(MailUnreadableError):
    """The head of this mail is not made of header fields."""

    code = "SC-MAIL-HEADER-SYNTAX"


class DuplicateHeaderError(MailUnreadableError):
    """A header field that may stand once stands twice, so that two programs would read two mails."""

    code = "SC-MAIL-DUPLICATE"


class BoundaryError(MailUnreadableError):
    """The parts of this mail are not marked off from each other as its head says."""

    code = "SC-MAIL-BOUNDARY"


class PartCountError(MailUnreadableError):
    """This mail has more parts than we take."""

    code = "SC-MAIL-PARTS"


class PartDepthError(MailUnreadableError):
    """The parts of this mail lie too deep in each other."""

    code = "SC-MAIL-DEPTH"


class PartEncodingError(MailUnreadableError):
    """This part is not encoded as its header says."""

    code = "SC-MAIL-ENCODING"
