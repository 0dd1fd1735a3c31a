"""Labels from outside, doubts that people settled, second looks, what old labels mean; how much a message would teach."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
Time = sa.DateTime(timezone=True)
Word = sa.String(length=24)


def upgrade() -> None:
    op.create_table('imported_labels',
    sa.Column('id', Id, nullable=False),
    sa.Column('source', Word, nullable=False),
    sa.Column('origin', sa.String(length=120), nullable=False),
    sa.Column('fingerprint', sa.LargeBinary(length=16), nullable=False),
    sa.Column('message_id', Id, nullable=True),
    sa.Column('line_blob_id', Id, nullable=True),
    sa.Column('label', sa.String(length=40), nullable=False),
    sa.Column('language', sa.String(length=12), nullable=False),
    sa.Column('who', sa.String(length=120), nullable=False),
    sa.Column('labelled_at', Time, nullable=True),
    sa.Column('way', sa.String(length=24), nullable=False),
    sa.Column('imported_at', Time, nullable=False),
    sa.Column('imported_by', sa.String(length=80), nullable=False),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_imported_labels_message_id')),
    sa.ForeignKeyConstraint(['line_blob_id'], ['blobs.id'], name=op.f('fk_imported_labels_line_blob_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_imported_labels')),
    sa.UniqueConstraint('fingerprint', 'label', name=op.f('uq_imported_labels_fingerprint_label')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_imported_labels_message_id', 'imported_labels', ['message_id'], unique=False)
    op.create_table('label_reviews',
    sa.Column('id', Id, nullable=False),
    sa.Column('doubt', Word, nullable=False),
    sa.Column('line_id', sa.String(length=80), nullable=False),
    sa.Column('message_id', Id, nullable=True),
    sa.Column('before', sa.String(length=40), nullable=False),
    sa.Column('route', Word, nullable=False),
    sa.Column('country', sa.String(length=2), nullable=True),
    sa.Column('actor', sa.String(length=80), nullable=False),
    sa.Column('at', Time, nullable=False),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_label_reviews_message_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_label_reviews')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_label_reviews_line_id', 'label_reviews', ['line_id', 'id'], unique=False)
    op.create_index('ix_label_reviews_message_id', 'label_reviews', ['message_id'], unique=False)
    op.create_table('double_labels',
    sa.Column('message_id', Id, autoincrement=False, nullable=False),
    sa.Column('drawn_at', Time, nullable=False),
    sa.Column('first_route', Word, nullable=False),
    sa.Column('first_country', sa.String(length=2), nullable=True),
    sa.Column('first_officer', sa.String(length=120), nullable=False),
    sa.Column('first_officer_id', Id, nullable=True),
    sa.Column('route', Word, nullable=True),
    sa.Column('country', sa.String(length=2), nullable=True),
    sa.Column('officer', sa.String(length=120), nullable=True),
    sa.Column('officer_id', Id, nullable=True),
    sa.Column('at', Time, nullable=True),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_double_labels_message_id')),
    sa.ForeignKeyConstraint(['first_officer_id'], ['people.id'], name=op.f('fk_double_labels_first_officer_id')),
    sa.ForeignKeyConstraint(['officer_id'], ['people.id'], name=op.f('fk_double_labels_officer_id')),
    sa.PrimaryKeyConstraint('message_id', name=op.f('pk_double_labels'))
    )
    where = sa.text('at IS NULL')
    op.create_index('ix_double_labels_open', 'double_labels', ['message_id'], unique=False, sqlite_where=where, postgresql_where=where)
    op.create_table('label_mappings',
    sa.Column('id', Id, nullable=False),
    sa.Column('kind', Word, nullable=False),
    sa.Column('old_label', sa.String(length=40), nullable=False),
    sa.Column('new_labels', sa.JSON(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('actor', sa.String(length=80), nullable=False),
    sa.Column('made_at', Time, nullable=False),
    sa.Column('revoked_at', Time, nullable=True),
    sa.Column('revoked_by', sa.String(length=80), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_label_mappings')),
    sqlite_autoincrement=True
    )
    op.create_table('label_suspects',
    sa.Column('model', sa.String(length=80), nullable=False),
    sa.Column('line_id', sa.String(length=80), nullable=False),
    sa.Column('other_id', sa.String(length=80), nullable=False),
    sa.Column('place', Id, nullable=False),
    sa.Column('language', sa.String(length=12), nullable=False),
    sa.Column('labelled', sa.String(length=40), nullable=False),
    sa.Column('likely', sa.String(length=40), nullable=False),
    sa.Column('labelled_probability', sa.Float(), nullable=False),
    sa.Column('likely_probability', sa.Float(), nullable=False),
    sa.PrimaryKeyConstraint('model', 'line_id', 'other_id', name=op.f('pk_label_suspects'))
    )
    op.add_column('messages', sa.Column('teaches', sa.Float(), nullable=False, server_default='0'))
    op.create_index('ix_messages_open_teaches', 'messages', ['teaches', 'id'], unique=False, sqlite_where=sa.text("state = 'in_review' AND restricted = 0"), postgresql_where=sa.text("state = 'in_review' AND restricted = false"))
