"""The process that trains: `triage train --run N`, beside the worker and at the lowest priority."""

import subprocess
import sys
from dataclasses import dataclass

GRACE_SECONDS = 5.0


@dataclass
class TrainingProcess:
    """A running training; see `flow.learning.retrain.Child`."""

    process: subprocess.Popen[bytes]

    def ended(self, patience_seconds: float) -> int | None:
        """Waits that long at most for its end; its exit code, None while it runs."""
        try:
            return self.process.wait(patience_seconds)
        except subprocess.TimeoutExpired:
            return None

    def kill(self) -> None:
        """Ends it and waits until it is gone; nothing that it has not finished counts."""
        self.process.terminate()
        if self.ended(GRACE_SECONDS) is None:
            self.process.kill()
            self.process.wait()


def start_training(run_id: int, worker: str) -> TrainingProcess:
    """Begins the process of a run that this worker holds. A worker that is killed does not take it along: it ends its run
    by itself."""
    command = [sys.executable, "-m", "triage", "train", "--run", str(run_id), "--worker", worker]
    return TrainingProcess(
        subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True)
    )
