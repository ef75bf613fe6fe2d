"""What programs send requests: user agents, TLS fingerprints, channels, popularity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["CHANNELS", "CLIENTS", "Client", "choose"]

CHANNELS = ("api", "app", "cli", "bedrock", "vertex", "azure", "reseller")


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A program as the provider sees it.

    Attributes:
        group: Which sort of program.
        agent: The user agent as sent.
        tls: JA4 fingerprint of its TLS library; many programs share one.
        channel: Access pathway.
        weight: Popularity within its group.
    """

    group: str
    agent: str
    tls: str
    channel: str
    weight: float


_PY = "t13d1812h1_85036bcba153_375ca2c5e164"
_PYOLD = "t13d1516h1_8daaf6152771_b0da82dd1658"
_NODE = "t13d591000_a33745022dd6_1f22a2ca17c4"
_GO = "t13d131000_f57a46bbacb6_e5728521abd4"
_JAVA = "t13d491100_bd868743f55c_fa269c3d986d"
_CURL = "t13d3112h2_e8f1e7e78f70_b26ce05bbdd6"
_CHROME = "t13d1516h2_8daaf6152771_02713d6af862"
_FOX = "t13d1715h2_5b57614c22b0_3d5424432f57"
_SAFARI = "t13d2014h2_a09f3c656075_14788d8d241b"
_IOS = "t13d2613h2_2802a3db6c62_845d286b0d67"
_DOTNET = "t13d181100_e8a523a41297_ef7df7f74e48"
_RUST = "t13d1011h2_61a7ad8aa9b6_3fcd1a44f3e3"


def _python(name: str, versions: tuple[str, ...], weight: float) -> list[Client]:
    return [
        Client(
            group="python",
            agent=f"{name}/Python {v}",
            tls=_PYOLD if i % 4 == 3 else _PY,  # noqa: PLR2004 (every fourth build is an old one)
            channel="api",
            weight=weight / (i + 1),
        )
        for i, v in enumerate(versions)
    ]


def _browsers() -> list[Client]:
    out = []
    for i, (os, tls) in enumerate(
        (("Windows NT 10.0; Win64; x64", _CHROME), ("Macintosh; Intel Mac OS X 10_15_7", _CHROME),
         ("X11; Linux x86_64", _CHROME), ("Windows NT 10.0; rv:140.0", _FOX),
         ("Macintosh; Intel Mac OS X 15_5", _SAFARI))
    ):  # fmt: skip
        for version in range(146, 142, -1):
            agent = f"Mozilla/5.0 ({os}) AppleWebKit/537.36 Chrome/{version}.0.0.0 Safari/537.36"
            out.append(
                Client(group="browser", agent=agent, tls=tls, channel="app", weight=1 / (i + 1))
            )
    return out


def _one(group: str, agent: str, tls: str, channel: str, weight: float = 1.0) -> Client:
    return Client(group=group, agent=agent, tls=tls, channel=channel, weight=weight)


CLIENTS: tuple[Client, ...] = (
    *_python("Argus", ("1.42.0", "1.41.3", "1.40.0", "1.38.1", "1.36.0", "1.30.2"), 6),
    *_python("AsyncArgus", ("1.42.0", "1.41.3", "1.39.0", "1.35.0"), 4),
    _one("python", "python-requests/2.32.5", _PY, "api", 2),
    _one("python", "python-httpx/0.28.1", _PY, "api", 2),
    _one("python", "langchain-argus/0.9.4", _PY, "api", 2),
    _one("python", "litellm/1.109.1", _PY, "api", 1.5),
    *(_one("node", f"Argus/JS {v}", _NODE, "api", 3) for v in ("0.71.0", "0.70.2", "0.68.0")),
    _one("node", "node-fetch/3.3.2", _NODE, "api"),
    _one("node", "ai-sdk/argus 5.2.1", _NODE, "api", 2),
    _one("other", "Argus/Go 1.19.0", _GO, "api", 2),
    _one("other", "Go-http-client/2.0", _GO, "api"),
    _one("other", "Argus/Java 2.11.0", _JAVA, "api", 2),
    _one("other", "okhttp/5.1.0", _JAVA, "api"),
    _one("other", "curl/8.14.1", _CURL, "api"),
    _one("other", "Argus/DotNet 12.4.0", _DOTNET, "api"),
    _one("other", "reqwest/0.12.22", _RUST, "api"),
    *_browsers(),
    _one("phone", "ArgusApp/4.18 iOS/19.1", _IOS, "app", 3),
    _one("phone", "ArgusApp/4.17 iOS/18.6", _IOS, "app", 2),
    _one("phone", "ArgusApp/4.18 Android/16", _JAVA, "app", 3),
    _one("agent-a", "argus-code/2.1.203 (cli)", _NODE, "cli", 5),
    _one("agent-a", "argus-code/2.1.198 (cli)", _NODE, "cli", 3),
    _one("agent-b", "OpenHarness/0.48.2", _NODE, "api", 3),
    _one("agent-c", "Kestrel-IDE/1.103 (vscode)", _NODE, "api", 3),
    _one("agent-d", "marlin-agent/0.31 rust", _RUST, "api"),
    _one("cloud-a", "Boto3/1.40.11 md/Botocore", _PY, "bedrock", 2),
    _one("cloud-b", "google-genai-sdk/1.38 gl-python", _PY, "vertex"),
    _one("cloud-c", "azsdk-python-ai-inference/1.0.0", _PY, "azure"),
    _one("resale", "OpenGate/2.4 (+aggregator)", _GO, "reseller", 2),
    _one("resale", "one-relay/0.8.11", _GO, "reseller"),
    _one("resale", "litellm-proxy/1.109.1", _PY, "reseller"),
)

_WEIGHTS = np.array([c.weight for c in CLIENTS])


def choose(rng: np.random.Generator, count: int, groups: dict[str, float]) -> npt.NDArray[np.int16]:
    """Indices into CLIENTS; groups are weighed as given, programs by their popularity."""
    weight = np.zeros(len(CLIENTS))
    for group, share in groups.items():
        mine = np.array([c.group == group for c in CLIENTS])
        weight[mine] = share * _WEIGHTS[mine] / _WEIGHTS[mine].sum()
    return rng.choice(len(CLIENTS), count, p=weight / weight.sum()).astype(np.int16)
