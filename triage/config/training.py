"""`[training]`: when a model is trained anew, and what becomes of it."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator

from triage.config.section import Section, within_config
from triage.domain.promotion import SUSPECT_LIMIT


class Training(Section):
    """`[training]`: the worker trains a model anew, in a process of its own at the lowest priority."""

    days: Annotated[float, Field(ge=0)] = Field(
        7.0,
        description="a model is trained so many days after the last one where there is a new label; 0: never by time",
    )
    corrections: Annotated[int, Field(ge=0)] = Field(
        50, description="and after so many decisions that differ from the suggestion; 0: never by number"
    )
    promotes: bool = Field(
        False,
        description="whether a model trained by itself serves at once where it passes every check; else a model keeper "
        "promotes it",
    )
    suspect_limit: Annotated[float, Field(gt=0, le=1)] = Field(
        SUSPECT_LIMIT,
        description="a candidate is held for a person where the share of a route's new labels that looks wrong is, beyond "
        "chance, by more than this above the usual one",
    )
    keep_snapshots: Annotated[int, Field(ge=1)] = Field(
        20, description="training sets and candidates that stay, besides those of models that serve or did"
    )
    data: Path | None = Field(None, description="file or folder of labelled messages; default: training_data/train")
    test: Path | None = Field(
        None, description="labelled messages that nothing is learnt from; default: training_data/test"
    )

    _paths = field_validator("data", "test")(within_config)

    @property
    def every(self) -> timedelta:
        """How long after a run the next one is due."""
        return timedelta(days=self.days)
