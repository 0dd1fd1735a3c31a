"""The officers' workspace: search index, senders, saved searches, who has what open, preferences, batches, drafts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
Time = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table('search_texts',
    sa.Column('message_id', Id, autoincrement=False, nullable=False),
    sa.Column('words', sa.Text().with_variant(postgresql.TSVECTOR(), 'postgresql'), nullable=False),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_search_texts_message_id')),
    sa.PrimaryKeyConstraint('message_id', name=op.f('pk_search_texts'))
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE search_index USING fts5(words, content='search_texts', content_rowid='message_id',"
            " detail=none, columnsize=0, tokenize=\"ascii tokenchars '_@.'\")"
        )
    op.create_index('ix_search_texts_words', 'search_texts', ['words'], unique=False, postgresql_using='gin', sqlite_where=sa.text("words = ''"))
    op.create_table('senders',
    sa.Column('message_id', Id, autoincrement=False, nullable=False),
    sa.Column('address_hash', sa.LargeBinary(length=16), nullable=False),
    sa.Column('domain_hash', sa.LargeBinary(length=16), nullable=True),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_senders_message_id')),
    sa.PrimaryKeyConstraint('message_id', name=op.f('pk_senders'))
    )
    op.create_index('ix_senders_address_hash', 'senders', ['address_hash', 'message_id'], unique=False)
    op.create_index('ix_senders_domain_hash', 'senders', ['domain_hash', 'message_id'], unique=False)
    op.create_table('saved_searches',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('person_id', Id, nullable=False),
    sa.Column('blob_id', Id, nullable=False),
    sa.Column('made_at', Time, nullable=False),
    sa.Column('expires_at', Time, nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_saved_searches_person_id')),
    sa.ForeignKeyConstraint(['blob_id'], ['blobs.id'], name=op.f('fk_saved_searches_blob_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_searches'))
    )
    op.create_index('ix_saved_searches_expires_at', 'saved_searches', ['expires_at'], unique=False)
    op.create_index('ix_saved_searches_person_id', 'saved_searches', ['person_id'], unique=False)
    op.create_table('openings',
    sa.Column('message_id', Id, autoincrement=False, nullable=False),
    sa.Column('person_id', Id, autoincrement=False, nullable=False),
    sa.Column('since_at', Time, nullable=False),
    sa.Column('until_at', Time, nullable=False),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_openings_message_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_openings_person_id')),
    sa.PrimaryKeyConstraint('message_id', 'person_id', name=op.f('pk_openings'))
    )
    op.create_index('ix_openings_until_at', 'openings', ['until_at'], unique=False)
    op.create_table('preferences',
    sa.Column('person_id', Id, autoincrement=False, nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('value', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_preferences_person_id')),
    sa.PrimaryKeyConstraint('person_id', 'name', name=op.f('pk_preferences'))
    )
    op.create_table('batches',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('person_id', Id, nullable=False),
    sa.Column('made_at', Time, nullable=False),
    sa.Column('undone_at', Time, nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_batches_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_batches'))
    )
    op.create_table('batch_decisions',
    sa.Column('batch_id', sa.String(length=32), nullable=False),
    sa.Column('decision_id', Id, autoincrement=False, nullable=False),
    sa.ForeignKeyConstraint(['batch_id'], ['batches.id'], name=op.f('fk_batch_decisions_batch_id')),
    sa.ForeignKeyConstraint(['decision_id'], ['decisions.id'], name=op.f('fk_batch_decisions_decision_id')),
    sa.PrimaryKeyConstraint('batch_id', 'decision_id', name=op.f('pk_batch_decisions'))
    )
    op.create_table('drafts',
    sa.Column('message_id', Id, autoincrement=False, nullable=False),
    sa.Column('person_id', Id, autoincrement=False, nullable=False),
    sa.Column('blob_id', Id, nullable=False),
    sa.Column('saved_at', Time, nullable=False),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_drafts_message_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_drafts_person_id')),
    sa.ForeignKeyConstraint(['blob_id'], ['blobs.id'], name=op.f('fk_drafts_blob_id')),
    sa.PrimaryKeyConstraint('message_id', 'person_id', name=op.f('pk_drafts'))
    )
    op.create_index('ix_inquiries_officer_id', 'inquiries', ['officer_id'], unique=False, sqlite_where=sa.text('officer_id IS NOT NULL'), postgresql_where=sa.text('officer_id IS NOT NULL'))
