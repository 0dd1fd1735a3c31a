"""Whether a challenger may serve in the place of the champion. Pure: answers of both to the same messages in, checks out.

Both are asked about the same messages, which neither has learnt from, so that only the messages count on which they
differ. Not being worse is shown where the lower confidence limit of the paired difference (score method, Tango 1998)
is above minus the margin. Every such check states its power: how likely it is to show that two equally good models
are equally good. Where that is too low, or so few messages differ that nothing follows from them, they cannot show it
at all; the check is `thin` then and fails only where the challenger is clearly worse. A route is clearly worse by the
exact sign test over the messages on which the two differ, corrected for the number of routes (Holm 1979).
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from statistics import NormalDist
from typing import Any

from triage.domain.gate import lowest_rate
from triage.domain.reliability import calibration_error
from triage.domain.training import Outcome

MARGIN = 0.02
LANGUAGE_MARGIN = 0.03
DOUBT = 0.05
LEAST_POWER = 0.8
CALIBRATION_MARGIN = 0.015
OUT_OF_SCOPE_MARGIN = 0.03
SUSPECT_LIMIT = 0.03
"""How much larger than usual the share of a route's new labels that look wrong may be. Officers err, and what one in a
hundred of them says wrongly falls on few routes: a smaller limit held good labels wherever there were thousands of them."""
USUAL_SUSPECTS = 0.015
"""Of right labels, the share that looks wrong; where the training files do not say better."""
SHARE_OF_ALL = 2 / 3
"""The limit of all new labels together, of a route's: errors that pile up on a route are few among all."""
SUSPECT_DOUBT = 0.05
"""How likely one of a batch's checks is to fail by chance although no route is over its limit. The check of all labels
together has one half of it; those of the routes share the other."""
ALL = "all"
LANGUAGES = ("en", "fr", "es")
OTHER = "other"
KEEP = "IPD"


class CheckName(StrEnum):
    """What is looked at."""

    UNSEEN = "unseen"  # the challenger has learnt from none of the messages it is judged by
    TEST = "test"  # not worse on the frozen test messages
    AUDIT = "audit"  # not worse on the audit window
    LANGUAGE = "language"  # not worse in one language, both together
    ROUTE = "route"  # not clearly worse on one route
    CALIBRATION = "calibration"  # its probabilities mean what they say
    OUT_OF_SCOPE = "out_of_scope"  # what is nobody's is kept as often
    SUSPECTS = "suspects"  # the new labels of a route look right


class Part(StrEnum):
    """Where a message comes from that both are judged by."""

    TEST = "test"
    AUDIT = "audit"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model says of a message. `kept`: it would not send it anywhere, as IPD's or as out of scope."""

    destination: str
    probability: float
    kept: bool


@dataclass(frozen=True, slots=True)
class Judged:
    """One message with its truth and both answers. `acceptable` are the destinations that count as right."""

    part: Part
    language: str
    route: str
    acceptable: frozenset[str]
    champion: Answer | None
    challenger: Answer

    @property
    def champion_right(self) -> bool:
        return self.champion is not None and self.champion.destination in self.acceptable

    @property
    def challenger_right(self) -> bool:
        return self.challenger.destination in self.acceptable


@dataclass(frozen=True, slots=True)
class NewLabels:
    """The labels of one route that the champion had not learnt from, and how many of them look wrong.

    `route` is the one named by the label, or (with `looks`) the one that the messages look like; ALL for all of them.
    `usual`: the share of such labels that looks wrong to the same model among those that are not new.
    """

    route: str
    labels: int
    suspected: int
    looks: bool = False
    usual: float = USUAL_SUSPECTS


