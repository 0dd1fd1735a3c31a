"""The errors of the service, as one tree.

TriageError
├── UserError            the person at the keyboard can mend it: one line, what, where, how; exit code 2
│   ├── ConfigError      configuration or organisation data
│   ├── DataError        training lines, CSV or mail given on the command line
│   └── ModelError       a model that is missing, damaged or does not fit this code
├── Refused              a rule of the domain forbids it (state machines, roles, stale screens)
│   ├── IllegalTransition
│   └── Stale            somebody else was faster; nothing was changed
├── NotFound             no such row, or one that this person may not see: the two are never told apart
│   └── Erased           the row is there and may be seen, its content was deleted for good
└── OutsideError         something beyond our walls failed
    ├── Transient        may succeed later: try again, with an end to the attempts
    ├── Permanent        will not succeed: a person must look
    └── Unknown          mail may or may not have left: never repeated by itself

Adapters translate the exceptions of their libraries into these at the border; whatever they do not recognise is Transient.
No message of any error holds a body, a subject or an address.
"""


class TriageError(Exception):
    """Everything the service raises on purpose."""


class UserError(TriageError):
    """A mistake the user can mend; the text says what, where and how."""

    exit_code = 2


class ConfigError(UserError):
    """Configuration or organisation data that cannot be used."""


class DataError(UserError):
    """Data given by the user that cannot be read."""


class ModelError(UserError):
    """A model that is missing, damaged or does not fit this code."""


class Refused(TriageError):
    """A rule of the domain forbids it; nothing was changed."""


class IllegalTransition(Refused):
    """The state machine has no such step."""


class Stale(Refused):
    """Somebody else was faster; nothing was changed."""


class NotFound(TriageError):
    """No such row, or one that this person may not see."""


class Erased(NotFound):
    """Content that was deleted for good: its period is over, or somebody asked for it."""


class OutsideError(TriageError):
    """Something beyond our walls failed. `code` is a static word for logs and screens, never a text from outside.

    `retry_after_seconds`: the other side has asked not to be troubled again any sooner; 0 where it has not.
    """

    def __init__(self, code: str, detail: str = "", *, retry_after_seconds: float = 0.0) -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.retry_after_seconds = retry_after_seconds


class Transient(OutsideError):
    """May succeed later."""


class Permanent(OutsideError):
    """Will not succeed; a person must look."""


class Unknown(OutsideError):
    """Mail may or may not have left; never repeated by itself."""
