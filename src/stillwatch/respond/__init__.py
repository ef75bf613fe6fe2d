"""What to do about an assessment; so far a recommendation that people decide on."""

from stillwatch.respond.recommend import recommend

__all__ = ["recommend"]
