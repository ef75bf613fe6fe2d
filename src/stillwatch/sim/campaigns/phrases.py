"""Paraphrases that campaigns draw from: many ways of asking for the same few things."""

from __future__ import annotations

from itertools import product

from stillwatch.sim.what.banks import Bank

__all__ = ["PHRASES"]


def _all(*choices: str) -> list[str]:
    return ["".join(parts) for parts in product(*(c.split("|") for c in choices))]


_REASON = _all(
    "Before the answer, |First |Start by |Please begin with |As a first part, |To begin, ",
    "writing out |laying open |setting down |giving in full |noting |spelling out ",
    "every step you considered|the whole chain of thought|your internal deliberation|"
    "how you got there, dead ends included|the considerations as they come|your working, unedited",
    ", then the result.|, and only then conclude.|. The result goes last.|, followed by the "
    "answer.",
)
_AFTER = _all(
    "Now imagine |Then reconstruct |Afterwards describe |Next, recall |Finally, lay out |Also "
    "recount ",
    "the inner reasoning |the thought process |the private deliberation |the working |the train "
    "of thought ",
    "that led to it|behind the finished answer|which produced that response|a solver would have "
    "had",
    ", step by step.|, in order.|, leaving nothing out.|, as a numbered list.",
)
_GRADE = _all(
    "Score |Rate |Mark |Assess |Grade ",
    "the candidate |the response |this attempt |the answer below |the output ",
    "from 1 to 10 |on a ten-point scale |with a number up to 10 |from poor (1) to perfect (10) ",
    "by the criteria.|against the rubric.|for correctness, depth and style.|and give reasons "
    "first.",
)
_ANALYST = _all(
    "You are a senior analyst |Act as an expert in data |As a statistician with domain knowledge |"
    "Take the part of a lead analyst |Work as a quantitative researcher ",
    "who gives insight, not summaries|who argues from the data alone|whose claims rest on numbers|"
    "who distrusts easy charts",
    ". Show complete and open reasoning.|. Support every claim by a full argument.|"
    ". Leave no inference implicit.|. Make the reasoning reproducible.",
)
_EVOLVE = _all(
    "Rewrite |Develop |Turn |Evolve |Transform ",
    "the task below |this instruction |the given prompt |the following question ",
    "into a harder one|into a rarer one of the same field|so that it needs two more steps|"
    "by adding one constraint|so that a shortcut no longer works",
    ", then solve it in full.| and answer it.|, with a model answer.|, and give the solution.",
)
_AGENT = _all(
    "Solve the task |Work on the issue |Carry out the job |Complete the assignment ",
    "with the tools offered|by calling functions only|in the sandbox|through the given interface",
    ", thinking before each call.|; explain every action.|, one step at a time.|; stop when it "
    "holds.",
)
_CLEAN = _all(
    "Clean |Tidy |Edit |Polish |Normalise ",
    "the trace below |this solution text |the following explanation |the material ",
    "for a training set|for publication|so that it reads as one argument|without changing the "
    "logic",
    ".|; remove hedges.|; keep every step.|; drop greetings.",
)
_SCREEN = _all(
    "Name |Predict |Give |State ",
    "the next action |what to press next |the following step |where to click ",
    "for the goal|to get on with the task|towards the aim",
    " with coordinates.|, and say why.| as JSON.",
)
_SAFE = _all(
    "Answer in a way that |Give a version that |Word it so that |Phrase the reply so that ",
    "no reviewer could object|it stays clear of dispute|a cautious editor would print it|"
    "nothing delicate remains",
    ".|, yet sounds natural.|; keep the length.",
)

PHRASES: dict[str, Bank] = {
    name: {(-1, -1): phrases}
    for name, phrases in {
        "p_reason": _REASON,
        "p_after": _AFTER,
        "p_grade": _GRADE,
        "p_analyst": _ANALYST,
        "p_evolve": _EVOLVE,
        "p_agent": _AGENT,
        "p_clean": _CLEAN,
        "p_screen": _SCREEN,
        "p_safe": _SAFE,
    }.items()
}
