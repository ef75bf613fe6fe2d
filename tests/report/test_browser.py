from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from report_browser import PROGRAM, Page, page
from report_builders import campaign, empty, report

from stillwatch.report import write_report
from stillwatch.schema.report import Report

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(PROGRAM is None, reason="needs Chromium; apt-get install chromium"),
]

CAMPAIGN = "document.querySelector('.campaign')"
MEMBERS = "document.querySelector('.members table')"
SHOWN = f"[...{MEMBERS}.rows].slice(1).filter(r => r.getClientRects().length).length"


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Page]:
    with page(tmp_path / "profile") as opened:
        yield opened


def show(browser: Page, made: Report, folder: Path) -> Path:
    write_report(made, folder)
    browser.open(folder / "report.html")
    return folder / "report.html"


@pytest.mark.parametrize("made", [report(), empty()], ids=["campaigns", "no campaign"])
def test_the_page_opens_without_a_complaint_and_asks_for_nothing(
    browser: Page, tmp_path: Path, made: Report
) -> None:
    file = show(browser, made, tmp_path / "out")
    browser.run("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    assert browser.complaints() == []
    outside = [u for u in browser.requests() if not u.startswith("data:")]
    assert outside == [file.as_uri()]


def test_the_policy_stops_a_script_and_a_request_that_get_in_all_the_same(
    browser: Page, tmp_path: Path
) -> None:
    show(browser, report(), tmp_path / "out")
    browser.run(
        "const s = document.createElement('script'); s.textContent = 'window.pwned = 1';"
        "document.body.append(s); const i = new Image(); i.src = 'http://127.0.0.1:9/x';"
    )
    assert browser.run("window.pwned") is None
    assert any("Content Security Policy" in text for text in browser.complaints())


def test_fifty_members_are_shown_then_all(browser: Page, tmp_path: Path) -> None:
    show(browser, report(), tmp_path / "out")
    assert browser.run(SHOWN) == 50
    browser.run("document.querySelector('details.all summary').click()")
    assert browser.run(SHOWN) == 112


def test_members_sort_by_number_in_both_directions(browser: Page, tmp_path: Path) -> None:
    made = report([campaign(number=70)])
    show(browser, made, tmp_path / "out")
    made_counts = [m["exchanges"] for m in made["campaigns"][0]["members"]]
    click = f"{MEMBERS}.tHead.rows[0].cells[2].querySelector('button').click()"
    first = f"{MEMBERS}.tBodies[0].rows[0].cells[2].textContent"
    browser.run(click)
    assert browser.run(first) == f"{max(made_counts):,}"
    assert browser.run(SHOWN) == 50
    browser.run(click)
    assert browser.run(first) == f"{min(made_counts):,}"


def test_the_filter_finds_an_account_that_is_not_shown(browser: Page, tmp_path: Path) -> None:
    made = report([campaign(number=112)])
    show(browser, made, tmp_path / "out")
    wanted = min(made["campaigns"][0]["members"], key=lambda m: m["probability"])["account_id"]
    browser.run(
        "const field = document.querySelector('.members input');"
        f"field.value = {wanted!r}; field.dispatchEvent(new Event('input'))"
    )
    assert browser.run(SHOWN) == 1


def test_nothing_is_wider_than_the_window(browser: Page, tmp_path: Path) -> None:
    show(browser, report(), tmp_path / "out")
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    for width in (1280, 800, 390):
        browser.call(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=900, deviceScaleFactor=1, mobile=False,
        )  # fmt: skip
        assert browser.run(wide) <= 0, width


CONTRAST = """
(() => {
  const lum = (c) => {
    const [r, g, b] = c.match(/[\\d.]+/g).slice(0, 3).map((v) => v / 255)
      .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const back = (e) => {
    for (; e; e = e.parentElement) {
      const c = getComputedStyle(e).backgroundColor;
      if (c !== "rgba(0, 0, 0, 0)") return c;
    }
    return getComputedStyle(document.body).backgroundColor;
  };
  const bad = new Set();
  for (const e of document.body.querySelectorAll("*")) {
    const style = getComputedStyle(e);
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!own || e.closest("g.mark, title, script")) continue;
    const ink = lum(e.tagName === "text" ? style.fill : style.color);
    const paper = lum(back(e));
    const ratio = (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
    if (ratio < 4.5) bad.add(`${e.tagName}.${e.getAttribute("class")} ${ratio.toFixed(2)}`);
  }
  return [...bad];
})()
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_has_the_contrast_that_wcag_aa_asks_for(
    browser: Page, tmp_path: Path, scheme: str
) -> None:
    show(browser, report(), tmp_path / "out")
    feature = {"name": "prefers-color-scheme", "value": scheme}
    browser.call("Emulation.setEmulatedMedia", features=[feature])
    assert browser.run("getComputedStyle(document.body).backgroundColor") == (
        "rgb(255, 255, 255)" if scheme == "light" else "rgb(18, 23, 24)"
    )
    assert browser.run(CONTRAST) == []
