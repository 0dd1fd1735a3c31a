"""Training runs, snapshots of training sets, and a challenger's answers beside the model that serves."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
Time = sa.DateTime(timezone=True)
Word = sa.String(length=24)


def upgrade() -> None:
    op.create_table('training_snapshots',
    sa.Column('id', Id, nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('file', sa.String(length=120), nullable=False),
    sa.Column('made_at', Time, nullable=False),
    sa.Column('messages', sa.Integer(), nullable=False),
    sa.Column('labels', sa.Integer(), nullable=False),
    sa.Column('key_blob_id', Id, nullable=True),
    sa.ForeignKeyConstraint(['key_blob_id'], ['blobs.id'], name=op.f('fk_training_snapshots_key_blob_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_training_snapshots')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_training_snapshots_hash', 'training_snapshots', ['hash'], unique=False)
    op.create_table('training_runs',
    sa.Column('id', Id, nullable=False),
    sa.Column('asked_at', Time, nullable=False),
    sa.Column('asked_by', sa.String(length=80), nullable=False),
    sa.Column('reason', Word, nullable=False),
    sa.Column('state', Word, nullable=False),
    sa.Column('phase', Word, nullable=False),
    sa.Column('progress', sa.Float(), nullable=False),
    sa.Column('worker', sa.String(length=80), nullable=True),
    sa.Column('started_at', Time, nullable=True),
    sa.Column('beat_at', Time, nullable=True),
    sa.Column('finished_at', Time, nullable=True),
    sa.Column('snapshot_id', Id, nullable=True),
    sa.Column('left_out', sa.JSON(), nullable=True),
    sa.Column('model', sa.String(length=80), nullable=True),
    sa.Column('outcome', Word, nullable=True),
    sa.Column('reasons', sa.JSON(), nullable=False),
    sa.Column('comparison', sa.JSON(), nullable=True),
    sa.ForeignKeyConstraint(['snapshot_id'], ['training_snapshots.id'], name=op.f('fk_training_runs_snapshot_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_training_runs')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_training_runs_state', 'training_runs', ['state', 'id'], unique=False)
    op.create_index('ix_training_runs_model', 'training_runs', ['model'], unique=False)
    op.create_table('challenger_answers',
    sa.Column('id', Id, nullable=False),
    sa.Column('message_id', Id, nullable=False),
    sa.Column('model', sa.String(length=80), nullable=False),
    sa.Column('at', Time, nullable=False),
    sa.Column('route', Word, nullable=False),
    sa.Column('country', sa.String(length=2), nullable=True),
    sa.Column('probability', sa.Float(), nullable=False),
    sa.Column('prediction_id', Id, nullable=False),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_challenger_answers_message_id')),
    sa.ForeignKeyConstraint(['prediction_id'], ['predictions.id'], name=op.f('fk_challenger_answers_prediction_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_challenger_answers')),
    sa.UniqueConstraint('model', 'message_id', name=op.f('uq_challenger_answers_model_message_id')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_challenger_answers_message_id', 'challenger_answers', ['message_id'], unique=False)
