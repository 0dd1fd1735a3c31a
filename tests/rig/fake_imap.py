"""A small scripted IMAP server on loopback, for answers that a real one cannot be made to give.

It speaks just enough of RFC 3501, MOVE and UIDPLUS for our sources. `say` puts an answer in the place of the real one,
by command: `NO ...` or `BAD ...`, DROP to close the line before anything is done, or DROP_AFTER to do it and close the
line before the answer.
"""

import contextlib
import re
import socketserver
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

DROP, DROP_AFTER = "drop", "drop after"
_LITERAL = re.compile(rb"\{(\d+)\+?\}\r\n\Z")
_CAPABILITIES = "IMAP4rev1 UIDPLUS MOVE"


@dataclass
class Mailbox:
    """Mails by UID. `appended` counts what came by APPEND."""

    mails: dict[int, bytes] = field(default_factory=dict)
    flags: dict[int, set[str]] = field(default_factory=dict)
    next_uid: int = 1

    def add(self, raw: bytes) -> int:
        uid, self.next_uid = self.next_uid, self.next_uid + 1
        self.mails[uid], self.flags[uid] = raw, set()
        return uid


class FakeImap(socketserver.ThreadingTCPServer):
    """The server; `commands` counts what was asked, `mailboxes` holds what there is."""

    allow_reuse_address = True
    daemon_threads = True
    user, password = "contact@office.example", "correct horse"

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Line)
        self.port: int = self.server_address[1]
        self.capabilities = _CAPABILITIES
        self.mailboxes: dict[str, Mailbox] = {"INBOX": Mailbox()}
        self.commands: Counter[str] = Counter()
        self.poisoned: dict[int, str] = {}  # uid -> what is said where its body is fetched
        self.read_only: list[bool] = []
        self.guard = threading.RLock()
        self._answers: dict[str, list[str]] = {}

    def say(self, command: str, *answers: str, times: int = 1) -> None:
        """The next times that `command` (as `UID MOVE`) comes, these answers are given, one after another."""
        self._answers.setdefault(command, []).extend(list(answers) * times)

    def scripted(self, command: str) -> str | None:
        """What is to be said now in the place of doing it."""
        waiting = self._answers.get(command)
        return waiting.pop(0) if waiting else None

    def fill(self, *mails: bytes, folder: str = "INBOX") -> None:
        """Brings mails."""
        with self.guard:
            box = self.mailboxes.setdefault(folder, Mailbox())
            for raw in mails:
                box.add(raw)

    def inside(self, folder: str) -> list[bytes]:
        """The mails of a folder."""
        with self.guard:
            return list(self.mailboxes[folder].mails.values()) if folder in self.mailboxes else []

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Lines end as they like; a fault of this rig itself shows in the test that misses an answer."""


class _Line(socketserver.StreamRequestHandler):
    """One connection."""

    server: FakeImap

    def handle(self) -> None:
        self._box = Mailbox()
        self._send("* OK ready")
        with contextlib.suppress(ConnectionError):
            while command := self._command():
                tag, name, rest = command
                if not self._serve(tag, name, rest):
                    return

    def _send(self, text: str | bytes) -> None:
        self.wfile.write((text.encode() if isinstance(text, str) else text) + b"\r\n")

    def _command(self) -> tuple[str, str, bytes] | None:
        data = b""
        while True:
            line = self.rfile.readline()
            if not line:
                return None
            data += line
            literal = _LITERAL.search(data)
            if literal is None:
                break
            if b"+}" not in literal.group():
                self._send("+ go on")
            data += self.rfile.read(int(literal.group(1)))
        tag, _, rest = data.removesuffix(b"\r\n").partition(b" ")
        name, _, rest = rest.partition(b" ")
        if name.upper() == b"UID":
            second, _, rest = rest.partition(b" ")
            name = b"UID " + second
        return tag.decode(), name.decode().upper(), rest

    def _serve(self, tag: str, name: str, rest: bytes) -> bool:
        """Answers one command; false where the line is to be closed."""
        with self.server.guard:
            self.server.commands[name] += 1
            said = self.server.scripted(name)
            if said == DROP:
                return False
            if said is not None and said != DROP_AFTER:
                self._send(f"{tag} {said}")
                return True
            method = getattr(self, "_" + name.lower().replace(" ", "_"), None)
            answer = method(rest) if method else "BAD unknown command"
            if said == DROP_AFTER or answer == DROP:
                return False
            self._send(f"{tag} {answer}")
        return name != "LOGOUT"

    def _capability(self, rest: bytes) -> str:
        self._send(f"* CAPABILITY {self.server.capabilities}")
        return "OK done"

    def _login(self, rest: bytes) -> str:
        right = [self.server.user, self.server.password]
        return "OK welcome" if [a or b for a, b in re.findall(r'"([^"]*)"|(\S+)', rest.decode())] == right else "NO no"

    def _subscribe(self, rest: bytes) -> str:
        return "OK subscribed"

    def _noop(self, rest: bytes) -> str:
        return "OK done"

    def _logout(self, rest: bytes) -> str:
        self._send("* BYE")
        return "OK bye"

    def _open(self, rest: bytes, read_only: bool) -> str:
        name = rest.decode().strip('"')
        if name not in self.server.mailboxes:
            return "NO [NONEXISTENT] no such folder"
        self._box = self.server.mailboxes[name]
        self.server.read_only.append(read_only)
        self._send(f"* {len(self._box.mails)} EXISTS")
        self._send("* OK [UIDVALIDITY 7] valid")
        return "OK [READ-ONLY] open" if read_only else "OK [READ-WRITE] open"

    def _select(self, rest: bytes) -> str:
        return self._open(rest, read_only=False)

    def _examine(self, rest: bytes) -> str:
        return self._open(rest, read_only=True)

    def _create(self, rest: bytes) -> str:
        name = rest.decode().strip('"')
        if name in self.server.mailboxes:
            return "NO [ALREADYEXISTS] it exists"
        self.server.mailboxes[name] = Mailbox()
        return "OK created"

    def _append(self, rest: bytes) -> str:
        name = re.match(rb'"?([^" ]+)"?', rest)
        raw = rest[rest.index(b"}\r\n") + 3 :]
        box = self.server.mailboxes.get(name.group(1).decode()) if name else None
        if box is None:
            return "NO [TRYCREATE] no such folder"
        box.add(raw)
        return "OK appended"

    def _uids(self, text: str) -> list[int]:
        wanted: list[int] = []
        for part in text.split(","):
            first, _, last = part.partition(":")
            top = max(self._box.mails, default=0)
            low, high = sorted((int(first), top if last == "*" else int(last or first)))
            wanted += [uid for uid in self._box.mails if low <= uid <= high]
        return wanted

    def _uid_search(self, rest: bytes) -> str:
        words = rest.decode().split()
        if words[0] == "HEADER":
            wanted = words[2].strip('"').encode()
            found = [uid for uid, raw in self._box.mails.items() if wanted in raw.partition(b"\r\n\r\n")[0]]
        else:
            found = self._uids(words[1])
            if "LARGER" in words:
                least = int(words[words.index("LARGER") + 1])
                found = [uid for uid in found if len(self._box.mails[uid]) > least]
        self._send("* SEARCH " + " ".join(map(str, found)))
        return "OK searched"

    def _uid_fetch(self, rest: bytes) -> str:
        span, _, items = rest.partition(b" ")
        for place, uid in enumerate(self._uids(span.decode()), 1):
            raw = self._box.mails[uid]
            if b"RFC822.SIZE" in items:
                self._send(f"* {place} FETCH (UID {uid} RFC822.SIZE {len(raw)})")
                continue
            if uid in self.server.poisoned:
                return self.server.poisoned[uid]
            when = "02-Mar-2026 08:00:00 +0000"
            self._send(
                f'* {place} FETCH (UID {uid} INTERNALDATE "{when}" BODY[] {{{len(raw)}}}\r\n'.encode() + raw + b")"
            )
        return "OK fetched"

    def _uid_store(self, rest: bytes) -> str:
        span, _, flags = rest.decode().partition(" ")
        for uid in self._uids(span):
            self._box.flags[uid] |= set(re.findall(r"[\\\w]+", flags.partition("(")[2]))
        return "OK stored"

    def _uid_copy(self, rest: bytes) -> str:
        span, _, name = rest.decode().partition(" ")
        target = self.server.mailboxes.get(name.strip('"'))
        if target is None:
            return "NO [TRYCREATE] no such folder"
        for uid in self._uids(span):
            target.add(self._box.mails[uid])
        return "OK copied"

    def _uid_expunge(self, rest: bytes) -> str:
        for uid in self._uids(rest.decode()):
            if "\\Deleted" in self._box.flags[uid]:
                del self._box.mails[uid]
        return "OK expunged"

    def _uid_move(self, rest: bytes) -> str:
        answer = self._uid_copy(rest)
        if answer.startswith("OK"):
            for uid in self._uids(rest.decode().partition(" ")[0]):
                del self._box.mails[uid]
        return answer


@pytest.fixture
def fake_imap() -> Iterator[FakeImap]:
    """A scripted server with an empty INBOX."""
    server = FakeImap()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
