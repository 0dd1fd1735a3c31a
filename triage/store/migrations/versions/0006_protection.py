"""Data protection: legal holds, proofs of erasure, keys of pseudonyms, shortened mails, and what is due for erasure."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('holds',
    sa.Column('id', Id, nullable=False),
    sa.Column('message_id', Id, nullable=True),
    sa.Column('inquiry_id', Id, nullable=True),
    sa.Column('reason_blob_id', Id, nullable=False),
    sa.Column('actor', sa.String(length=80), nullable=False),
    sa.Column('placed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('lifted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('lifted_by', sa.String(length=80), nullable=True),
    sa.ForeignKeyConstraint(['inquiry_id'], ['inquiries.id'], name=op.f('fk_holds_inquiry_id')),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_holds_message_id')),
    sa.ForeignKeyConstraint(['reason_blob_id'], ['blobs.id'], name=op.f('fk_holds_reason_blob_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_holds')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_holds_message_id', 'holds', ['message_id'], unique=False)
    op.create_index('ix_holds_inquiry_id', 'holds', ['inquiry_id'], unique=False)
    op.create_table('proofs',
    sa.Column('id', Id, nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('cause', sa.String(length=24), nullable=False),
    sa.Column('content', sa.String(length=24), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('actor', sa.String(length=80), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_proofs')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_proofs_at', 'proofs', ['at'], unique=False)
    op.create_table('pseudonym_keys',
    sa.Column('name_hash', sa.LargeBinary(length=16), nullable=False),
    sa.Column('key', sa.LargeBinary(length=32), nullable=False),
    sa.PrimaryKeyConstraint('name_hash', name=op.f('pk_pseudonym_keys')),
    sqlite_with_rowid=False
    )
    op.create_table('shortened',
    sa.Column('message_id', Id, autoincrement=False, nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('cause', sa.String(length=24), nullable=False),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_shortened_message_id')),
    sa.PrimaryKeyConstraint('message_id', name=op.f('pk_shortened'))
    )
    for name, column in (('raw_there', 'raw_blob_id'), ('text_there', 'reading_blob_id')):
        where = sa.text(f'{column} IS NOT NULL')
        op.create_index(f'ix_messages_{name}', 'messages', ['stored_at', 'id'], unique=False, sqlite_where=where, postgresql_where=where)
    op.create_index('ix_arrivals_poll_id', 'arrivals', ['poll_id'], unique=False)
