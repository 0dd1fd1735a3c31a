"""A real Dovecot: IMAP in clear and over TLS, mail files owned by an unprivileged account, up in a tenth of a second."""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.rig import free_port, need, self_signed

GREETS_WITHIN_SECONDS = 60


class Dovecot:
    """One account; `mailbox` is its Maildir."""

    user, password = "contact@office.example", "correct horse"

    def __init__(self, base: Path, *, introspection_url: str = "") -> None:
        self.base, self.port, self.tls_port = base, free_port(), free_port()
        self.mailbox = base / "mail" / "Maildir"
        self.certificate, self._key = self_signed(base)
        self._process: subprocess.Popen[bytes] | None = None
        self._introspection_url = introspection_url
        self._write()

    def _write(self) -> None:
        root = os.getuid() == 0
        me = pwd.getpwuid(os.getuid())
        owner = pwd.getpwnam("nobody") if root else me
        (self.base / "mail").mkdir()
        if root:
            os.chown(self.base / "mail", owner.pw_uid, owner.pw_gid)
        self._owner = owner
        users = self.base / "users"
        users.write_text(f"{self.user}:{{PLAIN}}{self.password}:{owner.pw_uid}:{owner.pw_gid}::{self.base}/mail::\n")
        login, internal = ("dovenull", "dovecot") if root else (me.pw_name, me.pw_name)
        (self.base / "dovecot.conf").write_text(f"""
base_dir = {self.base}/run
state_dir = {self.base}/state
log_path = {self.base}/log
listen = 127.0.0.1
protocols = imap
default_login_user = {login}
default_internal_user = {internal}
first_valid_uid = 1
mail_location = maildir:~/Maildir
mail_fsync = never
mail_max_userip_connections = 200
ssl = yes
ssl_cert = <{self.certificate}
ssl_key = <{self._key}
disable_plaintext_auth = no
auth_failure_delay = 0
auth_mechanisms = plain{" xoauth2 oauthbearer" if self._introspection_url else ""}
{self._oauth()}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {users}
}}
userdb {{
  driver = passwd-file
  args = username_format=%u {users}
}}
service imap-login {{
  inet_listener imap {{
    address = 127.0.0.1
    port = {self.port}
  }}
  inet_listener imaps {{
    address = 127.0.0.1
    port = {self.tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
namespace inbox {{
  inbox = yes
}}
""")
        (self.base / "state").mkdir()

    def _oauth(self) -> str:
        """Tokens are looked up at an introspection endpoint (RFC 7662)."""
        if not self._introspection_url:
            return ""
        file = self.base / "oauth2.conf.ext"
        file.write_text(
            f"introspection_mode = post\nintrospection_url = {self._introspection_url}\nusername_attribute = username\n"
            "active_attribute = active\nactive_value = true\n"
        )
        return f"passdb {{\n  driver = oauth2\n  mechanisms = xoauth2 oauthbearer\n  args = {file}\n}}\n"

    def _launch(self) -> None:
        # A server that was killed leaves its number, which may be another process's by now.
        (self.base / "run" / "master.pid").unlink(missing_ok=True)
        self._process = subprocess.Popen(
            [need("dovecot"), "-F", "-c", str(self.base / "dovecot.conf")],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def start(self) -> "Dovecot":
        """Starts the server and waits until it greets."""
        end = time.monotonic() + GREETS_WITHIN_SECONDS
        while time.monotonic() < end:
            # It ends at once where somebody's outgoing line has the port for a moment: then it is tried again.
            if self._process is None or self._process.poll() is not None:
                self._launch()
            try:
                with socket.create_connection(("127.0.0.1", self.port), 10) as line:
                    if line.recv(200).startswith(b"* OK"):
                        return self
            except OSError:
                time.sleep(0.05)
        self.stop()
        log = self.base / "log"
        raise RuntimeError(f"Dovecot did not greet: {log.read_text() if log.exists() else 'no log'}")

    def stop(self) -> None:
        """Ends the server and every line that it holds."""
        process = self._process
        if process and process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(GREETS_WITHIN_SECONDS)

    def fill(self, mails: Sequence[bytes], folder: str = "") -> None:
        """Puts mails into INBOX (or a folder) as a delivery agent would."""
        box = self.mailbox / f".{folder}" if folder else self.mailbox
        for part in ("new", "cur", "tmp"):
            (box / part).mkdir(parents=True, exist_ok=True)
        first = len(list((box / "new").iterdir())) + len(list((box / "cur").iterdir()))
        for number, mail in enumerate(mails, first):
            (box / "new" / f"{1_700_000_000 + number}.M{number}.rig").write_bytes(mail)
        if os.getuid() == 0:
            subprocess.run(
                ["chown", "-R", f"{self._owner.pw_uid}:{self._owner.pw_gid}", str(self.base / "mail")], check=True
            )

    def files(self, folder: str = "") -> list[Path]:
        """The mails in INBOX (or a folder), read or not."""
        box = self.mailbox / f".{folder}" if folder else self.mailbox
        return sorted(file for part in ("new", "cur") if (box / part).is_dir() for file in (box / part).iterdir())


def make_dovecot(*, introspection_url: str = "") -> Dovecot:
    """A server in a folder of its own that unprivileged accounts can enter."""
    need("dovecot")
    base = Path(tempfile.mkdtemp(prefix="dv"))
    base.chmod(0o755)
    return Dovecot(base, introspection_url=introspection_url).start()


@pytest.fixture
def dovecot() -> Iterator[Dovecot]:
    """A fresh Dovecot with an empty mailbox."""
    server = make_dovecot()
    yield server
    server.stop()
    shutil.rmtree(server.base, ignore_errors=True)
