"""The made-up answers to the two questions, with evidence for and against."""

from __future__ import annotations

from stillwatch.schema.report import Question, Step


def step(label: str, family: str, bits: float, counted: float, reason: str) -> Step:
    return {
        "label": label,
        "detector": label.lower().replace(" ", "_"),
        "family": family,
        "bits": bits,
        "counted_bits": counted,
        "reason": reason,
        "exchange_ids": ["x-00817243", "x-00817310", "x-00902114"] if bits > 0 else [],
    }


def one_operator() -> Question:
    steps = [
        step(
            "Disjoint work queue", "coordination", 9.4, 9.4,
            "112 accounts share a template over 41,200 items and not one item was asked twice; "
            "independent customers of this template would have repeated about 2,300.",
        ),
        step(
            "Hand-off", "coordination", 6.1, 2.1,
            "When one account met its limit, another went on with the same job within 40 seconds, "
            "61 times; shuffled activity gives 3.",
        ),
        step(
            "Shared payment", "identity", 4.8, 4.8,
            "9 payment instruments pay for 88 accounts; none is a known reseller's or a company's.",
        ),
        step(
            "Same device", "identity", 3.0, 0.0,
            "31 accounts signed up from 4 devices that also paid with the same cards.",
        ),
        step(
            "Different organisations", "coordination", -1.7, -1.7,
            "The accounts name 14 organisations, three of them with documents checked.",
        ),
    ]  # fmt: skip
    return {
        "name": "one_operator",
        "title": "Is it one operator posing as strangers?",
        "probability": 0.987,
        "prior_bits": -8.0,
        "total_bits": 6.2,
        "steps": steps,
    }


def harvest() -> Question:
    steps = [
        step(
            "Reasoning elicitation", "training_value", 7.2, 7.2,
            "64% of prompts ask for the model's own hidden reasoning word for word; "
            "honest groups of this size stay under 2%.",
        ),
        step(
            "Template excess", "structure", 3.9, 3.9,
            "Two skeletons make up 91% of the traffic with one slot that varies.",
        ),
        step(
            "Coverage", "training_value", 2.2, 0.8,
            "The slot walks evenly through 38 subjects, as a curriculum does.",
        ),
        step(
            "Answers are used in conversation", "training_value", -1.1, -1.1,
            "7% of exchanges have a second turn that builds on the answer.",
        ),
    ]  # fmt: skip
    return {
        "name": "harvest",
        "title": "Is it harvesting?",
        "probability": 0.976,
        "prior_bits": -5.5,
        "total_bits": 5.3,
        "steps": steps,
    }
