"""Real nginx with TLS before the service: the configuration that the documentation shows."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import around as real
import httpx
import pytest

NGINX = shutil.which("nginx") or "/usr/sbin/nginx"
OPENSSL = shutil.which("openssl")
pytestmark = [
    pytest.mark.gateway,
    pytest.mark.skipif(not Path(NGINX).exists(), reason="nginx is not installed"),
    pytest.mark.skipif(OPENSSL is None, reason="openssl is not installed"),
]
SHOWN = Path(__file__).parents[3] / "deploy" / "tls.conf"


@pytest.fixture(scope="module")
def secured(around: real.Around) -> Iterator[httpx.Client]:
    """A client that trusts the certificate of the proxy, and nothing else."""
    folder = around.folder / "tls"
    folder.mkdir()
    at, key, certificate = real.port(), folder / "key.pem", folder / "certificate.pem"
    subprocess.run(  # noqa: S603 - a certificate of the test's own
        [
            str(OPENSSL), "req", "-x509", "-newkey", "ec", "-pkeyopt",
            "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=localhost",
            "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out",
            str(certificate),
        ],
        check=True, capture_output=True,
    )  # fmt: skip
    text = SHOWN.read_text()
    for name, value in {
        "127.0.0.1:8600": around.service.removeprefix("http://"),
        "listen 443 ssl": f"listen 127.0.0.1:{at} ssl",
        "/etc/stillwatch/tls": str(folder),
    }.items():
        assert name in text
        text = text.replace(name, value)
    whole = (
        f"pid {folder}/nginx.pid; error_log {folder}/nginx.log; daemon off;"
        f" events {{}} http {{ access_log off; client_body_temp_path {folder}/b;"
        f" proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;"
        f" uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s; {text} }}"
    )
    (folder / "nginx.conf").write_text(whole)
    process = subprocess.Popen(  # noqa: S603 - the proxy under test
        [NGINX, "-c", str(folder / "nginx.conf"), "-e", str(folder / "nginx.log")]
    )
    real.wait(f"http://127.0.0.1:{at}", process, folder / "nginx.log")
    trusted = ssl.create_default_context(cafile=str(certificate))
    headers = {"Authorization": f"Bearer {around.token}"}
    with httpx.Client(
        base_url=f"https://127.0.0.1:{at}", verify=trusted, headers=headers, trust_env=False
    ) as client:
        yield client
    real.end(process)


def test_decisions_and_review_are_reached_over_tls_and_metrics_are_not(
    secured: httpx.Client,
) -> None:
    told = secured.post("/v1/decide", json={"account_id": "a"})
    assert (told.status_code, told.json()["action"]) == (200, "observe")
    assert "max-age" in told.headers["strict-transport-security"]
    assert secured.get("/v1/review").status_code == 200
    assert secured.get("/metrics").status_code == 404


def test_the_service_itself_says_what_is_too_large(secured: httpx.Client) -> None:
    told = secured.post("/v1/decide", content=b"x" * (2 << 20))
    assert told.status_code == 413
    assert told.json()["error"]["code"] == "body_too_large"
