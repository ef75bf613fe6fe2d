"""The stages' SQL in Spark's words, where the words matter."""

from __future__ import annotations

import pytest
from sqlglot.errors import UnsupportedError

from stillwatch.engine.dialect import to_spark

pytestmark = pytest.mark.spark


@pytest.mark.parametrize(
    ("ours", "sparks"),
    [
        ("SELECT epoch_us(t) // 10 FROM x", "SELECT UNIX_MICROS(`t`) DIV 10 FROM `x`"),
        ("SELECT len(images) FROM x", "SELECT SIZE(`images`) FROM `x`"),
        ("SELECT xor(a, 5) FROM x", "SELECT `a` ^ 5 FROM `x`"),
        ("SELECT a FROM x ORDER BY a", "SELECT `a` FROM `x` ORDER BY `a` NULLS LAST"),
        ("SELECT unnest(b) AS c FROM x", "SELECT EXPLODE(`b`) AS `c` FROM `x`"),
        (
            "SELECT CAST(sum(a) AS HUGEINT) * sum(a) FROM x",
            "SELECT CAST(SUM(`a`) AS DECIMAL(38, 0)) * SUM(`a`) FROM `x`",
        ),
        ("SELECT avg(a) FROM x", "SELECT AVG(CAST(`a` AS DOUBLE)) FROM `x`"),
        ("SELECT floor(log2(a)) FROM x", "SELECT FLOOR(ROUND(LOG(2, `a`), 12)) FROM `x`"),
        (
            "SELECT 1 FROM a SEMI JOIN stream s ON a.i = s.i",
            "SELECT 1 FROM `a` SEMI JOIN `stream` AS `s` ON `a`.`i` = `s`.`i`",
        ),
        ("SELECT asks & 4 <> 0 FROM x", "SELECT `asks` & 4 <> 0 FROM `x`"),
    ],
)
def test_a_construct_has_its_word(ours: str, sparks: str) -> None:
    assert to_spark(ours) == sparks


@pytest.mark.parametrize(
    "query",
    [
        "SELECT a FROM x ASOF JOIN y ON x.t >= y.t",  # to Spark, `asof` would be a name for x
        "SELECT approx_count_distinct(a) FROM x",
        "SELECT a FROM x USING SAMPLE 10%",
        "SELECT list(a ORDER BY b) FROM x",
    ],
)
def test_what_the_engines_answer_differently_is_refused(query: str) -> None:
    with pytest.raises(UnsupportedError, match="not the same on both engines"):
        to_spark(query)
