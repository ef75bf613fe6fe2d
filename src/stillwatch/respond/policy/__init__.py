"""Policies: one YAML file of rules, checked as a whole, compiled to a pure function."""

from stillwatch.respond.policy.load import default_policy, load_policy, parse_policy
from stillwatch.respond.policy.policy import Policy
from stillwatch.respond.policy.rule import Rule

__all__ = ["Policy", "Rule", "default_policy", "load_policy", "parse_policy"]
