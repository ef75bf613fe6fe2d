"""A source by its URL."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from stillwatch.errors import ConfigError, missing
from stillwatch.service.sources.base import Source

__all__ = ["source"]

_HINT = "write e.g. redis://host:6379/0?stream=exchanges&group=stillwatch; also nats:// or kafka://"


def source(url: str) -> Source:
    """The source that a URL names.

    Raises:
        ConfigError: It names none; the URL is not repeated, for it may hold a password.
        MissingError: Its library is not installed.
    """
    parts = urlsplit(url)
    asked = parse_qs(parts.query)
    stream, group = asked.get("stream", [""])[0], asked.get("group", ["stillwatch"])[0]
    if not stream or not parts.netloc:
        message = f"the source of kind {parts.scheme!r} names no host or no stream"
        raise ConfigError(message, hint=_HINT)
    plain = parts._replace(query="").geturl()
    try:
        match parts.scheme:
            case "redis" | "rediss":
                from stillwatch.service.sources.redis_streams import (  # noqa: PLC0415 - an extra
                    RedisStream,
                )

                return RedisStream(plain, stream=stream, group=group)
            case "nats" | "tls":
                from stillwatch.service.sources.nats_jetstream import (  # noqa: PLC0415
                    JetStream,
                )

                return JetStream(plain, stream=stream, group=group)
            case "kafka":
                from stillwatch.service.sources.kafka import KafkaTopic  # noqa: PLC0415

                return KafkaTopic(parts.netloc, stream=stream, group=group)
            case _:
                message = f"there is no source of kind {parts.scheme!r}"
                raise ConfigError(message, hint=_HINT)
    except ModuleNotFoundError as absent:
        raise missing(absent.name, "streams") from absent
