"""From shared values and streams to accounts that hang together, with the bits that tie them."""

from stillwatch.link.communities import VIEWS, View, communities
from stillwatch.link.comparisons import COMPARISONS, Comparison
from stillwatch.link.hubs import hubs

__all__ = ["COMPARISONS", "VIEWS", "Comparison", "View", "communities", "hubs"]
