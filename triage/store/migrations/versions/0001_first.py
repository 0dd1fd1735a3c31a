"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('audit',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor', sa.String(length=80), nullable=False),
    sa.Column('action', sa.String(length=40), nullable=False),
    sa.Column('objects', sa.Text(), nullable=False),
    sa.Column('previous', sa.LargeBinary(length=32), nullable=False),
    sa.Column('link', sa.LargeBinary(length=32), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit'))
    )
    op.create_table('audit_head',
    sa.Column('id', sa.SmallInteger(), autoincrement=False, nullable=False),
    sa.Column('entries', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('link', sa.LargeBinary(length=32), nullable=False),
    sa.Column('seal', sa.LargeBinary(length=32), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_head'))
    )
    op.create_table('blobs',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('key_class', sa.String(24), nullable=False),
    sa.Column('key_version', sa.SmallInteger(), nullable=False),
    sa.Column('codec', sa.SmallInteger(), nullable=False),
    sa.Column('data', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_blobs')),
    sqlite_autoincrement=True
    )
    op.create_table('cursors',
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('folder', sa.Text(), nullable=False),
    sa.Column('uidvalidity', sa.BigInteger(), nullable=False),
    sa.Column('last_uid', sa.BigInteger(), nullable=False),
    sa.Column('moved_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('source', 'folder', name=op.f('pk_cursors'))
    )
    op.create_table('offices',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('names', sa.JSON(), nullable=False),
    sa.Column('aliases', sa.JSON(), nullable=False),
    sa.Column('status', sa.String(24), nullable=False),
    sa.Column('covered_by', sa.String(length=40), nullable=True),
    sa.Column('address', sa.Text(), nullable=False),
    sa.Column('language', sa.String(length=12), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_offices')),
    sa.UniqueConstraint('code', 'valid_from', name=op.f('uq_offices_code_valid_from'))
    )
    op.create_table('polls',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('folder', sa.Text(), nullable=False),
    sa.Column('uidvalidity', sa.BigInteger(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('error', sa.String(length=60), nullable=True),
    sa.Column('seen', sa.Integer(), nullable=False),
    sa.Column('stored', sa.Integer(), nullable=False),
    sa.Column('duplicate', sa.Integer(), nullable=False),
    sa.Column('failed', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_polls')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_polls_open', 'polls', ['source', 'folder'], unique=False, sqlite_where=sa.text('finished_at IS NULL'), postgresql_where=sa.text('finished_at IS NULL'))
    op.create_table('settings',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('value', sa.JSON(), nullable=False),
    sa.Column('set_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor', sa.String(length=80), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_settings'))
    )
    op.create_index('ix_settings_name', 'settings', ['name', 'id'], unique=False)
    op.create_table('sign_in_attempts',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('key_hash', sa.LargeBinary(length=16), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in_attempts'))
    )
    op.create_index('ix_sign_in_attempts_key_hash', 'sign_in_attempts', ['key_hash', 'at'], unique=False)
    op.create_table('units',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('names', sa.JSON(), nullable=False),
    sa.Column('remits', sa.JSON(), nullable=False),
    sa.Column('address', sa.Text(), nullable=False),
    sa.Column('language', sa.String(length=12), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_units')),
    sa.UniqueConstraint('code', 'valid_from', name=op.f('uq_units_code_valid_from'))
    )
    op.create_table('workers',
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('beat_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('stopped_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('pid', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_workers'))
    )
    op.create_table('people',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('email', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('password_hash', sa.Text(), nullable=True),
    sa.Column('roles', sa.JSON(), nullable=False),
    sa.Column('cleared', sa.Boolean(), nullable=False),
    sa.Column('language', sa.String(length=12), nullable=False),
    sa.Column('unit', sa.String(length=40), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('disabled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('second_factor_blob_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.CheckConstraint('email = lower(email)', name=op.f('ck_people_email_lower')),
    sa.ForeignKeyConstraint(['second_factor_blob_id'], ['blobs.id'], name=op.f('fk_people_second_factor_blob_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_people')),
    sa.UniqueConstraint('email', name=op.f('uq_people_email')),
    sqlite_autoincrement=True
    )
    op.create_table('inquiries',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('unit', sa.String(length=40), nullable=True),
    sa.Column('officer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('restricted', sa.Boolean(), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('close_reason', sa.String(length=24), nullable=True),
    sa.ForeignKeyConstraint(['officer_id'], ['people.id'], name=op.f('fk_inquiries_officer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inquiries')),
    sqlite_autoincrement=True
    )
    op.create_table('sessions',
    sa.Column('token_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_sessions_person_id')),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('pk_sessions'))
    )
    op.create_index('ix_sessions_expires_at', 'sessions', ['expires_at'], unique=False)
    op.create_index('ix_sessions_person_id', 'sessions', ['person_id'], unique=False)
    op.create_table('correspondents',
    sa.Column('inquiry_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('address_hash', sa.LargeBinary(length=16), nullable=False),
    sa.ForeignKeyConstraint(['inquiry_id'], ['inquiries.id'], name=op.f('fk_correspondents_inquiry_id')),
    sa.PrimaryKeyConstraint('inquiry_id', 'address_hash', name=op.f('pk_correspondents')),
    sqlite_with_rowid=False
    )
    op.create_index('ix_correspondents_address_hash', 'correspondents', ['address_hash'], unique=False)
    op.create_table('messages',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('inquiry_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.String(24), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('stored_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('message_id_hash', sa.LargeBinary(length=16), nullable=False),
    sa.Column('fingerprint', sa.LargeBinary(length=16), nullable=False),
    sa.Column('language', sa.String(length=12), nullable=False),
    sa.Column('machine', sa.String(24), nullable=True),
    sa.Column('quarantine_reason', sa.String(length=60), nullable=True),
    sa.Column('urgent', sa.Boolean(), nullable=False),
    sa.Column('restricted', sa.Boolean(), nullable=False),
    sa.Column('declined', sa.Boolean(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('has_attachments', sa.Boolean(), nullable=False),
    sa.Column('probability', sa.Float(), nullable=False),
    sa.Column('snoozed_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('erased_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('raw_blob_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('heading_blob_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('reading_blob_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('html_blob_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('prediction_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('decision_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('delivery_id', sa.String(length=32), nullable=True),
    sa.Column('delivery_state', sa.String(24), nullable=True),
    sa.Column('may_belong_to', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('bounced_delivery_id', sa.String(length=32), nullable=True),
    sa.ForeignKeyConstraint(['heading_blob_id'], ['blobs.id'], name=op.f('fk_messages_heading_blob_id')),
    sa.ForeignKeyConstraint(['html_blob_id'], ['blobs.id'], name=op.f('fk_messages_html_blob_id')),
    sa.ForeignKeyConstraint(['inquiry_id'], ['inquiries.id'], name=op.f('fk_messages_inquiry_id')),
    sa.ForeignKeyConstraint(['may_belong_to'], ['inquiries.id'], name=op.f('fk_messages_may_belong_to')),
    sa.ForeignKeyConstraint(['raw_blob_id'], ['blobs.id'], name=op.f('fk_messages_raw_blob_id')),
    sa.ForeignKeyConstraint(['reading_blob_id'], ['blobs.id'], name=op.f('fk_messages_reading_blob_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_messages')),
    sa.UniqueConstraint('fingerprint', 'message_id_hash', name=op.f('uq_messages_fingerprint_message_id_hash')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_messages_declined', 'messages', ['id'], unique=False, sqlite_where=sa.text('declined = 1'), postgresql_where=sa.text('declined = true'))
    op.create_index('ix_messages_forwarded', 'messages', ['id', 'restricted', 'state'], unique=False, sqlite_where=sa.text("state = 'forwarded'"), postgresql_where=sa.text("state = 'forwarded'"))
    op.create_index('ix_messages_inquiry_id', 'messages', ['inquiry_id'], unique=False)
    op.create_index('ix_messages_kept', 'messages', ['id', 'restricted', 'state'], unique=False, sqlite_where=sa.text("state = 'kept'"), postgresql_where=sa.text("state = 'kept'"))
    op.create_index('ix_messages_machine', 'messages', ['id', 'restricted', 'state'], unique=False, sqlite_where=sa.text("state = 'machine'"), postgresql_where=sa.text("state = 'machine'"))
    op.create_index('ix_messages_message_id_hash', 'messages', ['message_id_hash'], unique=False)
    op.create_index('ix_messages_open', 'messages', ['id', 'snoozed_until', 'state', 'restricted'], unique=False, sqlite_where=sa.text("state = 'in_review' AND restricted = 0"), postgresql_where=sa.text("state = 'in_review' AND restricted = false"))
    op.create_index('ix_messages_open_probability', 'messages', ['probability', 'id'], unique=False, sqlite_where=sa.text("state = 'in_review' AND restricted = 0"), postgresql_where=sa.text("state = 'in_review' AND restricted = false"))
    op.create_index('ix_messages_quarantined', 'messages', ['id', 'restricted', 'state'], unique=False, sqlite_where=sa.text("state = 'quarantined'"), postgresql_where=sa.text("state = 'quarantined'"))
    op.create_index('ix_messages_queued', 'messages', ['id', 'restricted', 'state'], unique=False, sqlite_where=sa.text("state = 'queued'"), postgresql_where=sa.text("state = 'queued'"))
    op.create_index('ix_messages_received', 'messages', ['id', 'restricted', 'state'], unique=False, sqlite_where=sa.text("state = 'received'"), postgresql_where=sa.text("state = 'received'"))
    op.create_index('ix_messages_restricted', 'messages', ['id', 'snoozed_until', 'state', 'restricted'], unique=False, sqlite_where=sa.text("state = 'in_review' AND restricted = 1"), postgresql_where=sa.text("state = 'in_review' AND restricted = true"))
    op.create_index('ix_messages_snoozed', 'messages', ['id'], unique=False, sqlite_where=sa.text('snoozed_until IS NOT NULL'), postgresql_where=sa.text('snoozed_until IS NOT NULL'))
    op.create_index('ix_messages_troubled', 'messages', ['id'], unique=False, sqlite_where=sa.text("delivery_state IN ('failed', 'unknown', 'bounced')"), postgresql_where=sa.text("delivery_state IN ('failed', 'unknown', 'bounced')"))
    op.create_index('ix_messages_urgent', 'messages', ['id', 'snoozed_until', 'state', 'restricted', 'urgent'], unique=False, sqlite_where=sa.text("state = 'in_review' AND restricted = 0 AND urgent = 1"), postgresql_where=sa.text("state = 'in_review' AND restricted = false AND urgent = true"))
    op.create_table('arrivals',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('poll_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('folder', sa.Text(), nullable=False),
    sa.Column('uidvalidity', sa.BigInteger(), nullable=False),
    sa.Column('uid', sa.BigInteger(), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('stored_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('outcome', sa.String(24), nullable=False),
    sa.Column('reason', sa.String(length=60), nullable=True),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('raw_blob_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('message_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('acknowledged', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_arrivals_message_id')),
    sa.ForeignKeyConstraint(['poll_id'], ['polls.id'], name=op.f('fk_arrivals_poll_id')),
    sa.ForeignKeyConstraint(['raw_blob_id'], ['blobs.id'], name=op.f('fk_arrivals_raw_blob_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_arrivals')),
    sa.UniqueConstraint('source', 'folder', 'uidvalidity', 'uid', name=op.f('uq_arrivals_source_folder_uidvalidity_uid')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_arrivals_message_id', 'arrivals', ['message_id'], unique=False)
    op.create_index('ix_arrivals_pending', 'arrivals', ['id'], unique=False, sqlite_where=sa.text("outcome = 'pending'"), postgresql_where=sa.text("outcome = 'pending'"))
    op.create_index('ix_arrivals_unacknowledged', 'arrivals', ['id'], unique=False, sqlite_where=sa.text('acknowledged = 0'), postgresql_where=sa.text('acknowledged = false'))
    op.create_table('message_events',
    sa.Column('message_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('event', sa.String(24), nullable=False),
    sa.Column('state', sa.String(24), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor', sa.String(length=80), nullable=False),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_message_events_message_id')),
    sa.PrimaryKeyConstraint('message_id', 'version', name=op.f('pk_message_events')),
    sqlite_with_rowid=False
    )
    op.create_table('predictions',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('message_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('model', sa.String(length=80), nullable=False),
    sa.Column('route', sa.String(24), nullable=False),
    sa.Column('country', sa.String(length=2), nullable=True),
    sa.Column('probability', sa.Float(), nullable=False),
    sa.Column('kind', sa.String(24), nullable=False),
    sa.Column('sender_type', sa.String(24), nullable=False),
    sa.Column('language', sa.String(length=12), nullable=False),
    sa.Column('urgent', sa.Boolean(), nullable=False),
    sa.Column('restricted', sa.Boolean(), nullable=False),
    sa.Column('out_of_scope', sa.Float(), nullable=False),
    sa.Column('verdict', sa.String(24), nullable=False),
    sa.Column('reason', sa.String(length=40), nullable=False),
    sa.Column('evidence_blob_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['evidence_blob_id'], ['blobs.id'], name=op.f('fk_predictions_evidence_blob_id')),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_predictions_message_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_predictions')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_predictions_message_id', 'predictions', ['message_id'], unique=False)
    op.create_table('decisions',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('message_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('action', sa.String(24), nullable=False),
    sa.Column('route', sa.String(24), nullable=True),
    sa.Column('country', sa.String(length=2), nullable=True),
    sa.Column('officer', sa.String(length=120), nullable=False),
    sa.Column('officer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('prediction_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('undoes_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('note_blob_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_decisions_message_id')),
    sa.ForeignKeyConstraint(['note_blob_id'], ['blobs.id'], name=op.f('fk_decisions_note_blob_id')),
    sa.ForeignKeyConstraint(['officer_id'], ['people.id'], name=op.f('fk_decisions_officer_id')),
    sa.ForeignKeyConstraint(['prediction_id'], ['predictions.id'], name=op.f('fk_decisions_prediction_id')),
    sa.ForeignKeyConstraint(['undoes_id'], ['decisions.id'], name=op.f('fk_decisions_undoes_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_decisions')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_decisions_message_id', 'decisions', ['message_id'], unique=False)
    op.create_index('ix_decisions_officer', 'decisions', ['officer', 'id'], unique=False)
    op.create_table('deliveries',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('message_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('decision_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('purpose', sa.String(24), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('address', sa.Text(), nullable=False),
    sa.Column('address_blob_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('address_hash', sa.LargeBinary(length=16), nullable=False),
    sa.Column('content_blob_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('state', sa.String(24), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('leaves_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('worker', sa.String(length=80), nullable=True),
    sa.Column('leased_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('data_started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('repeatable', sa.Boolean(), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('error_code', sa.String(length=60), nullable=True),
    sa.ForeignKeyConstraint(['address_blob_id'], ['blobs.id'], name=op.f('fk_deliveries_address_blob_id')),
    sa.ForeignKeyConstraint(['content_blob_id'], ['blobs.id'], name=op.f('fk_deliveries_content_blob_id')),
    sa.ForeignKeyConstraint(['decision_id'], ['decisions.id'], name=op.f('fk_deliveries_decision_id')),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_deliveries_message_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deliveries'))
    )
    op.create_index('ix_deliveries_message_id', 'deliveries', ['message_id'], unique=False)
    op.create_index('ix_deliveries_pending', 'deliveries', ['due_at', 'id'], unique=False, sqlite_where=sa.text("state = 'pending'"), postgresql_where=sa.text("state = 'pending'"))
    op.create_index('ix_deliveries_sending', 'deliveries', ['leased_until'], unique=False, sqlite_where=sa.text("state = 'sending'"), postgresql_where=sa.text("state = 'sending'"))
    op.create_index('ix_deliveries_troubled', 'deliveries', ['created_at'], unique=False, sqlite_where=sa.text("state IN ('failed', 'unknown', 'bounced')"), postgresql_where=sa.text("state IN ('failed', 'unknown', 'bounced')"))
    op.create_table('answers',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('message_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('delivery_id', sa.String(length=32), nullable=True),
    sa.Column('answer', sa.String(24), nullable=False),
    sa.Column('actor', sa.String(length=120), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('note_blob_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['delivery_id'], ['deliveries.id'], name=op.f('fk_answers_delivery_id')),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_answers_message_id')),
    sa.ForeignKeyConstraint(['note_blob_id'], ['blobs.id'], name=op.f('fk_answers_note_blob_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_answers')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_answers_message_id', 'answers', ['message_id'], unique=False)
    op.create_table('delivery_events',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('delivery_id', sa.String(length=32), nullable=False),
    sa.Column('event', sa.String(24), nullable=False),
    sa.Column('state', sa.String(24), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor', sa.String(length=80), nullable=False),
    sa.Column('attempt', sa.Integer(), nullable=False),
    sa.Column('error_code', sa.String(length=60), nullable=True),
    sa.ForeignKeyConstraint(['delivery_id'], ['deliveries.id'], name=op.f('fk_delivery_events_delivery_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delivery_events')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_delivery_events_delivery_id', 'delivery_events', ['delivery_id'], unique=False)
