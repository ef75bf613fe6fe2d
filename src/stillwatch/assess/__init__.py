"""From signals to bits to probabilities, for campaigns and for accounts."""

from stillwatch.assess.assessment import Assessment, assess
from stillwatch.assess.combine import Answer, Step, answers, both, probability

__all__ = ["Answer", "Assessment", "Step", "answers", "assess", "both", "probability"]
