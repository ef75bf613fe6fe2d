"""The model as reward model: candidates scored by one rubric, several candidates to an item."""

from __future__ import annotations

from stillwatch.sim.campaigns.technique import Published, Technique
from stillwatch.sim.what.lexicon import Text

__all__ = ["TECHNIQUE"]

_CASE = (
    "\n\n[Task]\n{task}\n\n[Candidate {number@row}]\n{passage@row} {passage@row} "
    "{passage@row?60} {document@row} {claim@row}."
)
_SCORE = '{"correctness": {score@row}, "depth": {score@row}, "total": {score@row}}'

TECHNIQUE = Technique(
    name="reward grading",
    number=(9,),
    capabilities=("grading", "reasoning"),
    published=Published(accounts=240, exchanges=120_000, days=20, decoys=0.02),
    texts={
        "fixed": Text(
            prompt=(
                "Score the candidate against the rubric: correctness 0-4, depth 0-3, style "
                "0-3. Output JSON "
                "only." + _CASE
            ),
            answer=_SCORE,
        ),
        "varied": Text(prompt="{p_grade@row}" + _CASE, answer="{answer@row}. {score@row}"),
        "hidden": Text(
            prompt=(
                "{hello@row?40} {p_grade@row} {task}\nMy draft: {passage@row} {passage@row}"
                "{ bye@row?30}"
            ),
            answer="{answer@row}. {answer@row}. {score@row} of 10.",
        ),
    },
    systems={
        "fixed": (
            "You are the verifier of a training pipeline. Return the score object and nothing else."
        ),
        "varied": "You review work on {subject}. Be strict. {claim}.",
    },
    rollouts=8,
)
