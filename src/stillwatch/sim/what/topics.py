"""What people talk about: topics with the things, deeds and troubles that sentences are made of."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["TOPICS", "Topic"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A subject: nouns, what one does to them, and what goes wrong."""

    name: str
    things: tuple[str, ...]
    deeds: tuple[str, ...]
    troubles: tuple[str, ...]


def _topic(name: str, things: str, deeds: str, troubles: str) -> Topic:
    parts = (tuple(x.strip() for x in text.split(",")) for text in (things, deeds, troubles))
    first, second, third = parts
    return Topic(name=name, things=first, deeds=second, troubles=third)


TOPICS: tuple[Topic, ...] = (
    _topic(
        "cooking",
        "the sourdough, a pan sauce, the lentil soup, fresh pasta, a braise, the pie crust, "
        "rice for ten people, a vegan stew, the marinade, pickled onions, the custard",
        "thicken, season, bake, reheat, prepare ahead, scale up, substitute, rest, plate",
        "it turns out dry, the bottom burns, it tastes flat, guests have allergies, it separates",
    ),
    _topic(
        "travel",
        "a rail pass, the night train, two days in Lisbon, the visa form, a layover, the hostel, "
        "a road trip with kids, the ferry, travel insurance, the itinerary, a rental car",
        "book, plan, cancel, compare, pack for, rebook, split, shorten, budget for",
        "everything sells out, the connection is tight, it rains all week, refunds take months",
    ),
    _topic(
        "web",
        "the login form, a React component, the checkout page, our CSS grid, the service worker, "
        "a cookie banner, the router, server rendering, the search box, an upload widget, the "
        "cache",
        "refactor, test, lazy-load, style, debug, migrate, debounce, secure, render",
        "it flickers on mobile, state gets lost, hydration fails, the bundle is huge, CORS blocks",
    ),
    _topic(
        "python",
        "a pandas merge, the async client, a dataclass, our packaging, the test fixture, a parser, "
        "the retry decorator, type hints, a generator, the logging setup, an import cycle",
        "rewrite, profile, annotate, mock, parallelise, document, vectorise, cache, split",
        "it leaks memory, the import is slow, mypy complains, it hangs in CI, tests are flaky",
    ),
    _topic(
        "sql",
        "a window function, the orders table, a slow join, the nightly view, an upsert, the index, "
        "a recursive query, the ledger schema, duplicate rows, the migration, a partition",
        "optimise, rewrite, index, deduplicate, backfill, partition, explain, join, aggregate",
        "it scans everything, locks pile up, nulls sneak in, totals disagree, it times out",
    ),
    _topic(
        "statistics",
        "a t-test, the survey weights, a logistic model, missing values, the confidence interval, "
        "an A/B test, the residuals, a mixed model, the prior, a power analysis, the outliers",
        "interpret, fit, check, compare, report, simulate, bootstrap, correct, visualise",
        "samples are small, groups differ, variance explodes, it is not normal, peers object",
    ),
    _topic(
        "algebra",
        "a quadratic, the determinant, a system of equations, the eigenvalues, a polynomial, "
        "the inverse, a geometric series, modular arithmetic, a recurrence, the factorisation",
        "solve, factor, prove, simplify, expand, bound, diagonalise, verify, rearrange",
        "signs go wrong, it has no real roots, the steps are unclear, a case is missing",
    ),
    _topic(
        "geometry",
        "a triangle, the inscribed circle, a cone, the dihedral angle, a tangent line, an ellipse, "
        "the centroid, a regular polygon, a chord, the bounding box, a rotation",
        "construct, measure, prove, bisect, project, rotate, intersect, approximate",
        "the drawing misleads, two cases arise, units differ, the angle is obtuse",
    ),
    _topic(
        "probability",
        "a biased coin, the waiting time, a random walk, a Markov chain, dice sums, the urn, "
        "a Poisson process, conditional odds, the birthday problem, an expected value",
        "compute, condition, simulate, bound, derive, approximate, count, explain",
        "events overlap, order matters, the tail is heavy, independence fails",
    ),
    _topic(
        "physics",
        "a pendulum, the heat pump, a lens, projectile motion, an RC circuit, the drag force, "
        "angular momentum, a black body, the spring, interference fringes, a transformer",
        "model, derive, measure, estimate, linearise, draw, calibrate, explain",
        "friction matters, energy seems lost, units do not match, the angle is large",
    ),
    _topic(
        "biology",
        "a PCR protocol, the cell cycle, gene expression, a food web, the microbiome, mitosis, "
        "an enzyme, photosynthesis, population drift, the immune response, a phylogeny",
        "describe, compare, model, label, summarise, quantify, culture, sequence",
        "controls fail, the bands smear, samples degrade, terms are confusing",
    ),
    _topic(
        "chemistry",
        "a titration, the buffer, an ester, reaction rates, the oxidation states, a catalyst, "
        "the periodic trends, an equilibrium, a polymer, the molar mass, chromatography",
        "balance, predict, synthesise, dilute, name, identify, measure, explain",
        "the yield is low, colours do not change, the pH drifts, masses do not add up",
    ),
    _topic(
        "history",
        "the printing press, the Hanseatic League, a medieval guild, the railway boom, treaties, "
        "the Silk Road, a census of 1900, the Enlightenment, land reform, an oral archive",
        "summarise, compare, date, contextualise, source, teach, argue about, outline",
        "sources conflict, dates are vague, it is too long, the class loses interest",
    ),
    _topic(
        "law",
        "a lease, the privacy notice, a contractor agreement, the warranty, a trademark, "
        "the terms of service, a power of attorney, the non-compete, an invoice dispute, bylaws",
        "draft, review, terminate, amend, explain, negotiate, file, translate",
        "the deadline passed, clauses clash, wording is vague, the other side refuses",
    ),
    _topic(
        "finance",
        "a cash-flow forecast, the mortgage, an index fund, quarterly taxes, the payroll, "
        "a depreciation table, the runway, an invoice, currency risk, the audit, a pension",
        "calculate, forecast, reconcile, explain, refinance, categorise, compare, report",
        "numbers do not match, rates moved, receipts are missing, it closes tomorrow",
    ),
    _topic(
        "marketing",
        "a landing page, the newsletter, our brand voice, a product launch, the ad copy, a survey, "
        "the press release, search keywords, a case study, the referral plan, a slogan",
        "write, shorten, test, localise, brainstorm, schedule, segment, review",
        "open rates fall, it sounds stiff, the budget shrank, legal objects",
    ),
    _topic(
        "people",
        "a job posting, the onboarding plan, a feedback talk, the team charter, an interview, "
        "the salary band, a leave policy, the retrospective, a promotion case, exit notes",
        "write, prepare, structure, improve, explain, schedule, summarise, rehearse",
        "the tone is off, people are remote, answers are vague, time is short",
    ),
    _topic(
        "health",
        "a sleep routine, the training plan, knee pain, meal prep, the blood panel, stretching, "
        "a half marathon, the physio exercises, screen time, hydration, a food diary",
        "track, improve, plan, understand, start, adapt, taper, measure",
        "motivation drops, it hurts after, work is shift work, results are unclear",
    ),
    _topic(
        "garden",
        "the tomato bed, a compost heap, the apple tree, raised beds, a lawn in shade, seedlings, "
        "the drip line, slugs, a herb spiral, the greenhouse, a rose hedge",
        "prune, sow, water, fertilise, move, protect, harvest, plan",
        "leaves turn yellow, frost comes late, soil is clay, pests return",
    ),
    _topic(
        "devops",
        "the Helm chart, a Terraform module, our staging cluster, the build cache, an alert rule, "
        "the ingress, a Dockerfile, the secrets rotation, blue-green deploys, a runbook, the pager",
        "deploy, roll back, monitor, harden, template, automate, debug, upgrade",
        "pods crash-loop, the disk fills, DNS is slow, it only fails at night",
    ),
    _topic(
        "security",
        "a phishing report, the firewall rules, an access review, password policy, a threat model, "
        "the audit log, single sign-on, an expired certificate, the backup plan, a pentest report",
        "review, document, prioritise, explain, rotate, restrict, verify, triage",
        "alerts are noisy, owners left, it breaks logins, evidence is thin",
    ),
    _topic(
        "learning systems",
        "a training loop, the learning rate, our embedding index, a confusion matrix, the "
        "tokenizer, "
        "class imbalance, a reranker, the evaluation set, gradient clipping, a feature store",
        "tune, evaluate, debug, explain, quantise, monitor, label, compare",
        "loss diverges, the scores are too good, memory runs out, data drifts",
    ),
    _topic(
        "writing",
        "a short story, the opening scene, a cover letter, a eulogy, the villain, a haiku, "
        "my thesis chapter, the dialogue, a product review, a wedding speech, the plot twist",
        "outline, rewrite, shorten, proofread, continue, critique, rename, warm up",
        "it drags, voices sound alike, the ending is weak, it is too formal",
    ),
    _topic(
        "games",
        "the combat loop, a level editor, our physics engine, a chess opening, the skill tree, "
        "a dungeon map, the loot table, pathfinding, a board game, the tutorial, save files",
        "balance, prototype, script, optimise, explain, design, test, simplify",
        "players quit early, it stutters, it feels random, rules are unclear",
    ),
)
