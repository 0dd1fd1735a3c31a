"""A folder of `.eml` files: each file one mail, whatever its name. Files beginning with a dot are somebody's drafts."""

from collections.abc import Mapping
from pathlib import Path

from triage.sources.files import FileSource, must_be_folder


class FolderSource(FileSource):
    """Every file of a folder, by name; sub-folders are left alone."""

    def listing(self) -> Mapping[str, Path]:
        """All visible files, sorted by name."""
        must_be_folder(self.path)
        files = sorted(file for file in self.path.iterdir() if file.is_file() and not file.name.startswith("."))
        return {file.name: file for file in files}
