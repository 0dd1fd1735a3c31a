"""Second factors, recovery codes, identities of a provider, who changed what; daily figures and what they are read by."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
Time = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table('second_factors',
    sa.Column('person_id', Id, autoincrement=False, nullable=False),
    sa.Column('begun_at', Time, nullable=False),
    sa.Column('confirmed_at', Time, nullable=True),
    sa.Column('last_step', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_second_factors_person_id')),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_second_factors'))
    )
    op.create_table('recovery_codes',
    sa.Column('person_id', Id, autoincrement=False, nullable=False),
    sa.Column('code_hash', sa.LargeBinary(length=16), nullable=False),
    sa.Column('used_at', Time, nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_recovery_codes_person_id')),
    sa.PrimaryKeyConstraint('person_id', 'code_hash', name=op.f('pk_recovery_codes'))
    )
    op.create_table('identities',
    sa.Column('issuer', sa.String(length=255), nullable=False),
    sa.Column('subject', sa.String(length=255), nullable=False),
    sa.Column('person_id', Id, nullable=False),
    sa.Column('linked_at', Time, nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_identities_person_id')),
    sa.PrimaryKeyConstraint('issuer', 'subject', name=op.f('pk_identities'))
    )
    op.create_index('ix_identities_person_id', 'identities', ['person_id'], unique=False)
    op.create_table('changes',
    sa.Column('id', Id, nullable=False),
    sa.Column('at', Time, nullable=False),
    sa.Column('actor', sa.String(length=80), nullable=False),
    sa.Column('about', sa.String(length=80), nullable=False),
    sa.Column('before', sa.JSON(), nullable=True),
    sa.Column('after', sa.JSON(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_changes'))
    )
    op.create_index('ix_changes_about', 'changes', ['about', 'id'], unique=False)
    op.create_table('daily_figures',
    sa.Column('topic', sa.String(length=24), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('word', sa.String(length=160), nullable=False),
    sa.Column('hidden', sa.Boolean(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('topic', 'day', 'word', 'hidden', name=op.f('pk_daily_figures')),
    sqlite_with_rowid=False
    )
    op.create_index('ix_daily_figures_day', 'daily_figures', ['day'], unique=False)
    op.create_table('figure_marks',
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('value', sa.BigInteger(), nullable=False),
    sa.Column('moved_at', Time, nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_figure_marks'))
    )
    op.create_index('ix_messages_stored_at', 'messages', ['stored_at'], unique=False)
    op.create_index('ix_audit_actor', 'audit', ['actor', 'id'], unique=False)
    op.create_index('ix_audit_action', 'audit', ['action', 'id'], unique=False)
    op.create_index('ix_audit_at', 'audit', ['at'], unique=False)
