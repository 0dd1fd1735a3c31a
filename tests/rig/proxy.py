"""A proxy before a real server that spoils the conversation at a chosen byte: cuts, garbles, delays or goes silent."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

CHUNK = 4096
PIECE, PAUSE_SECONDS = 700, 0.005


class Fault(StrEnum):
    """What happens once the chosen byte is reached."""

    NONE = "none"
    CUT = "cut"  # both lines are closed
    GARBLE = "garble"  # from there on bytes are replaced for a while
    SILENCE = "silence"  # nothing passes any more, the lines stay open
    REFUSE = "refuse"  # no connection at all
    DELAY = "delay"  # from there on everything comes in small pieces with pauses between them


@dataclass
class Plan:
    """Spoils the `after`-th byte that the server sends (`from_server`) or that it is sent; the n-th connection only."""

    fault: Fault = Fault.NONE
    after: int = 0
    from_server: bool = True


class Proxy:
    """Listens on `port`; `plan` may be changed between connections. `passed` counts the bytes of the last connection."""

    def __init__(self, target_port: int) -> None:
        self._target = target_port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.plan = Plan()
        self.passed = {True: 0, False: 0}
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if self.plan.fault is Fault.REFUSE:
                client.close()
                continue
            try:
                server = socket.create_connection(("127.0.0.1", self._target), 5)
            except OSError:
                client.close()
                continue
            server.settimeout(None)
            self._open += [client, server]
            self.passed = {True: 0, False: 0}
            plan = self.plan
            for origin, goal, from_server in ((server, client, True), (client, server, False)):
                threading.Thread(target=self._pump, args=(origin, goal, from_server, plan), daemon=True).start()

    def _pump(self, origin: socket.socket, goal: socket.socket, from_server: bool, plan: Plan) -> None:
        with contextlib.suppress(OSError):
            while data := origin.recv(CHUNK):
                start = self.passed[from_server]
                self.passed[from_server] += len(data)
                if plan.from_server is from_server and plan.fault is not Fault.NONE and start + len(data) > plan.after:
                    kept = max(0, plan.after - start)
                    if plan.fault is Fault.DELAY:
                        data = self._dribbled(data, goal)
                    elif plan.fault is Fault.GARBLE:
                        data = data[:kept] + bytes(byte ^ 0x5A for byte in data[kept : kept + 200]) + data[kept + 200 :]
                    else:
                        goal.sendall(data[:kept])
                        if plan.fault is Fault.SILENCE:
                            time.sleep(3600)
                        break
                goal.sendall(data)
        for line in (origin, goal):
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()

    @staticmethod
    def _dribbled(data: bytes, goal: socket.socket) -> bytes:
        """Sends all but the last piece, slowly; returns that."""
        while len(data) > PIECE:
            goal.sendall(data[:PIECE])
            data = data[PIECE:]
            time.sleep(PAUSE_SECONDS)
        return data

    def close(self) -> None:
        """Closes everything."""
        self._listener.close()
        for line in self._open:
            with contextlib.suppress(OSError):
                line.close()


@contextmanager
def proxy_to(port: int) -> Iterator[Proxy]:
    """A proxy before the server on `port`."""
    proxy = Proxy(port)
    try:
        yield proxy
    finally:
        proxy.close()
