"""The shadow: a month beside the people who do the work, and the figures of it."""

from contextlib import ExitStack, closing
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from triage.cli.output import json_line, table
from triage.cli.shell import services
from triage.domain.errors import ConfigError, OutsideError

if TYPE_CHECKING:
    from triage.bootstrap import Services
    from triage.flow.learning.shadow_report import Report


@click.group("shadow")
def shadow_command() -> None:
    """A trial beside the people who do the work: what they did, and what we would have."""


@shadow_command.command("report")
@click.option("--days", type=click.IntRange(min=1), help="How far back; default: [shadow] days.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def report_command(days: int | None, as_json: bool) -> None:
    """Compare suggestions with what people did: forwards in the Sent folder, and mail moved to folders.

    Nothing is changed in the mailbox. No subject, text or address is printed.
    """
    with services() as wired:
        if not wired.config.is_shadow:
            raise ConfigError("nothing is read in shadow; set `shadow = true` on the sources in triage.toml")
        made = _report(wired, days or wired.config.shadow.days)
    if as_json:
        json_line(_as_json(made))
    else:
        _print(made)


def _report(wired: "Services", days: int) -> "Report":
    from triage.flow.learning.shadow import Meant, addresses, observe
    from triage.flow.learning.shadow_report import report

    settings, now = wired.config.shadow, wired.clock.now()
    since = now - timedelta(days=days)
    sent = wired.looked_at(settings.sent_folder, since.date())
    folders = [
        (source, Meant.parse(text))
        for folder, text in settings.folders.items()
        for source in wired.looked_at(folder, since.date())
    ]
    for source in (*sent, *(source for source, _ in folders)):
        try:
            source.check()
        except OutsideError as error:
            if error.code == "imap_refused":
                raise ConfigError(
                    f"[shadow]: the server does not open the folder {source.folder!r}; check sent_folder and folders"
                ) from None
            raise
        finally:
            source.close()
    with ExitStack() as stack:
        reader = stack.enter_context(closing(wired.reader()))
        recipients = addresses(wired.store, settings.recipients, now)
        return report(
            wired.store,
            observe(wired.store, reader, sent=sent, folders=folders, recipients=recipients, since=since),
        )


def _as_json(made: "Report") -> dict[str, Any]:
    return {
        "total": made.total.figures(),
        "by_route": {name: line.figures() for name, line in sorted(made.by_route.items())},
        "by_language": {name: line.figures() for name, line in sorted(made.by_language.items())},
        "disagreements": [
            {
                "id": one.id, "suggested": one.suggested, "did": list(one.did), "seen": list(one.seen),
                "probability": one.probability, "eligible": one.eligible, "language": one.language,
            }
            for one in made.disagreements
        ],
        "without_suggestion": made.without_suggestion,
        "sent": made.sent,
        "unrelated": made.unrelated,
        "moved": made.moved,
        "found_by": dict(made.ways),
    }  # fmt: skip


def _print(made: "Report") -> None:
    columns = ("of", "compared", "agreed", "agreement", "coverage", "eligible", "eligible_agreed")
    rows = [{"of": "all", **made.total.figures()}]
    rows += [{"of": name, **line.figures()} for name, line in sorted(made.by_route.items())]
    rows += [{"of": name, **line.figures()} for name, line in sorted(made.by_language.items())]
    table(rows, columns)
    click.echo(
        f"\n{made.sent} sent mails looked at, {made.unrelated} of them about nothing of ours; {made.moved} moved mails;"
        f" {made.without_suggestion} messages without a suggestion."
    )
    if made.disagreements:
        click.echo(f"\n{len(made.disagreements)} messages where people did otherwise:")
        table(
            (
                {"id": one.id, "suggested": one.suggested, "did": ", ".join(one.did), "probability": one.probability,
                 "eligible": one.eligible, "language": one.language, "seen": ", ".join(one.seen)}
                for one in made.disagreements
            ),
            ("id", "suggested", "did", "probability", "eligible", "language", "seen"),
        )  # fmt: skip
