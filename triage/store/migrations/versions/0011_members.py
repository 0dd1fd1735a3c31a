"""Signed-in unit members: who leads a unit, notes, absences with deputies, proposed addresses."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.add_column('people', sa.Column('leads_unit', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table('unit_notes',
    sa.Column('id', Id, nullable=False),
    sa.Column('message_id', Id, nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('from_unit', sa.Boolean(), nullable=False),
    sa.Column('author', sa.String(length=120), nullable=False),
    sa.Column('person_id', Id, nullable=True),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('blob_id', Id, nullable=False),
    sa.ForeignKeyConstraint(['blob_id'], ['blobs.id'], name=op.f('fk_unit_notes_blob_id')),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_unit_notes_message_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_unit_notes_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_unit_notes')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_unit_notes_message_id', 'unit_notes', ['message_id'], unique=False)
    op.create_index('ix_unit_notes_unseen', 'unit_notes', ['code'], unique=False, sqlite_where=sa.text('seen_at IS NULL'), postgresql_where=sa.text('seen_at IS NULL'))
    op.create_table('absences',
    sa.Column('id', Id, nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('person_id', Id, nullable=True),
    sa.Column('first_day', sa.Date(), nullable=False),
    sa.Column('last_day', sa.Date(), nullable=False),
    sa.Column('deputy_code', sa.String(length=40), nullable=True),
    sa.Column('deputy_id', Id, nullable=True),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by', Id, nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['deputy_id'], ['people.id'], name=op.f('fk_absences_deputy_id')),
    sa.ForeignKeyConstraint(['made_by'], ['people.id'], name=op.f('fk_absences_made_by')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_absences_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_absences')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_absences_last_day', 'absences', ['last_day'], unique=False)
    op.create_table('address_proposals',
    sa.Column('id', Id, nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('address', sa.Text(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by', Id, nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('settled_by', Id, nullable=True),
    sa.Column('accepted', sa.Boolean(), nullable=True),
    sa.ForeignKeyConstraint(['made_by'], ['people.id'], name=op.f('fk_address_proposals_made_by')),
    sa.ForeignKeyConstraint(['settled_by'], ['people.id'], name=op.f('fk_address_proposals_settled_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_address_proposals')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_address_proposals_code', 'address_proposals', ['code'], unique=False)
    op.create_index('ix_deliveries_code', 'deliveries', ['code', 'created_at'], unique=False)
