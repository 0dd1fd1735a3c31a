"""What answering costs: `python -m tests.bench.predict` prints JSON.

Uses the promoted model (`triage train --promote` makes one). Times are for one message of about 110 words, with country,
evidence and similar messages, on one core; memory is of this process, which classifies and reads nothing else.
"""

import json
import resource
import statistics
import time
from pathlib import Path

from triage.classify.artefact import load
from triage.classify.evaluate import as_message
from triage.classify.examples import load_examples
from triage.config.places import PROJECT, Places

_ALONE = 400
_WORDS = (90, 130)


def _memory() -> float:
    """Largest resident memory of this process so far, in MB."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


def _memory_now() -> float:
    """Resident memory of this process at this moment, in MB."""
    with Path("/proc/self/status").open(encoding="ascii") as status:
        line = next(line for line in status if line.startswith("VmRSS"))
    return round(int(line.split()[1]) / 1024, 1)


def main() -> None:
    """Measure and print."""
    models = Places.from_environment().models
    begun = time.perf_counter()
    predictor = load(models)
    loaded = time.perf_counter() - begun
    examples = load_examples([PROJECT / "training_data" / "train"])
    shaped = [example for example in examples if _WORDS[0] <= len(example.body.split()) <= _WORDS[1]]
    messages = [as_message(example) for example in shaped]
    words = statistics.mean(len(example.body.split()) for example in shaped)
    del examples, shaped
    begun = time.perf_counter()
    predictor.predict(messages[:1])
    first = time.perf_counter() - begun
    spans = []
    for message in messages[:_ALONE]:
        begun = time.perf_counter()
        predictor.predict([message])
        spans.append((time.perf_counter() - begun) * 1000)
    begun = time.process_time()
    predictor.predict(messages)
    rate = len(messages) / (time.process_time() - begun)
    serving = _memory_now()
    another = load(models)
    another.predict(messages[:64])
    spans.sort()
    folder = models / predictor.name
    print(
        json.dumps(
            {
                "model": predictor.name,
                "words_per_message": round(words),
                "load_seconds": round(loaded, 2),
                "first_prediction_seconds": round(first, 2),
                "one_message_ms": {
                    "p50": round(spans[len(spans) // 2], 2),
                    "p95": round(spans[int(len(spans) * 0.95)], 2),
                    "p99": round(spans[int(len(spans) * 0.99)], 2),
                },
                "messages_per_second_and_core": round(rate),
                "memory_mb": {"serving": serving, "largest_while_another_was_loaded": _memory()},
                "model_mb": round(sum(file.stat().st_size for file in folder.iterdir()) / 1e6, 1),
            },
            indent=1,
        )
    )


if __name__ == "__main__":
    main()
