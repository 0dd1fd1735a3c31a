"""What was read of a mail survives the store unchanged."""

from dataclasses import replace
from datetime import UTC

from hypothesis import given, settings
from hypothesis import strategies as st

from triage.domain.decision import Alternative, Evidence, Field, Prediction, Similar
from triage.domain.message import Address, Attachment, Authenticity, MachineKind, Message
from triage.domain.taxonomy import Destination, Kind, Route, SenderType
from triage.store.evidence import decode_evidence, encode_evidence
from triage.store.readings import Heading, decode_heading, decode_message, encode_heading, encode_message

text = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
address = st.builds(Address, text, text)
addresses = st.lists(address, max_size=3).map(tuple)
texts = st.lists(text, max_size=3).map(tuple)
attachment = st.builds(Attachment, text, text, st.integers(0, 10**9), st.integers(0, 50), st.booleans())
messages = st.builds(
    Message,
    message_id=text,
    sender=st.none() | address,
    to=addresses,
    cc=addresses,
    reply_to=addresses,
    subject=text,
    date=st.none() | st.datetimes(timezones=st.just(UTC)),
    text=text,
    newest_text=text,
    quoted_text=text,
    signature=text,
    html=text,
    language=text,
    attachments=st.lists(attachment, max_size=3).map(tuple),
    in_reply_to=text,
    references=texts,
    machine=st.none() | st.sampled_from(MachineKind),
    bounced_recipients=texts,
    bounced_message_id=text,
    list_id=text,
    encrypted=st.booleans(),
    attachment_text=text,
    defects=texts,
    authenticity=st.none() | st.sampled_from(Authenticity),
)


@settings(max_examples=60, deadline=None)
@given(messages)
def test_a_message_comes_back_whole(message: Message) -> None:
    data = encode_message(message)
    assert decode_message(data, html=message.html) == message
    assert decode_message(data) == replace(message, html="")


@given(messages)
def test_the_heading_is_what_lists_show(message: Message) -> None:
    assert decode_heading(encode_heading(message)) == Heading(message.subject, message.sender, message.message_id)


def test_newest_text_that_is_all_text_is_kept_once() -> None:
    message = Message("", None, (), (), (), "", None, "word " * 100, "word " * 100)
    assert len(encode_message(message)) < 600
    assert decode_message(encode_message(message)) == message


def test_evidence_comes_back() -> None:
    said = Prediction(
        destination=Destination(Route.MISSION, "ML"),
        probability=0.5,
        alternatives=(Alternative(Destination(Route.MISSION, "ML"), 0.5), Alternative(Destination(Route.DMM), 0.25)),
        kind=Kind.QUESTION,
        sender_type=SenderType.NGO,
        language="en",
        urgent=False,
        restricted=False,
        out_of_scope=0.1,
        model="m",
        evidence=(Evidence(Field.SUBJECT, 1, 4, "été", 0.5, "route"),),
        similar=(Similar("t-1", 0.25, Destination(Route.IPD), "a subject"),),
        kind_probability=0.75,
        urgent_probability=0.125,
        restricted_probability=0.0625,
    )
    fields = decode_evidence(encode_evidence(said))
    assert replace(said, **fields) == said
    assert decode_evidence(None) == {"alternatives": ()}
