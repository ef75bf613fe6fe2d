"""What columns are called in sentences that people read."""

from __future__ import annotations

__all__ = ["means"]

_MEANS = {
    "client_ip": "address",
    "client_net": "network",
    "device_hmac": "device",
    "email_domain": "mail domain",
    "email_hmac": "mail address",
    "email_shape": "shape of the mail address",
    "payment_bin": "card issuer",
    "payment_hmac": "card",
    "phone_hmac": "phone",
    "signup_asn": "provider of the sign-up network",
    "signup_ip": "sign-up address",
    "signup_net": "sign-up network",
    "tls_fingerprint": "TLS fingerprint",
    "user_agent": "client program",
}


def means(column: str) -> str:
    """What people call what a column holds.

    >>> means("payment_bin"), means("sdk_version")
    ('card issuer', 'sdk version')
    """
    return _MEANS.get(column, column.replace("_", " "))
