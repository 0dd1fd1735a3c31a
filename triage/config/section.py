"""What all tables of triage.toml share: every key known, paths relative to the config folder, secrets in files."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationInfo

from triage.domain.errors import ConfigError

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class Section(BaseModel):
    """A table of triage.toml: frozen, every key known."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def within_config(value: Path | None, info: ValidationInfo) -> Path | None:
    """A path as the file means it: relative ones begin at the config folder."""
    if value is None or value.is_absolute():
        return value
    folder: Path = (info.context or {}).get("folder", Path.cwd())
    return (folder / value).resolve()


def secret_in(file: Path, key: str) -> str:
    """The first line of a secret file. Raises ConfigError, naming `key`, where it cannot be read."""
    try:
        return file.read_text(encoding="utf-8").split("\n", 1)[0].rstrip("\r")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        what = key.removesuffix("_file").replace("_", " ")
        raise ConfigError(f"{key} {file}: {reason}; write the {what} there") from None
