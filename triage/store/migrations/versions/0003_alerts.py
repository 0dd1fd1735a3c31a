"""Alerts, brakes on automatic mail, acknowledgements, copies in the Sent folder."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
