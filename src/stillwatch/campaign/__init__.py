"""Groups of linked accounts: formed, trimmed to those who take part, named and described."""

from stillwatch.campaign.brief import brief
from stillwatch.campaign.capabilities import capabilities
from stillwatch.campaign.form import form, own_streams
from stillwatch.campaign.identity import name_campaigns
from stillwatch.campaign.joining import Believed, join, part
from stillwatch.campaign.members import Spokes, Ties, ties
from stillwatch.campaign.refine import core
from stillwatch.campaign.select import select

__all__ = [
    "Believed",
    "Spokes",
    "Ties",
    "brief",
    "capabilities",
    "core",
    "form",
    "join",
    "name_campaigns",
    "own_streams",
    "part",
    "select",
    "ties",
]
