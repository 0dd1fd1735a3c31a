"""A little training set out of the real one: enough to fit a model in seconds, too little for a good one."""

from pathlib import Path

from triage.config.places import TEST_DATA, TRAINING_DATA

AUTHORS = ("en-a", "en-b", "fr-a", "es-a", "urgent-a")


def little_data(folder: Path, *, each: int = 50, test: int = 20) -> tuple[Path, Path]:
    """(training folder, test folder) with the first lines of some authors."""
    training, held_out = folder / "data", folder / "test"
    for target, source, names, lines in (
        (training, TRAINING_DATA, AUTHORS, each),
        (held_out, TEST_DATA, ("en-t",), test),
    ):
        target.mkdir(parents=True)
        for name in names:
            text = (source / f"{name}.jsonl").read_text(encoding="utf-8").split("\n")
            (target / f"{name}.jsonl").write_text("\n".join(text[:lines]) + "\n", encoding="utf-8")
    return training, held_out
