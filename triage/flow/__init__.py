"""Use cases, one verb each: what happens to mail, and what people do with it. Sources, channels, readers and
classifiers come in as Protocols of `domain.ports`; all SQL is in `store`, and every write of the screens goes through here.
"""
