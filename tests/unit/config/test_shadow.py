"""Shadow in the configuration: nothing is changed in the mailbox, and all sources look on or none."""

from pathlib import Path

import pytest

from triage.config import load_settings
from triage.domain.errors import ConfigError

CHANNEL = '[channel]\nkind = "maildir"\npath = "out"\n'


def source(name: str, *more: str) -> str:
    return "\n".join(("[[sources]]", 'kind = "folder"', f'name = "{name}"', 'path = "in"', *more, ""))


def load(folder: Path, text: str) -> bool:
    (folder / "triage.toml").write_text(text)
    return load_settings(folder, {}).is_shadow


def test_all_sources_or_none(tmp_path: Path) -> None:
    assert not load(tmp_path, source("a") + CHANNEL)
    assert load(tmp_path, source("a", "shadow = true") + source("b", "shadow = true") + CHANNEL)
    with pytest.raises(ConfigError, match="either all sources are read in shadow or none"):
        load(tmp_path, source("a", "shadow = true") + source("b") + CHANNEL)


def test_a_shadow_leaves_the_mail_where_it_is(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="changes nothing in the mailbox"):
        load(tmp_path, source("a", "shadow = true", 'after = "move:Done"') + CHANNEL)


@pytest.mark.parametrize("meant", ["DMN", "MISSION:Mali", "DMM:ML"])
def test_a_folder_must_mean_a_destination(tmp_path: Path, meant: str) -> None:
    with pytest.raises(ConfigError, match="is no destination"):
        load(tmp_path, source("a", "shadow = true") + CHANNEL + f'[shadow.folders]\n"Done" = "{meant}"\n')
