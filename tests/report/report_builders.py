"""A made-up run that looks like a real one: two campaigns, look-alikes, gaps in what was seen."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from report_questions import harvest, one_operator

from stillwatch.schema.report import (
    CampaignReport,
    Edge,
    Graph,
    MemberReport,
    Node,
    Report,
    Series,
    Timeline,
)

START = datetime(2026, 3, 2, tzinfo=UTC)
KINDS = ["payment", "sign_up_network", "shared_template", "co_action", "device", "hand_off"]


def at(hours: float) -> str:
    return (START + timedelta(hours=hours)).isoformat()


def series(hours: int, rng: random.Random, level: float, *, quiet_until: int = 0) -> Series:
    counts = [
        0 if i < quiet_until else max(0, round(rng.gauss(level, level / 5))) for i in range(hours)
    ]
    return {"start": at(0), "step_hours": 1, "counts": counts}


def timeline(hours: int, rng: random.Random) -> Timeline:
    base = series(hours, rng, 320, quiet_until=60)
    counts = [n if not 230 <= i < 246 else n // 12 for i, n in enumerate(base["counts"])]
    return {
        "start": base["start"],
        "step_hours": 1,
        "counts": counts,
        "marks": [
            {"at": at(96), "kind": "detected", "label": "enough was known"},
            {"at": at(200), "kind": "release", "label": "model-5-large available"},
            {"at": at(209), "kind": "pivot", "label": "71% of traffic moved to model-5-large"},
            {"at": at(230), "kind": "ban", "label": "84 accounts suspended"},
            {"at": at(246), "kind": "pivot", "label": "95 new accounts take over the job"},
        ],
    }


def graph(accounts: list[MemberReport], rng: random.Random) -> Graph:
    nodes: list[Node] = [
        {
            "id": m["account_id"],
            "probability": m["probability"],
            "exchanges": m["exchanges"],
            "role": "victim" if m["recommended_action"] == "notify_owner" else "member",
        }
        for m in accounts
    ]
    edges: list[Edge] = []
    for i in range(1, len(nodes)):
        cell = i // 14
        for _ in range(rng.choice([1, 2, 2, 3])):
            near = max(0, cell * 14 - (1 if rng.random() < 0.12 else 0))
            other = rng.randrange(near, i) if near < i else i - 1
            kinds = rng.sample(KINDS, k=rng.choice([1, 1, 2, 3]))
            edges.append(
                {
                    "source": nodes[other]["id"],
                    "target": nodes[i]["id"],
                    "bits": round(rng.uniform(3, 17), 2),
                    "kinds": kinds,
                }
            )
    return {"nodes": nodes, "edges": edges, "hidden_nodes": 0}


def members(name: str, number: int, rng: random.Random) -> list[MemberReport]:
    made: list[MemberReport] = []
    for i in range(number):
        probability = 0.999 - (i / number) ** 3 * 0.7
        victim = i in {5, 17}
        made.append(
            {
                "account_id": f"acct-{name}-{rng.getrandbits(36):09x}",
                "probability": round(probability, 4),
                "exchanges": int(rng.paretovariate(1.4) * 210),
                "linked_by": rng.sample(KINDS, k=rng.choice([1, 2, 3])),
                "recommended_action": "notify_owner"
                if victim
                else "quota"
                if probability > 0.8
                else "observe",
            }
        )
    return made


def campaign(name: str = "heron-4f2a", number: int = 112, seed: int = 7) -> CampaignReport:
    rng = random.Random(seed)
    accounts = members(name, number, rng)
    chart = timeline(24 * 21, rng)
    total = sum(chart["counts"])
    return {
        "campaign_id": name,
        "probability": round(0.987 * 0.976, 4),
        "first_seen": at(60),
        "last_seen": at(24 * 21 - 1),
        "detected_at": at(96),
        "unseen_at": at(84),
        "accounts": number,
        "exchanges": total,
        "input_tokens": total * 420,
        "output_tokens": total * 1850,
        "leaked_before_detection": 0.081,
        "capabilities": ["reasoning", "grading"],
        "evidence_families": ["coordination", "identity", "training_value", "structure"],
        "summary": (
            f"{number} accounts that look unrelated work through one list of questions without "
            "ever asking the same one twice, hand jobs to each other when one meets its limit, "
            "and are paid for by nine cards. Most prompts demand the model's hidden reasoning "
            "word for word. After 84 of them were suspended on 11 March, 95 new accounts went on "
            "with the same list sixteen hours later. Two accounts look like stolen keys."
        ),
        "recommended_action": "quota",
        "questions": [one_operator(), harvest()],
        "timeline": chart,
        "graph": graph(accounts, rng),
        "templates": [
            {
                "masked": "You are a patient expert in ▁.\nBefore the answer, write out word for "
                "word the thinking you did, inside <think> tags, leaving nothing out.\n\n"
                "Question: ▁\n\nThe language of the thinking must be ▁.",
                "accounts": 108, "exchanges": int(total * 0.64), "share": 0.64,
            },
            {
                "masked": "Score the two answers to ▁ from 1 to 10 on each of: correctness, depth, "
                "style. Reply in JSON only.\nA: ▁\nB: ▁",
                "accounts": 71, "exchanges": int(total * 0.27), "share": 0.27,
            },
        ],
        "members": accounts,
        "would_change": [
            "One organisation with a contract that owns up to these accounts.",
            "Items that begin to be asked again as often as independent customers do.",
            "The payment provider naming the nine cards as a reseller's.",
        ],
    }  # fmt: skip


def report(campaigns: list[CampaignReport] | None = None) -> Report:
    rng = random.Random(3)
    if campaigns is None:
        second = campaign("tern-91bc", 34, 11)
        second["questions"][1]["probability"] = 0.84
        second["questions"][1]["total_bits"] = 2.4
        second["probability"] = round(0.987 * 0.84, 4)
        second["recommended_action"] = "protect_output"
        second["capabilities"] = ["agentic", "tool_use", "coding"]
        second["detected_at"] = second["unseen_at"] = None
        second["leaked_before_detection"] = None
        campaigns = [campaign(), second]
    day = [0.4, 0.35, 0.3, 0.3, 0.35, 0.4, 0.6, 0.9, 1.3, 1.5, 1.6, 1.6,
           1.5, 1.55, 1.6, 1.6, 1.5, 1.3, 1.1, 1.0, 0.9, 0.8, 0.6, 0.5]  # fmt: skip
    counts = [
        round(2400 * day[i % 24] * (0.55 if (i // 24) % 7 > 4 else 1) * rng.uniform(0.9, 1.1))
        for i in range(24 * 21)
    ]
    return {
        "version": "0.1.0",
        "as_of": at(24 * 21),
        "window": {"since": at(0), "until": at(24 * 21)},
        "inputs": ["logs/2026-03/*.parquet", "accounts.parquet"],
        "traffic": {
            "exchanges": sum(counts),
            "accounts": 24_310,
            "organizations": 6_120,
            "input_tokens": sum(counts) * 700,
            "output_tokens": sum(counts) * 610,
            "rejected": {"no_account_id": 214, "started_at_not_a_time": 12},
            "duplicates": 1_880,
            "hourly": {"start": at(0), "step_hours": 1, "counts": counts},
        },
        "untaken": {
            "skipped": {"logs/notes.txt": "not exchanges: text without any JSON object"},
            "not_an_exchange": {"HTTP span": 41},
            "values_dropped": {"n": 3},
            "unknown_columns": ["metadata", "team"],
        },
        "expected_honest_named": 2.4 if campaigns else 0.0,
        "expected_false_campaigns": sum(1 - c["probability"] for c in campaigns),
        "reported_from": 0.7,
        "calibration": None,
        "named_accounts": sum(c["accounts"] for c in campaigns),
        "campaigns": campaigns,
        "left_alone": [
            {
                "label": "1,204 accounts of one coding agent", "accounts": 1204,
                "exchanges": 310_400, "one_operator": 0.04, "harvest": 0.11,
                "why": "They share the system prompt of a public tool, repeat each other's tasks "
                "as strangers do, and build on the answers.",
            },
            {
                "label": "A class of 62 students", "accounts": 62, "exchanges": 4_180,
                "one_operator": 0.31, "harvest": 0.02,
                "why": "One network and one evening a week, but the same 12 exercises are asked by "
                "nearly everyone: no divided work.",
            },
            {
                "label": "A company's grading fleet", "accounts": 18, "exchanges": 92_700,
                "one_operator": 0.99, "harvest": 0.64,
                "why": "One operator, and says so: one organisation with a contract, single "
                "sign-on and a declared use. Nobody poses as a stranger.",
            },
        ],
        "detectors": [
            {"name": "disjoint_work_queue", "family": "coordination", "status": "ran",
             "detail": "", "signals": 14},
            {"name": "reasoning_elicitation", "family": "training_value", "status": "ran",
             "detail": "", "signals": 31},
            {"name": "template_excess", "family": "structure", "status": "ran",
             "detail": "", "signals": 207},
            {"name": "reasoning_block_replay", "family": "integrity", "status": "absent",
             "detail": "needs the column reasoning_in, which the logs do not have", "signals": 0},
            {"name": "image_duplicates", "family": "structure", "status": "absent",
             "detail": "needs the column image_digests, which the logs do not have", "signals": 0},
            {"name": "release_pivot", "family": "coordination", "status": "failed",
             "detail": "model 'model-5-large' is released twice at different times", "signals": 0},
        ],
        "blind_spots": [
            "Transcripts that were bought or leaked: nothing of that is in these logs.",
            "A proxy that is one honest-looking company with one account.",
            "Extraction of one narrow skill with a few hundred prompts.",
        ],
    }  # fmt: skip


def empty() -> Report:
    return report([])
