"""What the commands that touch the store share: wired services, closed at the end, and who acts."""

from collections.abc import Iterator
from contextlib import contextmanager

from triage.bootstrap import Services, open_services
from triage.domain.people import Person, Role


@contextmanager
def services() -> Iterator[Services]:
    """Services of the environment, closed at the end."""
    wired = open_services()
    try:
        yield wired
    finally:
        wired.close()


def shell_owner(name: str = "shell") -> Person:
    """Who holds the shell holds the keys: an officer, and cleared. `name` is what the decision is signed with."""
    return Person(id=None, name=name, roles=frozenset(Role), cleared=True)
