"""A message as the classifier sees it: the same parts, whether it was read from mail or from a training file."""

from dataclasses import dataclass

from triage.domain.message import Message
from triage.domain.ports import Example
from triage.mail.newest import split_newest

# A newest text with fewer letters than this ("see below", "FYI") says nothing by itself: the quoted part speaks.
NEWEST_LETTERS = 60
LONGEST_TEXT = 6_000  # characters; what a sender wants stands in front, and n-grams cost time


@dataclass(frozen=True, slots=True)
class Document:
    """The parts of one message. `newest` is what the sender wrote now; offsets of evidence count in these strings."""

    subject: str
    newest: str
    quoted: str
    signature: str
    sender_name: str
    sender_email: str
    language: str = "und"

    @property
    def thin(self) -> bool:
        """Whether the newest text says too little, so that the quoted part counts too."""
        if sum(map(str.isalpha, self.newest[:100])) >= NEWEST_LETTERS:  # nearly always: read no further
            return False
        return sum(map(str.isalpha, self.newest[:400])) < NEWEST_LETTERS

    @property
    def read_quoted(self) -> str:
        """The quoted text where it counts, else nothing."""
        return self.quoted[:LONGEST_TEXT] if self.thin else ""


def from_message(message: Message) -> Document:
    """The document of a mail as the mail layer read it."""
    sender = message.sender
    newest = message.newest_text
    quoted = message.quoted_text
    if not newest.strip() and not quoted.strip():
        newest = message.text
    return Document(
        subject=message.subject[:500],
        newest=newest[:LONGEST_TEXT],
        quoted=quoted or message.attachment_text[:LONGEST_TEXT],
        signature=message.signature[:1_000],
        sender_name=sender.name if sender else "",
        sender_email=sender.email if sender else "",
        language=message.language,
    )


def from_example(example: Example) -> Document:
    """The document of a labelled message; its body is split like that of a mail."""
    split = split_newest(example.body, subject=example.subject)
    return Document(
        subject=example.subject[:500],
        newest=split.newest[:LONGEST_TEXT],
        quoted=split.quoted,
        signature=split.signature[:1_000],
        sender_name=example.from_name,
        sender_email=example.from_email,
        language=example.language,
    )
