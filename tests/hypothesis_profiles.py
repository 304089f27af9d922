"""Configures Hypothesis once for all tests.

The profile `suite` is the default. It draws the same examples in every run, so a suite
that passed once passes again, and it has no deadline, so a busy machine fails no test.

The profile `nightly` draws new examples in every run and `NIGHTLY_FACTOR` times as
many: `HYPOTHESIS_PROFILE=nightly python -m pytest tests/jobs/planning`.
"""

import os
from typing import Final

from hypothesis import HealthCheck, Phase, settings

__all__ = ["IS_NIGHTLY", "NIGHTLY_FACTOR", "examples"]

NIGHTLY_FACTOR: Final = 45

_profile: Final = os.environ.get("HYPOTHESIS_PROFILE", "suite")
IS_NIGHTLY: Final = _profile == "nightly"
"""Whether tests that sample their cases try all of them."""


def examples(count: int, *, shrink: bool = True) -> settings:
    """Return settings for a test that needs another number of examples.

    Args:
        count: Examples in the profile `suite`; `nightly` multiplies them.
        shrink: Whether Hypothesis minimizes a failing example. For large examples this
            takes minutes and the message already names the failing place.
    """
    phases = [Phase.explicit, Phase.reuse, Phase.generate]
    return settings(
        max_examples=count * (NIGHTLY_FACTOR if IS_NIGHTLY else 1),
        phases=[*phases, Phase.shrink, Phase.explain] if shrink else phases,
    )


settings.register_profile(
    "suite",
    deadline=None,
    derandomize=True,
    max_examples=50,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "nightly",
    settings.get_profile("suite"),
    derandomize=False,
    max_examples=50 * NIGHTLY_FACTOR,
)
settings.load_profile(_profile)
