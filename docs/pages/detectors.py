"""reference/detectors.md: what is looked for, by family."""

from __future__ import annotations

from pages.markdown import table
from stillwatch.assess.combine import prior_of
from stillwatch.assess.weights import weighed
from stillwatch.detect import registry
from stillwatch.schema.results import FAMILY_QUESTION

QUESTIONS = {
    "one_operator": "Is it one operator posing as strangers?",
    "harvest": "Is it harvesting?",
}
INTRODUCTION = """# Detectors

Each detector belongs to one family of evidence, and each family speaks to one of two questions. A
campaign needs a yes to both. A detector whose columns are missing from the logs stays silent, and
the report says so. `stillwatch detectors` prints the same list.

## Before any evidence

How often a group of linked accounts is one, the other, both or neither; the questions are answered
together, from this table and the bits of each. Small groups that share means are households and
teams, so they begin lower. See [Two questions](../explanation/architecture.md#two-questions).

"""


def page() -> str:
    """The page."""
    parts = [INTRODUCTION, _prior()]
    found = registry.detectors()
    for question, asked in QUESTIONS.items():
        parts.append(f"\n## {asked}\n")
        of_question = [d for d in found if FAMILY_QUESTION[d.family] == question]
        for each in sorted(of_question, key=lambda d: (d.family, d.name)):
            columns = ", ".join(f"`{c}`" for c in each.columns) or "none is required"
            honest = "".join(f"\n    - {one}" for one in each.look_alikes)
            parts.append(
                f"\n### {each.name}\n\n{each.meaning}\n\n"
                f"- Family: `{each.family}`\n- Judged against: {each.null}\n"
                f"- A bit of it counts: {weighed(each.name, 1.0):.2f}\n"
                f"- Columns: {columns}\n- Honest look-alikes:\n{honest}\n"
            )
    return "".join(parts)


def _prior() -> str:
    operators = ((False, "strangers"), (True, "one operator posing as strangers"))
    rows = [
        [f"{size}", asked, *(f"{prior[operator, harvest]:.1%}" for harvest in (False, True))]
        for size, prior in ((size, prior_of(size)) for size in (3, 10))
        for operator, asked in operators
    ]
    return table(("customers", "are", "not harvesting", "harvesting"), rows)
