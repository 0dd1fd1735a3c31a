"""A Maildir: `new/` and `cur/`, each file one mail. Flags after `:2,` change and are no part of a mail's identity."""

from collections.abc import Mapping
from pathlib import Path

from triage.domain.errors import Permanent
from triage.sources.files import FileSource, move_file, must_be_folder


class MaildirSource(FileSource):
    """All mails of a Maildir, seen or not: who has read them does not matter."""

    def listing(self) -> Mapping[str, Path]:
        """Files of `new/` and `cur/` by their unique part, oldest first (names begin with the second of delivery)."""
        must_be_folder(self.path)
        files: dict[str, Path] = {}
        for part in ("cur", "new"):
            folder = self.path / part
            if folder.is_dir():
                files |= {
                    file.name.split(":", 1)[0]: file for file in folder.iterdir() if not file.name.startswith(".")
                }
        return dict(sorted(files.items(), key=lambda item: _age(item[0])))

    def put_away(self, file: Path) -> None:
        """`move:` to a sub-folder of the Maildir (`.Name/cur`), `flag:` with one of the letters DFPRST."""
        if self.after == "move":
            folder = self.path / f".{self.argument.lstrip('.')}"
            for part in ("cur", "new", "tmp"):
                (folder / part).mkdir(parents=True, exist_ok=True)
            move_file(file, folder / "cur")
            return
        unique, _, flags = file.name.partition(":2,")
        letters = "".join(sorted(set(flags) | set(_flag_letter(self.argument))))
        try:
            file.rename(self.path / "cur" / f"{unique}:2,{letters}")
        except OSError as error:
            raise Permanent("source_not_flaggable", error.strerror or "") from None


def _age(unique: str) -> tuple[int, str]:
    second = unique.split(".", 1)[0]
    return (int(second) if second.isdigit() else 0, unique)


def _flag_letter(name: str) -> str:
    """The Maildir letter of a flag name such as `Seen` or `\\Flagged`; keywords have none and become F."""
    return {"draft": "D", "flagged": "F", "forwarded": "P", "answered": "R", "seen": "S"}.get(
        name.strip("\\$").lower(), "F"
    )
