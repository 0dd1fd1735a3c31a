"""The gate: its states, the mail drawn to be judged blind, what models say of it, and the numbers of drift."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('gate_states',
    sa.Column('id', Id, nullable=False),
    sa.Column('scope', sa.String(length=24), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('state', sa.String(length=24), nullable=False),
    sa.Column('cause', sa.String(length=24), nullable=False),
    sa.Column('certificate', sa.JSON(), nullable=True),
    sa.Column('model', sa.String(length=80), nullable=False),
    sa.Column('actor', sa.String(length=80), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_gate_states')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_gate_states_scope_name', 'gate_states', ['scope', 'name', 'id'], unique=False)
    op.create_table('gate_checks',
    sa.Column('message_id', Id, autoincrement=False, nullable=False),
    sa.Column('drawn_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('why', sa.String(length=24), nullable=False),
    sa.Column('share', sa.Float(), nullable=False),
    sa.Column('gate_id', Id, nullable=True),
    sa.Column('language', sa.String(length=12), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decision_id', Id, nullable=True),
    sa.Column('route', sa.String(length=24), nullable=True),
    sa.Column('country', sa.String(length=2), nullable=True),
    sa.Column('declined', sa.Boolean(), nullable=False),
    sa.Column('void', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_gate_checks_message_id')),
    sa.ForeignKeyConstraint(['gate_id'], ['gate_states.id'], name=op.f('fk_gate_checks_gate_id')),
    sa.ForeignKeyConstraint(['decision_id'], ['decisions.id'], name=op.f('fk_gate_checks_decision_id')),
    sa.PrimaryKeyConstraint('message_id', name=op.f('pk_gate_checks'))
    )
    where = sa.text('answered_at IS NULL')
    op.create_index('ix_gate_checks_open', 'gate_checks', ['message_id'], unique=False, sqlite_where=where, postgresql_where=where)
    op.create_index('ix_gate_checks_drawn_at', 'gate_checks', ['drawn_at'], unique=False)
    op.create_table('gate_judgements',
    sa.Column('message_id', Id, autoincrement=False, nullable=False),
    sa.Column('model', sa.String(length=80), nullable=False),
    sa.Column('route', sa.String(length=24), nullable=False),
    sa.Column('country', sa.String(length=2), nullable=True),
    sa.Column('probability', sa.Float(), nullable=False),
    sa.Column('may_go', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['message_id'], ['gate_checks.message_id'], name=op.f('fk_gate_judgements_message_id')),
    sa.PrimaryKeyConstraint('message_id', 'model', name=op.f('pk_gate_judgements'))
    )
    op.create_table('drift_figures',
    sa.Column('message_id', Id, autoincrement=False, nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('model', sa.String(length=80), nullable=False),
    sa.Column('language', sa.String(length=12), nullable=False),
    sa.Column('route', sa.String(length=24), nullable=False),
    sa.Column('probability', sa.Float(), nullable=False),
    sa.Column('out_of_scope', sa.Float(), nullable=False),
    sa.Column('unknown_share', sa.Float(), nullable=False),
    sa.Column('buckets', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_drift_figures_message_id')),
    sa.PrimaryKeyConstraint('message_id', name=op.f('pk_drift_figures'))
    )
    op.create_index('ix_drift_figures_model', 'drift_figures', ['model', 'message_id'], unique=False)
    op.create_table('drift_alarms',
    sa.Column('id', Id, nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('model', sa.String(length=80), nullable=False),
    sa.Column('figure', sa.String(length=24), nullable=False),
    sa.Column('value', sa.Float(), nullable=False),
    sa.Column('limit', sa.Float(), nullable=False),
    sa.Column('examples', sa.JSON(), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('settled_by', sa.String(length=80), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_drift_alarms')),
    sqlite_autoincrement=True
    )
