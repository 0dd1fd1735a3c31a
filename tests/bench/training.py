"""What training costs: `python -m tests.bench.training [N ...]` prints JSON, for 3,000 and 10,000 messages by default.

Beyond what training_data/ holds, messages are made by joining halves of two messages of one author and route, so that
vocabulary and length stay lifelike. Accuracy of such a run means nothing and is not printed.
"""

import json
import random
import resource
import sys
import time
from dataclasses import replace

from triage.classify.examples import load_examples
from triage.classify.train import train
from triage.config.places import PROJECT
from triage.domain.ports import Example


def messages(count: int) -> list[Example]:
    """This many examples."""
    real = load_examples([PROJECT / "training_data" / "train"])
    chance = random.Random(0)
    chance.shuffle(real)
    made = real[:count]
    groups: dict[tuple[str, str], list[Example]] = {}
    for example in real:
        groups.setdefault((example.author, example.route), []).append(example)
    while len(made) < count:
        first = chance.choice(real)
        second = chance.choice(groups[first.author, first.route])
        one, two = first.body.split(" "), second.body.split(" ")
        body = " ".join([*one[: len(one) // 2], *two[len(two) // 2 :]])
        made.append(replace(first, id=f"{first.id}-{len(made)}", body=body))
    return made


def _silent(step: str, share: float) -> None:
    del step, share


def main() -> None:
    """Measure and print."""
    rows = []
    for count in [int(argument) for argument in sys.argv[1:]] or [3_000, 10_000]:
        examples = messages(count)
        begun, used = time.perf_counter(), time.process_time()
        train(examples, progress=_silent)
        rows.append(
            {
                "messages": count,
                "seconds": round(time.perf_counter() - begun, 1),
                "cpu_seconds": round(time.process_time() - used, 1),
                "largest_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
            }
        )
    print(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
