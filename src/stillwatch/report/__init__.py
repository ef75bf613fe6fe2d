"""What people and programs read after a run: report.html, report.json and plain text."""

from stillwatch.report.text import explain, overview
from stillwatch.report.write import write_report

__all__ = ["explain", "overview", "write_report"]
