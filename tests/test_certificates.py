"""The data folder's own authority and certificate: what they vouch for, how long, and who may read their keys."""

from __future__ import annotations

import ssl
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from sandbox.certificates import CertificateFiles, _general_name, _key_text, _load, _make_server, ensure_certificates

NOW = datetime.now(UTC)
DAY = timedelta(days=1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "tls"


def ensure(folder: Path, *hosts: str, now: datetime = NOW) -> tuple[CertificateFiles, bytes, bytes]:
    files = ensure_certificates(folder, hosts, now)
    return files, files.ca.read_bytes(), files.server.read_bytes()


def shake_hands(ca: Path, server: Path, host: str) -> None:
    """A TLS handshake in memory. Raises ssl.SSLCertVerificationError where the client would not trust ``host``."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(server)
    pipes = ssl.MemoryBIO(), ssl.MemoryBIO()
    sides = [
        ssl.create_default_context(cafile=ca).wrap_bio(pipes[0], pipes[1], server_hostname=host),
        context.wrap_bio(pipes[1], pipes[0], server_side=True),
    ]
    for _ in range(4):
        for side in sides:
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
    assert sides[0].getpeercert()


def test_a_client_that_trusts_the_authority_trusts_this_machine_and_the_allowed_hosts(folder: Path) -> None:
    files, _, _ = ensure(folder, "Shop.Test.", "[fd00::2]", "*", "localhost")
    for host in ("127.0.0.1", "::1", "localhost", "shop.test", "fd00::2"):
        shake_hands(files.ca, files.server, host)
    for host in ("evil.test", "127.0.0.2", "sub.shop.test"):
        with pytest.raises(ssl.SSLCertVerificationError):
            shake_hands(files.ca, files.server, host)


@pytest.mark.parametrize("host", ["evil.test", "localhost.evil.test", "10.0.0.1", "::2"])
def test_even_with_its_key_the_authority_can_vouch_for_nobody_else(folder: Path, host: str) -> None:
    """People import it into their browser: a stolen key must not open their bank."""
    files, _, _ = ensure(folder)
    authority = _load(files.ca, folder / "ca-key.pem")
    assert authority is not None
    forged = _make_server(authority, [_general_name(host)], NOW)
    file = folder / "forged.pem"
    file.write_bytes(_key_text(forged.key) + forged.certificate.public_bytes(Encoding.PEM))
    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree"):
        shake_hands(files.ca, file, host)


def test_keys_are_for_their_owner_alone(folder: Path) -> None:
    files, _, _ = ensure(folder)
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in (*folder.iterdir(), folder)}
    assert modes == {"ca.pem": 0o644, "ca-key.pem": 0o600, "server.pem": 0o600, "tls": 0o700}
    assert b"PRIVATE" not in files.ca.read_bytes()


def test_what_is_good_stays_as_it_is(folder: Path) -> None:
    first = ensure(folder, "b.test", "a.test")
    assert ensure(folder, "a.test", "b.test", now=NOW + 300 * DAY) == first


def test_near_its_end_the_certificate_is_renewed_and_the_authority_stays(folder: Path) -> None:
    _, ca, server = ensure(folder)
    _, same_ca, renewed = ensure(folder, now=NOW + 340 * DAY)
    assert (same_ca == ca, renewed == server) == (True, False)
    assert x509.load_pem_x509_certificate(renewed).not_valid_after_utc > NOW + 700 * DAY


def test_an_authority_that_would_end_before_its_certificates_is_renewed(folder: Path) -> None:
    _, ca, _ = ensure(folder)
    files, new_ca, _ = ensure(folder, now=NOW + 3300 * DAY)
    assert new_ca != ca
    authority = x509.load_pem_x509_certificate(new_ca)
    x509.load_pem_x509_certificate(files.server.read_bytes()).verify_directly_issued_by(authority)


def test_certificates_from_the_future_are_renewed(folder: Path) -> None:
    """Made while the machine's clock was wrong."""
    _, ca, server = ensure(folder, now=NOW + 100 * DAY)
    files, new_ca, new_server = ensure(folder)
    assert new_ca != ca
    assert new_server != server
    shake_hands(files.ca, files.server, "localhost")


def test_fewer_hosts_keep_the_authority_and_a_new_one_needs_another(folder: Path) -> None:
    _, ca, server = ensure(folder, "a.test")
    _, same_ca, new_server = ensure(folder)
    assert (same_ca == ca, new_server == server) == (True, False)
    files, new_ca, _ = ensure(folder, "b.test")
    assert new_ca != ca
    shake_hands(files.ca, files.server, "b.test")


@pytest.mark.parametrize("name", ["ca.pem", "ca-key.pem", "server.pem"])
@pytest.mark.parametrize("content", [None, b"", b"not a certificate", "other"])
def test_what_is_missing_damaged_or_of_another_is_made_anew(
    folder: Path, tmp_path: Path, name: str, content: bytes | str | None
) -> None:
    ensure(folder)
    if content is None:
        (folder / name).unlink()
    elif isinstance(content, str):
        ensure(tmp_path / "other")
        (folder / name).write_bytes((tmp_path / "other" / name).read_bytes())
    else:
        (folder / name).write_bytes(content)
    files, _, _ = ensure(folder)
    shake_hands(files.ca, files.server, "127.0.0.1")
