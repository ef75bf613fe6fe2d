from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.errors import ConfigError
from stillwatch.ingest import Redactor
from stillwatch.schema import ACCOUNT, EXCHANGE

_REDACTOR = Redactor(b"s" * 32)
_KEY = "sk-" + "ant-api03-abcdefgh"


def _exchanges(**columns: list[str | None]) -> pa.RecordBatch:
    rows = len(next(iter(columns.values())))
    full = {"exchange_id": ["x"] * rows, "account_id": ["a"] * rows, **columns}
    arrays = [
        pa.array(full[f.name], f.type) if f.name in full else pa.nulls(rows, f.type)
        for f in EXCHANGE
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=EXCHANGE)


def _accounts(**columns: list[str | None]) -> pa.Table:
    rows = len(next(iter(columns.values())))
    full = {"account_id": ["a"] * rows, **columns}
    arrays = [
        pa.array(full[f.name], f.type) if f.name in full else pa.nulls(rows, f.type)
        for f in ACCOUNT
    ]
    return pa.Table.from_arrays(arrays, schema=ACCOUNT)


def test_addresses_and_credentials_become_keyed_hashes() -> None:
    out = _REDACTOR.redact(_exchanges(client_ip=["203.0.113.9"], credential_id=[_KEY])).to_pylist()[
        0
    ]
    assert out["client_ip"].startswith("h:")
    assert out["client_net"].startswith("h:")
    assert out["credential_id"].startswith("h:")
    other = Redactor(b"o" * 32).redact(_exchanges(client_ip=["203.0.113.9"])).to_pylist()[0]
    assert other["client_ip"] != out["client_ip"]


def test_one_address_has_one_hash_however_it_is_written() -> None:
    written = [
        "203.0.113.9",
        "::ffff:203.0.113.9",
        "203.0.113.9:443",
        " 203.0.113.9",
        "203.0.113.9, 10.0.0.1",
    ]
    assert len(set(_REDACTOR.redact(_exchanges(client_ip=written))["client_ip"].to_pylist())) == 1
    six = ["2001:DB8::1", "[2001:db8:0:0::1]:443", "2001:db8::1%eth0"]
    assert len(set(_REDACTOR.redact(_exchanges(client_ip=six))["client_ip"].to_pylist())) == 1


def test_addresses_of_one_network_share_its_hash_and_exchange_and_account_compare() -> None:
    batch = _REDACTOR.redact(_exchanges(client_ip=["203.0.113.9", "203.0.113.77", "2001:db8:7::1"]))
    table = _REDACTOR.redact_accounts(
        _accounts(
            signup_ip=["203.0.113.9", None, "2001:db8:7:ffff::2"],
            signup_net=[None, "203.0.113.0/24", None],
        )
    )
    ips, nets = batch["client_ip"].to_pylist(), batch["client_net"].to_pylist()
    assert nets[0] == nets[1] == table["signup_net"][0].as_py() == table["signup_net"][1].as_py()
    assert ips[0] == table["signup_ip"][0].as_py()
    assert nets[2] == table["signup_net"][2].as_py()


def test_a_masked_address_gives_its_network_and_no_host() -> None:
    out = _REDACTOR.redact(_exchanges(client_ip=["81.2.69.***", "81.2.69.4"]))
    assert out["client_ip"][0].as_py() is None
    assert out["client_net"][0].as_py() == out["client_net"][1].as_py()


@pytest.mark.parametrize("column", ["account_id", "organization_id", "end_user_id", "session_id"])
def test_a_raw_key_never_passes_in_another_column(column: str) -> None:
    out = _REDACTOR.redact(_exchanges(**{column: [_KEY, "plain"]}))
    assert out[column][0].as_py().startswith("h:")
    assert out[column][1].as_py() == "plain"


def test_a_key_that_is_the_account_hashes_alike_in_both_tables() -> None:
    batch = _REDACTOR.redact(_exchanges(account_id=[_KEY]))
    table = _REDACTOR.redact_accounts(_accounts(account_id=[_KEY]))
    assert batch["account_id"][0] == table["account_id"][0]


def test_raw_mail_phone_and_card_are_hashed_and_digests_stay() -> None:
    table = _REDACTOR.redact_accounts(
        _accounts(
            email_hmac=["x@y.example", "ab" * 20],
            phone_hmac=["+15550100", None],
            payment_hmac=["4111111111111111", None],
        )
    )
    assert table["email_hmac"][0].as_py().startswith("h:")
    assert table["email_hmac"][1].as_py() == "ab" * 20
    assert table["phone_hmac"][0].as_py().startswith("h:")
    assert table["payment_hmac"][0].as_py().startswith("h:")


def test_the_operator_may_keep_addresses_readable_in_one_spelling() -> None:
    keeping = Redactor(b"s" * 32, keep_addresses=True)
    out = keeping.redact(_exchanges(client_ip=["::ffff:203.0.113.9"])).to_pylist()[0]
    assert (out["client_ip"], out["client_net"]) == ("203.0.113.9", "203.0.113.0/24")


def test_user_agent_and_text_pass() -> None:
    out = _REDACTOR.redact(_exchanges(user_agent=["curl/8"], prompt_text=["hi"])).to_pylist()[0]
    assert (out["user_agent"], out["prompt_text"]) == ("curl/8", "hi")


_ADDRESSES = st.one_of(
    st.ip_addresses().map(str), st.text(max_size=20), st.just("81.2.69.***"), st.just(None)
)


@given(
    rows=st.lists(st.tuples(_ADDRESSES, _ADDRESSES, st.none() | st.text(max_size=12)), min_size=1),
    keep=st.booleans(),
)
def test_redacting_twice_changes_nothing(
    *, rows: list[tuple[str | None, str | None, str | None]], keep: bool
) -> None:
    redactor = Redactor(b"s" * 32, keep_addresses=keep)
    ips, nets, keys = (list(column) for column in zip(*rows, strict=True))
    once = redactor.redact(
        _exchanges(client_ip=ips, client_net=nets, credential_id=keys, end_user_id=keys)
    )
    assert redactor.redact(once).equals(once)


def test_the_secret_is_made_once_private_and_by_whoever_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("STILLWATCH_SECRET_FILE", raising=False)
    folder = tmp_path / "state"
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: Redactor.from_state(folder).hashed("p", "v"), range(16)))
    assert len(set(made)) == 1
    assert stat.S_IMODE((folder / "secret").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [p.name for p in folder.iterdir()] == ["secret"]


def test_a_secret_that_others_can_read_is_refused_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STILLWATCH_SECRET_FILE", str(tmp_path / "mine"))
    Redactor.from_state(tmp_path / "elsewhere")
    assert (tmp_path / "mine").exists()
    (tmp_path / "mine").chmod(0o640)
    with pytest.raises(ConfigError, match="chmod 600"):
        Redactor.from_state(tmp_path)


def test_a_secret_that_is_too_short_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("STILLWATCH_SECRET_FILE", raising=False)
    (tmp_path / "secret").write_text("short")
    (tmp_path / "secret").chmod(0o600)
    with pytest.raises(ConfigError, match="fewer than 32"):
        Redactor.from_state(tmp_path)
