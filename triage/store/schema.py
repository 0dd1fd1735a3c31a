"""What all tables share: one metadata with named constraints, the type of ids and of keyed hashes."""

from sqlalchemy import BigInteger, Integer, LargeBinary, MetaData

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)
Id = BigInteger().with_variant(Integer, "sqlite")
HASH_BYTES = 16


def keyed_hash() -> LargeBinary:
    """The type of a keyed hash, see `engine.Tx.hash`."""
    return LargeBinary(HASH_BYTES)
