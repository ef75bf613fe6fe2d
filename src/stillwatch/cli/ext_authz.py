"""`stillwatch ext-authz`: decisions for Envoy."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from stillwatch.cli.extras import needs

__all__ = ["ext_authz"]


def ext_authz(
    *, listen: Annotated[str, typer.Option(help="Address and port.")] = "127.0.0.1:8601"
) -> None:
    """Answer Envoy's external authorisation over gRPC by asking the service."""
    with needs("envoy"):
        from stillwatch.gateways.ext_authz import serve  # noqa: PLC0415 - an extra
    asyncio.run(serve(listen))