@dataclass(frozen=True, slots=True)
class Check:
    """One check. `subject` is a language or a route where there is one for each; `thin`: the messages are too few to
    show it, and nothing speaks against it. `figures` are numbers for screen and card."""

    name: CheckName
    passed: bool
    figures: Mapping[str, float | int | None] = field(default_factory=dict)
    subject: str = ""
    thin: bool = False

    def __str__(self) -> str:
        return f"{self.name}:{self.subject}" if self.subject else self.name.value


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every check of one challenger against one champion (None: the first model of all)."""

    champion: str | None
    challenger: str
    at: datetime
    checks: tuple[Check, ...]

    @property
    def outcome(self) -> Outcome:
        """REFUSED where it is worse, HELD where only its labels are suspicious, else READY."""
        failed = {check.name for check in self.checks if not check.passed}
        if failed - {CheckName.SUSPECTS}:
            return Outcome.REFUSED
        return Outcome.HELD if failed else Outcome.READY

    @property
    def reasons(self) -> tuple[str, ...]:
        """The checks that did not pass, as `language:fr`."""
        return tuple(str(check) for check in self.checks if not check.passed)

    def as_json(self) -> dict[str, Any]:
        """JSON-ready, for the card and the books."""
        return {
            "champion": self.champion,
            "challenger": self.challenger,
            "at": self.at.isoformat(timespec="seconds"),
            "outcome": self.outcome.value,
            "checks": [
                {
                    "name": check.name.value,
                    "subject": check.subject,
                    "passed": check.passed,
                    "thin": check.thin,
                    "figures": dict(check.figures),
                }
                for check in self.checks
            ],
        }

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> "Comparison":
        """The comparison whose `as_json` this is."""
        return cls(
            champion=row["champion"],
            challenger=row["challenger"],
            at=datetime.fromisoformat(row["at"]),
            checks=tuple(
                Check(CheckName(one["name"]), one["passed"], one["figures"], one["subject"], one["thin"])
                for one in row["checks"]
            ),
        )


def compare(
    judged: Sequence[Judged],
    *,
    champion: str | None,
    challenger: str,
    at: datetime,
    seen: int = 0,
    new_labels: Collection[NewLabels] = (),
    suspect_limit: float = SUSPECT_LIMIT,
) -> Comparison:
    """Every check. `seen` is how many of the messages the challenger has learnt from all the same."""
    checks = [Check(CheckName.UNSEEN, seen == 0, {"messages": len(judged), "seen": seen})]
    if champion is not None:
        checks += _against(judged)
    checks += _suspects(new_labels, suspect_limit)
    return Comparison(champion, challenger, at, tuple(checks))


def _against(judged: Sequence[Judged]) -> list[Check]:
    test = [one for one in judged if one.part is Part.TEST]
    audit = [one for one in judged if one.part is Part.AUDIT]
    checks = [_not_worse(CheckName.TEST, test, MARGIN)]
    if audit:
        checks.append(_not_worse(CheckName.AUDIT, audit, MARGIN))
    by_language: dict[str, list[Judged]] = {}
    for one in judged:
        by_language.setdefault(one.language if one.language in LANGUAGES else OTHER, []).append(one)
    checks += [
        _not_worse(CheckName.LANGUAGE, rows, LANGUAGE_MARGIN, subject=name)
        for name, rows in sorted(by_language.items())
    ]
    return [*checks, *_routes(judged), _calibration(judged), *_out_of_scope(judged)]


def _not_worse(name: CheckName, rows: Sequence[Judged], margin: float, *, subject: str = "") -> Check:
    lost, won = _differ(rows)
    number = len(rows)
    power = power_of(lost, won, number, margin)
    shown = number > 0 and score(lost, won, number, -margin) >= NormalDist().inv_cdf(1 - DOUBT)
    # Where so few differ that all of them lost would still be chance, they show nothing, whatever the power is taken for.
    thin = not shown and (power < LEAST_POWER or 0.5 ** (lost + won) >= DOUBT)
    passed = shown or (thin and sign_test(lost, won) >= DOUBT)
    figures = {
        "messages": number,
        "champion": _share(sum(one.champion_right for one in rows), number),
        "challenger": _share(sum(one.challenger_right for one in rows), number),
        "lost": lost,
        "won": won,
        "lowest": None if not number else round(lower_limit(lost, won, number), 4),
        "margin": margin,
        "power": round(power, 3),
    }
    return Check(name, passed, figures, subject, thin and passed)


def _differ(rows: Sequence[Judged]) -> tuple[int, int]:
    """(right before and wrong now, wrong before and right now)."""
    lost = sum(one.champion_right and not one.challenger_right for one in rows)
    won = sum(one.challenger_right and not one.champion_right for one in rows)
    return lost, won


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def score(lost: int, won: int, number: int, difference: float) -> float:
    """Tango's score statistic of the paired difference `(won - lost) / number` against `difference`: standard normal
    where that is the true one, larger where the truth is better."""
    d = difference
    b = (lost + won) * (1 - d) + 2 * won * d - 2 * number * d
    root = math.sqrt(max(0.0, b * b + 8 * number * lost * d * (1 - d)))
    # The likeliest chance of "right before, wrong now" where the difference is `d`: the larger root.
    q = max((b + root) / (4 * number), 0.0, -d)
    variance = number * max(2 * q + d - d * d, 1e-12)
    return (won - lost - number * d) / math.sqrt(variance)


def lower_limit(lost: int, won: int, number: int, doubt: float = DOUBT) -> float:
    """The lower confidence limit of the paired difference."""
    wanted = NormalDist().inv_cdf(1 - doubt)
    low, high = -1 + 1e-9, (won - lost) / number
    for _ in range(60):
        middle = (low + high) / 2
        if score(lost, won, number, middle) >= wanted:
            low = middle
        else:
            high = middle
    return low


def power_of(lost: int, won: int, number: int, margin: float) -> float:
    """How likely two equally good models, differing on as many messages as these, are shown not to differ by more than
    `margin`."""
    if not number:
        return 0.0
    differing = max(lost + won, 1) / number
    normal = NormalDist()
    spread = math.sqrt(differing / number)
    return normal.cdf(margin / spread - normal.inv_cdf(1 - DOUBT))


def sign_test(lost: int, won: int) -> float:
    """The probability of so many losses or more where either model is as often the better one; one-sided, exact."""
    number = lost + won
    as_bad_or_worse = sum(math.comb(number, k) for k in range(lost, number + 1))
    return float(as_bad_or_worse / 2**number)


def _routes(judged: Sequence[Judged]) -> list[Check]:
    """Holm's procedure: the smallest probability is compared with the doubt over the number of routes, and so on up."""
    by_route: dict[str, list[Judged]] = {}
    for one in judged:
        by_route.setdefault(one.route, []).append(one)
    found = sorted((sign_test(*_differ(rows)), route) for route, rows in by_route.items())
    checks, worse = [], True
    for rank, (probability, route) in enumerate(found):
        worse = worse and probability < DOUBT / (len(found) - rank)
        lost, won = _differ(by_route[route])
        figures = {"messages": len(by_route[route]), "lost": lost, "won": won, "probability": round(probability, 4)}
        checks.append(Check(CheckName.ROUTE, not worse, figures, route))
    return sorted(checks, key=lambda check: check.subject)


