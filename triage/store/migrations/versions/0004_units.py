"""The units' side: ways of answers, replies that were read, who is waited for, calendars; replies booked as answers."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('answer_sources',
    sa.Column('answer_id', Id, autoincrement=False, nullable=False),
    sa.Column('way', sa.String(length=24), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('proposed_route', sa.String(length=24), nullable=True),
    sa.Column('proposed_country', sa.String(length=2), nullable=True),
    sa.ForeignKeyConstraint(['answer_id'], ['answers.id'], name=op.f('fk_answer_sources_answer_id')),
    sa.PrimaryKeyConstraint('answer_id', name=op.f('pk_answer_sources'))
    )
    op.create_table('replies',
    sa.Column('message_id', Id, autoincrement=False, nullable=False),
    sa.Column('delivery_id', sa.String(length=32), nullable=False),
    sa.Column('exact', sa.Boolean(), nullable=False),
    sa.Column('reading', sa.String(length=24), nullable=True),
    sa.Column('confidence', sa.Float(), nullable=True),
    sa.Column('proposed_route', sa.String(length=24), nullable=True),
    sa.Column('proposed_country', sa.String(length=2), nullable=True),
    sa.Column('answer_id', Id, nullable=True),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['answer_id'], ['answers.id'], name=op.f('fk_replies_answer_id')),
    sa.ForeignKeyConstraint(['delivery_id'], ['deliveries.id'], name=op.f('fk_replies_delivery_id')),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_replies_message_id')),
    sa.PrimaryKeyConstraint('message_id', name=op.f('pk_replies'))
    )
    op.create_index('ix_replies_delivery_id', 'replies', ['delivery_id'], unique=False)
    op.create_table('awaited',
    sa.Column('delivery_id', sa.String(length=32), nullable=False),
    sa.Column('message_id', Id, nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reminders', sa.SmallInteger(), nullable=False),
    sa.Column('reminder_id', sa.String(length=32), nullable=True),
    sa.Column('escalated_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('needs_more_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['delivery_id'], ['deliveries.id'], name=op.f('fk_awaited_delivery_id')),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_awaited_message_id')),
    sa.ForeignKeyConstraint(['reminder_id'], ['deliveries.id'], name=op.f('fk_awaited_reminder_id')),
    sa.PrimaryKeyConstraint('delivery_id', name=op.f('pk_awaited'))
    )
    op.create_index('ix_awaited_due_at', 'awaited', ['due_at'], unique=False)
    op.create_index('ix_awaited_code_sent_at', 'awaited', ['code', 'sent_at'], unique=False)
    op.create_index('ix_awaited_message_id', 'awaited', ['message_id'], unique=False)
    op.create_table('calendars',
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('country', sa.String(length=2), nullable=True),
    sa.Column('weekend', sa.JSON(), nullable=True),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_calendars'))
    )
    op.create_table('holidays',
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.PrimaryKeyConstraint('code', 'day', name=op.f('pk_holidays'))
    )
    op.create_index('ix_messages_answer', 'messages', ['id', 'restricted', 'state'], unique=False, sqlite_where=sa.text("state = 'answer'"), postgresql_where=sa.text("state = 'answer'"))
