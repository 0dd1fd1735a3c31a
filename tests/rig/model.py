"""A trained model for tests that need a real one: trained once from training_data/, kept while data and code are the same."""

import fcntl
import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from triage.config import PROJECT

TRAINING_SECONDS = 600


def _fingerprint() -> str:
    """Changes with the training messages and with the code that learns from them."""
    digest = hashlib.sha256()
    files = [*(PROJECT / "training_data" / "train").glob("*.jsonl"), *(PROJECT / "triage" / "classify").rglob("*.*")]
    for file in sorted(file for file in files if "__pycache__" not in file.parts):
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:16]


@pytest.fixture(scope="session")
def models() -> Path:
    """A models folder with a promoted model."""
    folder = PROJECT / "var" / "test-models" / _fingerprint()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder.parent / f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # several test processes want the same model: one trains, the others wait
        if not any(folder.iterdir()):
            subprocess.run(
                [sys.executable, "-m", "triage", "train", "--promote"],
                env={**os.environ, "TRIAGE_MODELS": str(folder), "TRIAGE_HOME": str(folder.with_suffix(".home"))},
                check=True, capture_output=True, timeout=TRAINING_SECONDS, cwd=PROJECT,
            )  # fmt: skip
    return folder
