"""The labels of the routing guide: routes, kinds, sender types and countries."""

from dataclasses import dataclass
from enum import StrEnum


class Route(StrEnum):
    """Who gets a message. Order and meaning: the routing guide."""

    DMM = "DMM"
    DOE = "DOE"
    ICP = "ICP"
    MCD = "MCD"
    IML = "IML"
    MISSION = "MISSION"
    IPD = "IPD"


class Kind(StrEnum):
    """What a message does: asks, informs or invites."""

    QUESTION = "question"
    INFORMATION = "information"
    INVITATION = "invitation"


class SenderType(StrEnum):
    """The leaflet's seven kinds of civil society organisation, and the others who write."""

    NGO = "ngo"
    ADVOCACY = "advocacy"
    MIGRANT_ASSOCIATION = "migrant_association"
    UNION_PROFESSIONAL = "union_professional"
    MEDIA = "media"
    RESEARCH = "research"
    FOUNDATION = "foundation"
    GOVERNMENT = "government"
    IGO = "igo"
    BUSINESS = "business"
    INDIVIDUAL = "individual"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, order=True)
class Destination:
    """A route and, for a mission alone, the ISO 3166-1 alpha-2 code of the country of the work.

    Raises ValueError where a country stands beside another route, or a mission has none.
    """

    route: Route
    country: str | None = None

    def __post_init__(self) -> None:
        if (self.route is Route.MISSION) != (self.country is not None):
            raise ValueError("a country goes with MISSION, always and only")
        if self.country is not None and not (
            len(self.country) == 2 and self.country.isascii() and self.country.isupper()
        ):
            raise ValueError("a country is two capital letters of ISO 3166-1")

    def __str__(self) -> str:
        return f"{self.route}:{self.country}" if self.country else str(self.route)

    @classmethod
    def parse(cls, text: str) -> "Destination":
        """Reads `DMM` or `MISSION:ML`. Raises ValueError on anything else."""
        route, _, country = text.partition(":")
        return cls(Route(route), country or None)
