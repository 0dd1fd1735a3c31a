"""How long content is kept and who may have it: retention, holds, a person's request, keys, the record."""
