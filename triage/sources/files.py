"""What sources on disk share: numbering, batches and moving files away once they are stored."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

from triage.config import Source
from triage.domain.errors import Permanent
from triage.domain.ports import Fetched, FolderPosition
from triage.sources.uid_list import UidList


class FileSource:
    """One mail a file. A kind says which files there are (`listing`) and what happens to one that is stored."""

    def __init__(self, settings: Source, state_folder: Path) -> None:
        self.name = settings.name
        self.folder = ""
        self.path = settings.place()
        self.after, _, self.argument = settings.after.partition(":")
        self._list = UidList(state_folder, f"{settings.kind}:{settings.path}")
        self._files: Mapping[int, Path] = {}

    def check(self) -> None:
        """The place is there and can be read."""
        self.listing()

    def uidvalidity(self) -> int:
        """The uidvalidity of the uid list."""
        return self._list.uidvalidity

    def listing(self) -> Mapping[str, Path]:
        """Name for the uid list -> file, in the order of arrival. Raises Permanent where the place is not there."""
        raise NotImplementedError

    def poll(self, position: FolderPosition | None, batch_size: int) -> Iterator[Sequence[Fetched]]:
        """Batches of files whose uid lies beyond `position`."""
        listing = self.listing()
        uids = self._list.number(listing)
        self._files = {uid: listing[name] for name, uid in uids.items()}
        last = position.last_uid if position and position.uidvalidity == self.uidvalidity() else 0
        new = sorted(uid for uid in self._files if uid > last)
        yield from batches(new, batch_size, self._fetch)

    def again(self, uids: Sequence[int]) -> Sequence[Fetched]:
        """Files that could not be read before."""
        return [self._fetch(uid) if uid in self._files else Fetched(uid, None, failure="vanished") for uid in uids]

    def _fetch(self, uid: int) -> Fetched:
        file = self._files[uid]
        try:
            received_at = datetime.fromtimestamp(file.stat().st_mtime, UTC)
            return Fetched(uid, file.read_bytes(), received_at)
        except FileNotFoundError:
            return Fetched(uid, None, failure="vanished")
        except OSError:
            return Fetched(uid, None, failure="unreadable_file")

    def acknowledge(self, uids: Sequence[int]) -> None:
        """Moves or marks the files, as configured. A file that is gone was acknowledged before."""
        if self.after == "leave":
            return
        for uid in uids:
            file = self._files.get(uid)
            if file is not None and file.exists():
                self.put_away(file)

    def put_away(self, file: Path) -> None:
        """Moves one stored file to the folder named by `move:`."""
        move_file(file, self.path / self.argument)

    def watch(self, seconds: float, stop: Event) -> bool:
        """Files are only looked at by polling."""
        stop.wait(seconds)
        return False

    def close(self) -> None:
        """Nothing is held open."""


def batches(uids: Sequence[int], size: int, fetch: Callable[[int], Fetched]) -> Iterator[Sequence[Fetched]]:
    """Fetches `uids` in batches of at most `size`, one batch in memory at a time."""
    for start in range(0, len(uids), size):
        yield [fetch(uid) for uid in uids[start : start + size]]


def move_file(file: Path, target: Path) -> None:
    """Moves `file` into `target` without ever overwriting another. Raises Permanent where that fails."""
    try:
        target.mkdir(parents=True, exist_ok=True)
        place, number = target / file.name, 1
        while place.exists():
            place, number = target / f"{file.stem}.{number}{file.suffix}", number + 1
        file.rename(place)
    except OSError as error:
        raise Permanent("source_not_movable", error.strerror or "") from None


def must_be_folder(path: Path) -> None:
    """Raises Permanent where `path` is no folder that can be read."""
    if not path.is_dir():
        raise Permanent("source_missing", "the folder of the source is not there")
