"""The store and the flow over it, each test on SQLite and on a real PostgreSQL."""
