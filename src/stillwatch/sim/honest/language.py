"""Work on language: translators, editors of delicate matter, makers of content."""

from __future__ import annotations

from stillwatch.sim.context import Context, Kind
from stillwatch.sim.dress import adopt, dress, own_system
from stillwatch.sim.plan import Batch
from stillwatch.sim.what.lexicon import Text
from stillwatch.sim.when.rhythm import sittings, volumes
from stillwatch.sim.who.people import individuals

__all__ = ["KINDS", "SYSTEMS", "TEXTS"]

TEXTS = {
    "translate": Text(
        prompt=(
            "Translate into {tongue@account}, keep the tone {tone@account}:\n\n{document} "
            "{document} {rare}{ paragraph?50}{\n paragraph?30}"
        ),
    ),
    "translate back": Text(
        prompt="Is this translation right? {answer} — the original says: {document}"
    ),
    "sensitive": Text(
        prompt=(
            "Rewrite this so that it is fair to all sides and safe to publish, and say what "
            "you changed: "
            '"{claim}, {claim}" ({rare}, {year})'
        )
    ),
    "house style": Text(
        prompt="Rewrite in the style of {company@account}: {document} {detail} {document?60}"
    ),
    "tidy": Text(prompt="{p_clean} {document} {answer}. {answer}. {paragraph?60}"),
    "faq data": Text(
        prompt=(
            "Write {number} different questions that customers of {company@account} might ask "
            "about "
            "{thing}, one a line, for the search index of our help centre."
        )
    ),
}
SYSTEMS = {
    "glossary": (
        "You translate for {company} into {tongue}. Glossary: {thing} = {rare}; {thing#b} "
        "= "
        "{rare#b}. Keep names. {claim}."
    )
}


def _kind(ctx: Context, texts: dict[str, float], turns: float, system: str | None) -> Batch:
    clients = {"browser": 0.5, "python": 0.4, "node": 0.1}
    people = individuals(ctx.rng, ctx.accounts, ctx.window, clients=clients, declared=(7, 4))
    counts = volumes(ctx.rng, ctx.accounts, ctx.exchanges, 1.2)
    ticks = sittings(ctx.rng, people, counts, ctx.window, turns=turns, gap_s=45, weekend=0.3)
    rows = dress(ctx, people, ticks, texts, habit=0.7)
    if system:
        own_system(ctx, people, rows, system, 0.7)
    adopt(ctx, people, rows)
    return Batch(people=people, rows=rows)


def _translators(ctx: Context) -> Batch:
    return _kind(ctx, {"translate": 4.0, "translate back": 1.0}, 12, "glossary")


def _editors(ctx: Context) -> Batch:
    return _kind(ctx, {"sensitive": 1.0, "rewrite": 1.0, "tidy": 0.6, "house style": 0.5}, 5, None)


def _content(ctx: Context) -> Batch:
    return _kind(ctx, {"faq data": 1.0, "house style": 2.0}, 8, None)


KINDS = (
    Kind(name="translator", build=_translators, accounts=0.012, exchanges=0.018),
    Kind(name="editor", build=_editors, accounts=0.006, exchanges=0.005, least=3),
    Kind(name="content maker", build=_content, accounts=0.008, exchanges=0.008, least=3),
)
