"""Everything that is kept: all SQL, for SQLite and PostgreSQL. Rows never leave this package; frozen dataclasses do.

`engine.Store` opens transactions; every other function takes one first. Content (mail, subjects, evidence, notes) lies
encrypted behind `blobs`; the columns hold ids, states, times and keyed hashes.
"""
