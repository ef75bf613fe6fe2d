"""Owners of stolen keys among a group's accounts (placeholder until the change detector lands)."""
from collections.abc import Sequence
import numpy as np
import numpy.typing as npt
from stillwatch.rollup.tables import Tables
from stillwatch.schema.results import Group
def victims(groups: Sequence[Group], tables: Tables) -> list[npt.NDArray[np.bool_]]:
    return [np.zeros(len(g.accounts), bool) for g in groups]
