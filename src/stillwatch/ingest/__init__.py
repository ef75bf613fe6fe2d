"""Any user's logs become canonical, redacted `exchange` batches; nothing is dropped silently.

Reading order: `sources` finds and recognises files, `Ingest` reads them through the importers of
`formats`, `Redactor` hashes keys and addresses, `Quarantine` keeps what was rejected.
"""

from stillwatch.ingest.accounts import read_accounts, read_releases
from stillwatch.ingest.ingest import Ingest
from stillwatch.ingest.mapping import Mapping, load_mapping, preset_names
from stillwatch.ingest.quarantine import Quarantine, Reason
from stillwatch.ingest.received import Received, Refused, receive
from stillwatch.ingest.redact import Redactor
from stillwatch.ingest.registry import format_named, known_formats
from stillwatch.ingest.source import Source
from stillwatch.ingest.sources import sources
from stillwatch.ingest.summary import Summary

__all__ = [
    "Ingest",
    "Mapping",
    "Quarantine",
    "Reason",
    "Received",
    "Redactor",
    "Refused",
    "Source",
    "Summary",
    "format_named",
    "known_formats",
    "load_mapping",
    "preset_names",
    "read_accounts",
    "read_releases",
    "receive",
    "sources",
]
