"""What holds for all tests."""

from __future__ import annotations

from hypothesis import settings

# A busy machine is slow and not wrong: no test may fail for the time that it takes.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
