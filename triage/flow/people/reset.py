"""Links to set a password: for a new account, and for one whose password is forgotten.

A link is signed, not stored. The signature covers the password of now, so that a link is worth nothing once it was used
or the password changed otherwise; it holds no address, and ends by itself.
"""

import hmac
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from triage.domain.errors import NotFound
from triage.domain.lifecycle import Purpose
from triage.domain.people import Person
from triage.flow.people.people import set_password
from triage.store import audit, deliveries, people
from triage.store.engine import Store, Tx
from triage.store.letters import Letter
from triage.store.people import Account

LINK_LIVES = timedelta(hours=24)
_TOKEN = re.compile(r"([0-9]{1,18})-([0-9]{1,11})-([0-9a-f]{32})")
_LETTERS = {
    "en": (
        "Set your password",
        "Good day {name},\n\nplease set your password for the service that sorts the contact inbox of IPD:\n\n{url}\n\n"
        "The link can be used once, until {until} UTC. If you did not expect this mail, tell the administrator.\n",
    ),
    "fr": (
        "Choisissez votre mot de passe",
        "Bonjour {name},\n\nveuillez choisir votre mot de passe pour le service qui trie la boîte de contact d'IPD :\n\n"
        "{url}\n\nLe lien sert une seule fois, jusqu'au {until} UTC. Si vous n'attendiez pas ce message, prévenez "
        "l'administrateur.\n",
    ),
    "es": (
        "Elija su contraseña",
        "Buenos días, {name}:\n\nelija su contraseña para el servicio que clasifica el buzón de contacto de IPD:\n\n"
        "{url}\n\nEl enlace sirve una sola vez, hasta el {until} UTC. Si no esperaba este mensaje, avise al "
        "administrador.\n",
    ),
}


def make_link(store: Store, *, person: Person, actor: Person | None, now: datetime) -> str:
    """The token of a link for this person, put on record. Raises NotFound."""
    with store.begin() as tx:
        token = _make(tx, person, now)
        name = "system" if actor is None else audit.actor_of(tx, actor)
        audit.append(tx, at=now, actor=name, act=audit.Act.RESET_LINK, objects=[f"person:{person.id}"])
    return token


def send_link(
    store: Store, *, person: Person, url_of: Callable[[str], str], actor: Person | None, now: datetime
) -> None:
    """Mails a link to the person, in their language. `url_of`: the address for a token."""
    subject, text = _LETTERS.get(person.language, _LETTERS["en"])
    until = (now + LINK_LIVES).astimezone(UTC)
    with store.begin() as tx:
        url = url_of(_make(tx, person, now))
        letter = Letter(subject, text.format(name=person.name, url=url, until=f"{until:%Y-%m-%d %H:%M}"), person.name)
        new = deliveries.NewDelivery(
            purpose=Purpose.ACCOUNT, code="", address=person.email, private=True, content=letter.encode(), leaves_at=now
        )
        delivery_id = deliveries.create(tx, new=new, now=now)
        name = "system" if actor is None else audit.actor_of(tx, actor)
        objects = [f"person:{person.id}", f"delivery:{delivery_id}"]
        audit.append(tx, at=now, actor=name, act=audit.Act.RESET_LINK, objects=objects)


def person_of_link(store: Store, *, token: str, now: datetime) -> Person | None:
    """Whose link this is; None where it is no link of ours, has ended or was used, or the account is closed."""
    with store.read() as tx:
        account = _account_of(tx, token, now)
    return None if account is None else account.person


def use_link(store: Store, *, token: str, password: str, now: datetime) -> Person | None:
    """Sets the password and ends all sessions; None where the link is worth nothing. Raises DataError for a short one."""
    person = person_of_link(store, token=token, now=now)
    if person is None:
        return None
    set_password(store, person=person, password=password, actor=person, now=now)
    return person


def _make(tx: Tx, person: Person, now: datetime) -> str:
    account = people.account(tx, person_id=person.id or 0)
    ends = int((now + LINK_LIVES).timestamp())
    return f"{person.id}-{ends}-{_signature(tx, account, ends).hex()}"


def _account_of(tx: Tx, token: str, now: datetime) -> Account | None:
    match = _TOKEN.fullmatch(token)
    if match is None:
        return None
    try:
        account = people.account(tx, person_id=int(match[1]))
    except NotFound:
        return None
    ends, signature = int(match[2]), bytes.fromhex(match[3])
    good = hmac.compare_digest(signature, _signature(tx, account, ends)) and now.timestamp() < ends
    return account if good and account.disabled_at is None else None


def _signature(tx: Tx, account: Account, ends: int) -> bytes:
    return tx.hash("password link", f"{account.person.id} {ends} {account.password_hash or ''}")
