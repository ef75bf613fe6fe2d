"""Phrase banks: sentences composed once from topics and skeletons, ready to be drawn by index."""

from __future__ import annotations

from random import Random

from stillwatch.sim.what.languages import OTHERS
from stillwatch.sim.what.skeletons import (
    ANSWER,
    ASK,
    CLAIM,
    DETAIL,
    DOCUMENT,
    SIMPLE,
    TASK,
)
from stillwatch.sim.what.topics import TOPICS, Topic

__all__ = ["Bank", "build_banks", "company_names"]

Bank = dict[tuple[int, int], list[str]]
"""Phrases by (language, topic); -1 stands for any."""

_SYLLABLES = [
    "ba",
    "ce",
    "dor",
    "fi",
    "gan",
    "hul",
    "jo",
    "ki",
    "lem",
    "mur",
    "no",
    "pra",
    "qui",
    "ros",
    "sta",
    "tev",
    "ul",
    "vin",
    "wo",
    "xan",
    "yor",
    "ze",
]
_SIZE = 360
_OTHER_SIZE = 240
_PASSAGES = 900
_UNSPACED = {5, 6}  # Chinese and Japanese
_LINES = (
    "def {v}_{a}({b}, {c}=None):",
    "    {a} = {v}_{b}({c}, limit={k})",
    "    if len({a}) > {k}: return {w}({b})",
    "    for {a} in {b}: {c}.{v}({a})",
    "    return {{'{a}': {b}, '{c}': {k}}}",
    "    # TODO: {v} the {a} before the {b} (see #{k})",
    "    assert {v}_{a}({b}) == {k}, '{c}'",
    "    logger.info('{v} %s {a} in {b}', {c})",
    "class {a}_{v}({b}_{w}):",
    "    with {v}_{a}('{b}/{c}_{k}.json') as {c}:",
    "    const {a} = await {v}({b}, {{ {c}: {k} }});",
    "    SELECT {a}, count({b}) FROM {c} WHERE {b} > {k} GROUP BY {a};",
)
_SKELETONS = {
    "ask": ASK,
    "detail": DETAIL,
    "answer": ANSWER,
    "document": DOCUMENT,
    "claim": CLAIM,
    "task": TASK,
}
_PLAIN = {
    "lead": ("", "OK:", "1."),
    "glue": (". ", "; ", ".\n- ", ", "),
    "end": (".", "!"),
    "hello": ("", "OK,", "Hi!"),
    "bye": ("", ":)", "!!"),
    "follow": ("?", "...", "OK,", "2."),
}
"""What stands around sentences of other languages."""


def _rare(random: Random) -> str:
    """A proper name that hardly anybody else uses."""
    parts = random.choices(_SYLLABLES, k=random.randint(2, 4))
    return "".join(parts).capitalize()


def _passages(random: Random, clauses: Bank) -> Bank:
    """Two or three clauses of a sort as sentences: what longer answers are made of."""
    out: Bank = {}
    for (language, topic), phrases in clauses.items():
        joint = "" if language in _UNSPACED else " "
        out[language, topic] = [
            joint.join(p[0].upper() + p[1:] + "." for p in random.choices(phrases, k=k))
            for k in random.choices((2, 3), k=_PASSAGES)
        ]
    return out


def _code(random: Random) -> str:
    """A few lines of a program."""
    verbs, data = SIMPLE["verb"], SIMPLE["data"]
    lines = []
    for _ in range(random.randint(3, 9)):
        a, b, c = random.choices(data, k=3)
        v, w = random.choices(verbs, k=2)
        shape = random.choice(_LINES)
        lines.append(shape.format(a=a, b=b, c=c, v=v, w=w, k=random.randint(0, 512)))
    return "\n".join(lines) + "\n"


def _fill(random: Random, skeletons: tuple[str, ...], topic: Topic, size: int) -> list[str]:
    out = []
    for _ in range(size):
        a, b = random.sample(topic.things, 2)
        out.append(
            random.choice(skeletons).format(
                a=a,
                b=b,
                v=random.choice(topic.deeds),
                w=random.choice(topic.deeds),
                t=random.choice(topic.troubles),
                s=topic.name,
                k=random.randint(2, 90),
            )
        )
    return out


def _topical(random: Random) -> dict[str, Bank]:
    banks: dict[str, Bank] = {name: {} for name in _SKELETONS}
    banks |= {"thing": {}, "subject": {}}
    for index, topic in enumerate(TOPICS):
        for name, skeletons in _SKELETONS.items():
            banks[name][-1, index] = _fill(random, skeletons, topic, _SIZE)
        banks["thing"][-1, index] = list(topic.things)
        banks["subject"][-1, index] = [topic.name]
    return banks


def _foreign(random: Random, banks: dict[str, Bank]) -> None:
    for language, speech in enumerate(OTHERS, start=1):
        parts = {"ask": speech.ask, "detail": speech.detail, "answer": speech.answer}
        for name, skeletons in parts.items():
            phrases = []
            for _ in range(_OTHER_SIZE):
                a, b = random.sample(speech.things, 2)
                verb = random.choice(speech.deeds)
                phrases.append(random.choice(skeletons).format(a=a, b=b, v=verb))
            banks[name][language, -1] = phrases
        banks["document"][language, -1] = banks["answer"][language, -1]
        banks["thing"][language, -1] = list(speech.things)


def build_banks() -> dict[str, Bank]:
    """All phrase banks of the project; the same on every call.

    `paragraph` and `page` are what documents are pasted from; `answer` is clauses, so that two
    answers hardly ever share more than one of them in a row.
    """
    random = Random(20260224)  # noqa: S311 (builds a fixed vocabulary)
    banks = _topical(random)
    _foreign(random, banks)
    banks["paragraph"] = {
        (-1, topic): [
            " ".join(random.choices(banks["document"][-1, topic], k=random.randint(3, 5)))
            for _ in range(_SIZE)
        ]
        for topic in range(len(TOPICS))
    }
    banks["passage"] = _passages(random, banks["answer"])
    banks |= {name: {(-1, -1): list(phrases)} for name, phrases in SIMPLE.items()}
    banks["block"] = {(-1, -1): [_code(random) for _ in range(4000)]}
    banks["score"] = {(-1, -1): [str(i) for i in range(11)]}
    for name, phrases in _PLAIN.items():
        banks[name] |= {(language, -1): list(phrases) for language in range(1, len(OTHERS) + 1)}
    banks["rare"] = {(-1, -1): [_rare(random) for _ in range(6000)]}
    banks["number"] = {(-1, -1): [str(i) for i in range(2, 1200)]}
    banks["year"] = {(-1, -1): [str(i) for i in range(1950, 2027)]}
    banks["hex"] = {(-1, -1): [f"{random.getrandbits(28):07x}" for _ in range(4000)]}
    banks["identifier"] = {(-1, -1): [f"{a}_{b}" for a in SIMPLE["verb"] for b in SIMPLE["data"]]}
    return banks


def company_names() -> tuple[list[str], list[str]]:
    """First and second words of names of organizations."""
    random = Random(20260225)  # noqa: S311 (builds a fixed vocabulary)
    second = [
        "Labs",
        "Systems",
        "Group",
        "Studio",
        "Works",
        "Analytics",
        "Software",
        "Partners",
        "Institute",
        "Trading",
    ]
    return [_rare(random) for _ in range(1500)], second
