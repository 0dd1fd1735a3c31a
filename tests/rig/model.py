"""A trained model for tests that need a real one: trained once from training_data/, kept while data and code are the same."""

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
    if not any(folder.glob("*")):
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            [sys.executable, "-m", "triage", "train", "--promote"],
            env={**os.environ, "TRIAGE_MODELS": str(folder)},
            check=True, capture_output=True, timeout=TRAINING_SECONDS, cwd=PROJECT,
        )  # fmt: skip
    return folder
