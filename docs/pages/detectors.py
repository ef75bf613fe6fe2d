"""reference/detectors.md: what is looked for, by family."""

from __future__ import annotations

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
"""


def page() -> str:
    """The page."""
    parts = [INTRODUCTION]
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
                f"- Columns: {columns}\n- Honest look-alikes:\n{honest}\n"
            )
    return "".join(parts)
