"""A real Postfix on loopback: takes mail, delivers some into Maildirs, and bounces some after it has taken them.

Everything lies in a folder of its own: configuration, queue, data, mail and log. Its master process changes accounts, so
that it runs for root alone.
"""

import contextlib
import os
import pwd
import shutil
import smtplib
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from tests.rig import free_port, need

_MAIN = """
compatibility_level = 3.6
queue_directory = {base}/queue
data_directory = {base}/data
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
myhostname = mx.office.example
mydestination =
alias_maps =
local_recipient_maps =
default_transport = error:5.1.2 nothing leaves this machine
relay_transport = error:5.1.2 nothing leaves this machine
disable_dns_lookups = yes
virtual_mailbox_domains = {domains}
virtual_mailbox_base = /
virtual_mailbox_maps = inline:{{ {mailboxes} }}
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
virtual_alias_maps =
transport_maps = inline:{{ {refused} }}
smtpd_recipient_restrictions = permit_mynetworks, reject
smtpd_reject_unlisted_recipient = no
maillog_file = {base}/log
maillog_file_prefixes = {base}
smtpd_client_connection_rate_limit = 0
"""
_PUBLIC = frozenset({"pickup", "cleanup", "qmgr", "flush", "showq"})
_SERVICES = (
    ("pickup", "1", "pickup"), ("cleanup", "0", "cleanup"), ("qmgr", "1", "qmgr"), ("rewrite", "-", "trivial-rewrite"),
    ("bounce", "0", "bounce"), ("defer", "0", "bounce"), ("trace", "0", "bounce"), ("error", "-", "error"),
    ("retry", "-", "error"), ("virtual", "-", "virtual"), ("flush", "0", "flush"), ("anvil", "1", "anvil"),
    ("scache", "1", "scache"), ("showq", "-", "showq"), ("proxymap", "-", "proxymap"),
)  # fmt: skip


class Postfix:
    """`mailboxes`: address -> Maildir; `refused`: address -> what the late bounce says (`5.2.1 mailbox disabled`)."""

    def __init__(self, base: Path, *, mailboxes: Mapping[str, Path], refused: Mapping[str, str]) -> None:
        self.base, self.port = base, free_port()
        self._write(mailboxes, refused)

    def _write(self, mailboxes: Mapping[str, Path], refused: Mapping[str, str]) -> None:
        for part in ("conf", "queue", "data"):
            (self.base / part).mkdir()
        postfix, owner = pwd.getpwnam("postfix"), pwd.getpwnam("nobody")
        os.chown(self.base / "data", postfix.pw_uid, postfix.pw_gid)
        domains = sorted({address.partition("@")[2] for address in (*mailboxes, *refused)})
        boxes = [f"{{ {address} = {str(box).lstrip('/')}/ }}" for address, box in mailboxes.items()]
        bounces = [f"{{ {address} = error:{text} }}" for address, text in refused.items()]
        main = _MAIN.format(
            base=self.base, domains=" ".join(domains), mailboxes=", ".join(boxes), refused=", ".join(bounces),
            uid=owner.pw_uid, gid=owner.pw_gid,
        )  # fmt: skip
        (self.base / "conf" / "main.cf").write_text(main)
        lines = [f"127.0.0.1:{self.port} inet n - n - - smtpd"]
        for name, most, command in _SERVICES:
            private = "n" if name in _PUBLIC else "-"
            unprivileged = "n" if name == "virtual" else "-"
            lines.append(f"{name} unix {private} {unprivileged} n - {most} {command}")
        lines.append("postlog unix-dgram n - n - 1 postlogd")
        (self.base / "conf" / "master.cf").write_text("\n".join(lines) + "\n")

    def _command(self, word: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [need("postfix"), "-c", str(self.base / "conf"), word],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def start(self) -> "Postfix":
        """Starts the server and waits until it greets."""
        done = self._command("start")
        end = time.monotonic() + 20
        while done.returncode == 0 and time.monotonic() < end:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1) as line:
                if line.recv(100).startswith(b"220"):
                    return self
            time.sleep(0.02)
        self.stop()
        raise RuntimeError(f"Postfix did not greet: {done.stdout}{done.stderr}{self.log()}")

    def stop(self) -> None:
        """Ends this Postfix and no other."""
        self._command("stop")

    def log(self) -> str:
        """What it says of itself."""
        path = self.base / "log"
        return path.read_text(errors="replace") if path.exists() else ""

    def send(self, recipient: str, data: bytes, *, sender: str = "") -> None:
        """Hands over a mail as any other server would."""
        with smtplib.SMTP("127.0.0.1", self.port, timeout=20) as line:
            line.sendmail(sender, [recipient], data)


@pytest.fixture
def make_postfix() -> Iterator[Callable[..., Postfix]]:
    """Makes started servers; see Postfix for what they are told."""
    need("postfix")
    if os.getuid() != 0:
        pytest.skip("postfix needs root: its master process changes accounts")
    made: list[Postfix] = []

    def make(**told: Mapping[str, object]) -> Postfix:
        base = Path(tempfile.mkdtemp(prefix="pf"))
        base.chmod(0o755)
        made.append(Postfix(base, **told))  # type: ignore[arg-type]
        return made[-1].start()

    yield make
    for server in made:
        server.stop()
        shutil.rmtree(server.base, ignore_errors=True)
