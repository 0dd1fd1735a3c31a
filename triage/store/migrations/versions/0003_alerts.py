"""Alerts, brakes on automatic mail, acknowledgements, copies in the Sent folder."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('outside',
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=60), nullable=True),
    sa.Column('looked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('good_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_outside'))
    )
    op.create_table('alerts',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('object', sa.String(length=80), nullable=False),
    sa.Column('message_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('code', sa.String(length=60), nullable=True),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('raised_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('rounds', sa.Integer(), nullable=False),
    sa.Column('notified_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('next_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('called', sa.Integer(), nullable=False),
    sa.Column('acknowledged_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('acknowledged_by', sa.String(length=80), nullable=True),
    sa.Column('resolved_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_alerts_message_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alerts')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_alerts_message_id', 'alerts', ['message_id'], unique=False)
    op.create_index('uq_alerts_open', 'alerts', ['kind', 'object'], unique=True, sqlite_where=sa.text('resolved_at IS NULL'), postgresql_where=sa.text('resolved_at IS NULL'))
    op.create_table('acknowledgements',
    sa.Column('message_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('owed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('outcome', sa.String(length=24), nullable=True),
    sa.Column('sender_hash', sa.LargeBinary(length=16), nullable=True),
    sa.Column('delivery_id', sa.String(length=32), nullable=True),
    sa.ForeignKeyConstraint(['delivery_id'], ['deliveries.id'], name=op.f('fk_acknowledgements_delivery_id')),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_acknowledgements_message_id')),
    sa.PrimaryKeyConstraint('message_id', name=op.f('pk_acknowledgements'))
    )
    op.create_index('ix_acknowledgements_owed', 'acknowledgements', ['message_id'], unique=False, sqlite_where=sa.text('decided_at IS NULL'), postgresql_where=sa.text('decided_at IS NULL'))
    op.create_index('ix_acknowledgements_sender_hash', 'acknowledgements', ['sender_hash', 'decided_at'], unique=False)
    op.create_table('alert_notices',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('alert_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('delivery_id', sa.String(length=32), nullable=True),
    sa.ForeignKeyConstraint(['alert_id'], ['alerts.id'], name=op.f('fk_alert_notices_alert_id')),
    sa.ForeignKeyConstraint(['delivery_id'], ['deliveries.id'], name=op.f('fk_alert_notices_delivery_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_alert_notices_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alert_notices')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_alert_notices_alert_id', 'alert_notices', ['alert_id'], unique=False)
    op.create_table('automatic_mails',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('purpose', sa.String(length=24), nullable=False),
    sa.Column('address_hash', sa.LargeBinary(length=16), nullable=False),
    sa.Column('message_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('delivery_id', sa.String(length=32), nullable=True),
    sa.Column('refused', sa.String(length=24), nullable=True),
    sa.ForeignKeyConstraint(['delivery_id'], ['deliveries.id'], name=op.f('fk_automatic_mails_delivery_id')),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_automatic_mails_message_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_automatic_mails')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_automatic_mails_address_hash', 'automatic_mails', ['address_hash', 'at'], unique=False)
    op.create_index('ix_automatic_mails_at', 'automatic_mails', ['at'], unique=False)
    op.create_table('sent_copies',
    sa.Column('delivery_id', sa.String(length=32), nullable=False),
    sa.Column('owed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('filed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('code', sa.String(length=60), nullable=True),
    sa.ForeignKeyConstraint(['delivery_id'], ['deliveries.id'], name=op.f('fk_sent_copies_delivery_id')),
    sa.PrimaryKeyConstraint('delivery_id', name=op.f('pk_sent_copies'))
    )
    op.create_index('ix_sent_copies_due', 'sent_copies', ['due_at'], unique=False, sqlite_where=sa.text('due_at IS NOT NULL'), postgresql_where=sa.text('due_at IS NOT NULL'))
