"""What every test may use; the real servers live in tests/rig."""

pytest_plugins = [
    "tests.rig.tokens",
    "tests.rig.provider",
    "tests.rig.graph",
    "tests.rig.dovecot",
    "tests.rig.fake_imap",
    "tests.rig.postfix",
    "tests.rig.smtp",
    "tests.rig.postgres",
    "tests.rig.model",
    "tests.rig.clamav",
]