def _calibration(judged: Sequence[Judged]) -> Check:
    before = calibration_error([(one.champion.probability, one.champion_right) for one in judged if one.champion])
    now = calibration_error([(one.challenger.probability, one.challenger_right) for one in judged])
    figures = {"champion": round(before, 4), "challenger": round(now, 4), "margin": CALIBRATION_MARGIN}
    return Check(CheckName.CALIBRATION, now <= before + CALIBRATION_MARGIN, figures)


def _out_of_scope(judged: Sequence[Judged]) -> list[Check]:
    """Of what is nobody's, the share that is not sent anywhere."""
    rows = [one for one in judged if one.route == KEEP and one.champion is not None]
    if not rows:
        return []
    before = sum(one.champion is not None and one.champion.kept for one in rows)
    now = sum(one.challenger.kept for one in rows)
    figures = {
        "messages": len(rows),
        "champion": _share(before, len(rows)),
        "challenger": _share(now, len(rows)),
        "margin": OUT_OF_SCOPE_MARGIN,
    }
    return [Check(CheckName.OUT_OF_SCOPE, before - now <= max(1, OUT_OF_SCOPE_MARGIN * len(rows)), figures)]


def _suspects(every: Collection[NewLabels], limit: float) -> list[Check]:
    """A share of suspects speaks against new labels where it cannot be chance: where its lower confidence limit (exact,
    one-sided) is above the usual share and the limit. So few labels fail only where very many of them look wrong."""
    routes = sum(one.route != ALL for one in every)
    return [
        _suspected(one, limit * SHARE_OF_ALL, SUSPECT_DOUBT / 2)
        if one.route == ALL
        else _suspected(one, limit, SUSPECT_DOUBT / 2 / routes)
        for one in every
    ]


def _suspected(one: NewLabels, limit: float, doubt: float) -> Check:
    lowest = lowest_rate(one.suspected, one.labels, doubt)
    allowed = min(1.0, one.usual + limit)
    figures = {
        "labels": one.labels,
        "suspected": one.suspected,
        "share": _share(one.suspected, one.labels),
        "lowest": round(lowest, 4),
        "usual": round(one.usual, 4),
        "limit": round(allowed, 4),
    }
    return Check(CheckName.SUSPECTS, lowest <= allowed, figures, f"{'looks:' if one.looks else ''}{one.route}")
