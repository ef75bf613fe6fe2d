"""The real LiteLLM proxy, in its own environment, started as a test wants it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import around as real

ROOT = Path(__file__).parents[3]
PROXY = ROOT / ".gateways" / "litellm" / "bin" / "litellm"
CONFIG = """
model_list:
  - model_name: gpt-fake
    litellm_params: {{model: openai/gpt-fake, api_base: "{upstream}/v1", api_key: sk-upstream}}
  - model_name: claude-fake
    litellm_params: {{model: anthropic/claude-fake, api_base: "{upstream}", api_key: sk-upstream}}
  - model_name: claude-small
    litellm_params: {{model: anthropic/claude-small, api_base: "{upstream}", api_key: sk-upstream}}
guardrails:
  - guardrail_name: stillwatch
    litellm_params:
      guardrail: stillwatch.gateways.litellm.StillwatchGuardrail
      mode: [pre_call, post_call]
      default_on: {default_on}
  - guardrail_name: generic
    litellm_params:
      guardrail: generic_guardrail_api
      mode: pre_call
      api_base: {service}
      headers: {{Authorization: "Bearer {token}"}}
      unreachable_fallback: fail_open
litellm_settings:
  callbacks: ["generic_api"]
  drop_params: true
general_settings:
  master_key: os.environ/LITELLM_MASTER_KEY
  custom_auth: accounts.user_api_key_auth
"""
AUTH = """
from litellm.proxy._types import UserAPIKeyAuth
async def user_api_key_auth(request, api_key):
    account = api_key.removeprefix("sk-account-")
    house = account.partition(".")[0] if "." in account else None
    return UserAPIKeyAuth(api_key="hash-" + api_key, user_id=account, org_id=house)
"""
"""Accounts of one organisation have its name before a dot."""


@contextmanager
def running(
    around: real.Around, name: str, *, default_on: bool = True, **more: str
) -> Iterator[str]:
    """A proxy's address; `more` is its environment."""
    folder = around.folder / name
    folder.mkdir()
    told = {"upstream": around.upstream, "service": around.service, "token": around.token}
    (folder / "config.yaml").write_text(CONFIG.format(**told, default_on=str(default_on).lower()))
    (folder / "accounts.py").write_text(AUTH)
    at = real.port()
    environment = {
        **os.environ,
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        "LITELLM_MASTER_KEY": f"sk-{os.urandom(16).hex()}",
        "STILLWATCH_URL": around.service,
        "STILLWATCH_TOKEN": around.token,
        "GENERIC_LOGGER_ENDPOINT": f"{around.service}/v1/exchanges",
        "GENERIC_LOGGER_HEADERS": f"Authorization=Bearer {around.token}",
        "PYTHONPATH": str(ROOT / "src"),
        **more,
    }
    words = [str(PROXY), "--config", "config.yaml", "--host", "127.0.0.1", "--port", str(at)]
    with (folder / "litellm.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - the gateway under test
            words, cwd=folder, env=environment, stdout=log, stderr=log
        )
    address = f"http://127.0.0.1:{at}"
    real.wait(f"{address}/health/liveliness", process, folder / "litellm.log", 300)
    try:
        yield address
    finally:
        real.end(process)
