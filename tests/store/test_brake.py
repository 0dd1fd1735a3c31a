"""What leaves by itself is limited, and nothing at all is sent to an address that the service reads."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.store.office import SERVICE, Office
from tests.store.parts import OWN, START, UNITS, mail
from triage.domain.lifecycle import DeliveryState, MessageState, Purpose
from triage.flow.sending.brake import Brake, Held
from triage.flow.sending.forward import Forward
from triage.mail.own import OwnMail
from triage.store import automatic, organisation
from triage.store.deliveries import NewDelivery
from triage.store.engine import Store

MINE = OwnMail(frozenset({"ipd@office.example", "contact@iom.example"}), OWN.message_id_domain, OWN.instance_id)
ALIASES = (
    "ipd@office.example", "IPD@Office.Example", " ipd@office.example ", "ipd+anything@office.example",
    "contact@iom.example", "Contact+2@IOM.example", "ipd@office.example.",
)  # fmt: skip


def brake(**more: int) -> Brake:
    return Brake(**({"own": MINE, "per_recipient_per_day": 3, "per_hour": 8} | more))  # type: ignore[arg-type]


def letter(address: str, purpose: Purpose = Purpose.ACKNOWLEDGEMENT) -> NewDelivery:
    return NewDelivery(purpose, "", address, START, private=True, content=b"{}")


def test_one_address_gets_so_many_in_a_day_and_no_more(store: Store) -> None:
    with store.begin() as tx:
        sent = [brake().send(tx, new=letter("A@x.example"), now=START) for _ in range(5)]
        assert [one is not None for one in sent] == [True, True, True, False, False]
        assert brake().send(tx, new=letter("b@x.example"), now=START) is not None
        assert automatic.refusals(tx, since=START - timedelta(hours=1)) == {Held.PER_RECIPIENT: 2}
        next_day = START + timedelta(days=1, seconds=1)
        assert brake().send(tx, new=letter("a@x.example"), now=next_day) is not None


def test_all_together_so_many_in_an_hour_and_a_quarter_is_kept_for_alerts(store: Store) -> None:
    with store.begin() as tx:
        sent = [brake().send(tx, new=letter(f"{n}@x.example"), now=START) for n in range(9)]
        assert sum(one is not None for one in sent) == 6
        alerts = [brake().send(tx, new=letter(f"o{n}@x.example", Purpose.ALERT), now=START) for n in range(4)]
        assert sum(one is not None for one in alerts) == 2
        assert automatic.refusals(tx, since=START - timedelta(hours=1)) == {Held.PER_HOUR: 5}
        later = START + timedelta(hours=1, seconds=1)
        assert brake().send(tx, new=letter("new@x.example"), now=later) is not None


@pytest.mark.parametrize("alias", ALIASES)
def test_no_automatic_mail_goes_to_an_address_of_ours(store: Store, alias: str) -> None:
    with store.begin() as tx:
        assert brake().send(tx, new=letter(alias), now=START) is None
        assert automatic.refusals(tx, since=START - timedelta(hours=1)) == {Held.OWN_ADDRESS: 1}


@pytest.mark.parametrize("alias", ALIASES)
def test_no_forward_goes_to_an_address_of_ours_whatever_the_organisation_data_say(office: Office, alias: str) -> None:
    with office.store.begin() as tx:
        organisation.amend(tx, item=replace(UNITS[0], address=alias), today=START.date())
    office.forward = Forward(
        store=office.store,
        channel=office.outbox,
        clock=office.clock,
        worker_name="w",
        service=replace(SERVICE, own=MINE),
    )
    line = office.one("DMM please help with this question")
    office.decide(line.id, "DMM")
    office.send()
    assert office.outbox.sent == []
    (delivery,) = office.deliveries()
    assert (delivery.state, delivery.error_code) == (DeliveryState.FAILED, "own_address")
    assert office.state(line.id) is MessageState.IN_REVIEW


def test_officers_forwards_are_not_braked(office: Office) -> None:
    for _ in range(5):
        office.decide(office.one().id, "DMM")
    office.send()
    assert len(office.outbox.sent) == 5


def test_an_original_above_the_limit_goes_as_a_link(office: Office) -> None:
    raw = mail("DMM a long letter " + "word " * 1000, message_id="<big@ngo.example>")
    service = replace(SERVICE, public_url="https://triage.office.example/", attachment_bytes=len(raw) - 1)
    office.forward = Forward(
        store=office.store, channel=office.outbox, clock=office.clock, worker_name="w", service=service
    )
    small = mail("DMM short and simple question", message_id="<small@ngo.example>")
    office.arrive(raw, small)
    for line in office.messages():
        office.decide(line.id, "DMM")
    office.send()
    little, big = sorted((one.data for one in office.outbox.sent), key=lambda data: b"signed-in" in data.lower())
    assert b"https://triage.office.example/messages/1" in big and b"message/rfc822" not in big
    assert raw not in big
    assert b"Reply-To: Fatou Ndiaye <fatou@ngo.example>" in big
    assert small in little and b"/messages/2" not in little
