"""Where decisions and what people say about them are kept: SQLite by default, PostgreSQL by URL."""

from stillwatch.errors import missing

try:
    import alembic  # noqa: F401 - asked for here, so that one sentence says what to install
    import sqlalchemy  # noqa: F401
except ModuleNotFoundError as absent:
    raise missing(absent.name, "respond") from absent

from stillwatch.store.database import ENVIRONMENT, default_url, open_store, reading
from stillwatch.store.moments import from_us, to_us

__all__ = ["ENVIRONMENT", "default_url", "from_us", "open_store", "reading", "to_us"]
