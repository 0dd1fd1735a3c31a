"""The command `triage`: command groups loaded when they are used, errors as one line with an exit code.

Exit codes: 0 done · 1 done with something to look at (a file not read, books not balanced) · 2 wrong usage, configuration
or data · 3 something outside failed (database, mailbox, mail server) · 130 interrupted.
"""

import importlib
import os
import sys
from collections.abc import Sequence

import click

from triage import __version__
from triage.domain.errors import OutsideError, TriageError, UserError

_COMMANDS = {
    "predict": ("predict", "Classify mail files and print a JSON line each."),
    "read": ("read", "Print what the mail layer reads, a JSON line each."),
    "ingest": ("service", "Pull mail from all sources."),
    "work": ("service", "Classify stored mail and forward what is due."),
    "serve": ("service", "Serve the web screens."),
    "run": ("service", "Ingest, work and serve in one process tree."),
    "demo": ("demo", "The product with the sample inbox, on this machine."),
    "list": ("inbox", "List messages."),
    "deliveries": ("inbox", "List deliveries, or settle unknown ones."),
    "decide": ("inbox", "An officer's decision from the shell."),
    "alerts": ("alerts", "What is wrong or urgent now."),
    "ledger": ("inbox", "The books: everything seen is accounted for."),
    "shadow": ("shadow", "A trial beside the people who do the work: what they did, and what we would have."),
    "quarantine": ("inbox", "Look at, save or replay mail that could not be read."),
    "train": ("model", "Train a model from labelled messages."),
    "evaluate": ("model", "Measure a model on the test messages."),
    "models": ("models", "List, compare, promote or roll back models."),
    "data": ("model", "Check training data."),
    "simulate": ("simulate", "Streams of authored mail before the gate."),
    "gate": ("gate", "Automatic forwarding: where it stands, open, close."),
    "labels": ("labels", "Where labels come from, which are doubted, how much officers agree."),
    "taxonomy": ("labels", "Units renamed, merged, split, closed: what old labels mean today."),
    "import": ("transfer", "Bring mail, or past forwards, into the store."),
    "export": ("transfer", "Write corrections as training lines."),
    "db": ("operate", "Make or upgrade the store."),
    "user": ("operate", "Accounts."),
    "config": ("operate", "Show, check or import configuration."),
    "person": ("person", "A person's request: find, export, correct, erase."),
    "retention": ("protection", "What is kept how long; holds; proofs of erasure."),
    "keys": ("protection", "The keys of content at rest."),
    "audit": ("protection", "The audit record: verify or export it."),
    "backup": ("operate", "Back up the store."),
    "restore": ("operate", "Restore a backup."),
    "holidays": ("holidays", "When units and offices are closed."),
    "doctor": ("operate", "Check everything and say how to mend it."),
}


class _LazyGroup(click.Group):
    """A group whose commands live in modules of `triage.cli` that are imported when a command is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"triage.cli.{_COMMANDS[cmd_name][0]}")
        command = getattr(module, f"{cmd_name}_command", None) or getattr(module, cmd_name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in sorted(_COMMANDS.items())])


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="triage")
def cli() -> None:
    """Triage of the contact inbox: mail in, suggested route, officer's decision, mail out."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs one command and ends the process with its exit code."""
    try:
        code = cli.main(arguments, standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except click.exceptions.Abort:
        _end("interrupted", 130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except UserError as error:
        _end(str(error), error.exit_code)
    except OutsideError as error:
        _end(f"{error}; nothing was lost, try again once it is mended", 3)
    except TriageError as error:
        _end(str(error) or "refused", 1)
    except BrokenPipeError:
        # The reader of our output has gone; leave without a second complaint at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except KeyboardInterrupt:
        _end("interrupted", 130)


def _end(message: str, code: int) -> None:
    click.echo(f"triage: {message}", err=True)
    sys.exit(code)
