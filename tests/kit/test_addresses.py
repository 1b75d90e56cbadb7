"""Which addresses may be called: one spelling for each host, and a rule that no other spelling gets round."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.kit.addresses import AddressRule, check_url, kind_of
from sandbox.kit.errors import AddressNotAllowed, InvalidInput, SandboxError

NEVER = [
    "0.0.0.0",
    "0.1.2.3",
    "169.254.169.254",
    "169.254.0.1",
    "168.63.129.16",
    "192.0.0.192",
    "100.100.100.200",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "fd00:ec2::254",
    "fd20:ce::254",
    "2001:db8::1",
    "2002:7f00:1::",
    "2001:0:7f00:1::",
    "::127.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:0.0.0.0",
    "64:ff9b::169.254.169.254",
]
LOCAL = [
    "127.0.0.1",
    "127.255.255.254",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "100.64.0.1",
    "::1",
    "fd12:3456::1",
    "::ffff:127.0.0.1",
    "::ffff:192.168.1.1",
    "64:ff9b::10.0.0.1",
]
OUTSIDE = ["8.8.8.8", "172.32.0.1", "100.128.0.1", "2a00:1450::1", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [(text, kind) for kind, texts in (("never", NEVER), ("local", LOCAL), ("outside", OUTSIDE)) for text in texts],
)
def test_an_address_is_local_outside_or_never_called(text: str, kind: str) -> None:
    ip = ip_address(text)
    assert kind_of(ip) == kind
    assert AddressRule(allow_local=True, allow_outside=True).allows(ip) == (kind != "never")
    assert AddressRule(allow_local=True, allow_outside=False).allows(ip) == (kind == "local")
    assert AddressRule(allow_local=False, allow_outside=True).allows(ip) == (kind == "outside")
    assert not AddressRule(allow_local=False, allow_outside=False).allows(ip)


@given(st.ip_addresses())
def test_no_address_but_those_of_web_servers_is_ever_called(ip: IPv4Address | IPv6Address) -> None:
    open_to_all = AddressRule(allow_local=True, allow_outside=True)
    if ip.is_multicast or ip.is_link_local or ip.is_unspecified:
        assert kind_of(ip) == "never"
    if open_to_all.allows(ip):
        inner = getattr(ip, "ipv4_mapped", None) or ip
        assert inner.is_global or inner.is_private or inner in _CARRIER


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_inside_an_ipv6_address_is_judged_as_itself(ip: IPv4Address) -> None:
    assert kind_of(IPv6Address(f"::ffff:{ip}")) == kind_of(ip) == kind_of(IPv6Address(f"64:ff9b::{ip}"))


@given(st.ip_addresses())
def test_a_rule_refuses_a_name_when_one_of_its_addresses_is_refused(ip: IPv4Address | IPv6Address) -> None:
    rule = AddressRule()
    if rule.allows(ip):
        rule.check("shop.test", [ip_address("127.0.0.1"), ip])
        return
    with pytest.raises(AddressNotAllowed) as refused:
        rule.check("shop.test", [ip_address("127.0.0.1"), ip], field="webhook_url")
    assert refused.value.field == "webhook_url"
    assert refused.value.details == {"host": "shop.test", "address": str(ip)}


def test_the_hint_names_the_setting_that_would_allow_it() -> None:
    with pytest.raises(AddressNotAllowed) as outside:
        AddressRule().check("8.8.8.8", [ip_address("8.8.8.8")])
    assert "FLOUCI_SANDBOX_ALLOW_OUTSIDE_ADDRESSES" in outside.value.hint
    with pytest.raises(AddressNotAllowed) as local:
        AddressRule(allow_local=False).check("localhost", [ip_address("::1")])
    assert "FLOUCI_SANDBOX_ALLOW_LOCAL_ADDRESSES" in local.value.hint
    with pytest.raises(AddressNotAllowed) as never:
        AddressRule().check("metadata", [ip_address("169.254.169.254")])
    assert "FLOUCI_SANDBOX" not in never.value.hint


@pytest.mark.parametrize(
    ("url", "host", "port", "target", "host_header"),
    [
        ("http://127.0.0.1:5000/webhook", "127.0.0.1", 5000, "/webhook", "127.0.0.1:5000"),
        ("https://shop.test", "shop.test", 443, "/", "shop.test"),
        ("HTTP://LocalHost.:80/a?b=c#d", "localhost", 80, "/a?b=c", "localhost"),
        ("http://127.0.0.1.:8000/", "127.0.0.1", 8000, "/", "127.0.0.1:8000"),
        ("http://[::1]:5000/x", "::1", 5000, "/x", "[::1]:5000"),
        ("http://[0:0::0:1]/x", "::1", 80, "/x", "[::1]"),
        ("http://[::ffff:127.0.0.1]/", "::ffff:7f00:1", 80, "/", "[::ffff:7f00:1]"),
        ("http://my_shop-2:8080/", "my_shop-2", 8080, "/", "my_shop-2:8080"),
        ("http://متجر.تونس/دفع?الطلب=1", "xn--pgbep1f.xn--pgbs0dh", 80, None, "xn--pgbep1f.xn--pgbs0dh"),
        ("http://1\uff127.0.0.1/", "127.0.0.1", 80, "/", "127.0.0.1"),
        ("http://boutique\u3002test/%41%2f", "boutique.test", 80, "/%41%2f", "boutique.test"),
    ],
)
def test_a_good_url_has_one_spelling(url: str, host: str, port: int, target: str | None, host_header: str) -> None:
    address = check_url(url)
    assert (address.host, address.port, address.host_header) == (host, port, host_header)
    assert address.target.isascii()
    assert target in {None, address.target}


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("", "missing"),
        ("http://x/" + "a" * 2000, "longer"),
        ("shop.test/webhook", "begin with"),
        ("ftp://127.0.0.1/", "begin with"),
        ("file:///etc/passwd", "begin with"),
        ("gopher://127.0.0.1:25/", "begin with"),
        ("//127.0.0.1/", "begin with"),
        ("http://", "host name"),
        ("http:///path", "host name"),
        ("http://:80/", "host name"),
        ("http://user@127.0.0.1/", "user name"),
        ("http://user:pass@127.0.0.1/", "user name"),
        ("http://@127.0.0.1/", "user name"),
        ("http://good.test\\@127.0.0.1/", "backslashes"),
        ("http://good.test\\.evil.test/", "backslashes"),
        ("http://127.0.0.1/a b", "blanks"),
        (" http://127.0.0.1/", "blanks"),
        ("http://127.0.0.1/\r\nHost: evil", "blanks"),
        ("http://127.0.0.1:0/", "port 0"),
        ("http://127.0.0.1:65536/", "cannot be read"),
        ("http://127.0.0.1:x/", "cannot be read"),
        ("http://[::1/", "cannot be read"),
        ("http://[fe80::1%25eth0]/", "brackets|cannot be read"),
        ("http://[127.0.0.1]/", "brackets|cannot be read"),
        ("http://[v1.fe80]/", "brackets|cannot be read"),
        ("http://2130706433/", "four of them"),
        ("http://0x7f000001/", "four of them"),
        ("http://0x7f.0.0.1/", "four of them"),
        ("http://0177.0.0.1/", "four of them"),
        ("http://127.1/", "four of them"),
        ("http://127.0.0.0x1/", "four of them"),
        ("http://127.0.0.1.5/", "four of them"),
        ("http://256.0.0.1/", "four of them"),
        ("http://127.0.0.%31/", "host name"),
        ("http://a..b/", "host name"),
        ("http://-a.test/", "host name"),
        ("http://a.test../", "host name"),
        ("http://" + "a" * 64 + ".test/", "host name"),
        ("http://" + "a." * 130 + "test/", "host name"),
        ("http://sho p/", "blanks"),
        ("http://a|b/", "host name"),
        ("http://\u2100.test/", "host name|cannot be read"),
        ("http://\u202e.test/", "host name"),
    ],
)
def test_a_bad_url_is_refused_with_what_is_wrong_and_how_to_write_it(url: str, told: str) -> None:
    with pytest.raises(InvalidInput, match=told) as refused:
        check_url(url, field="image")
    assert refused.value.field == "image"
    assert "http://127.0.0.1:5000/webhook" in refused.value.hint


@given(st.text(max_size=40), st.sampled_from(["http://", "https://", "http://[", "http://127.0.0.1", ""]))
def test_whatever_is_typed_is_an_address_or_a_refusal(text: str, start: str) -> None:
    try:
        address = check_url(start + text)
    except SandboxError:
        return
    assert address.scheme in {"http", "https"}
    assert address.host.isascii()
    assert 0 < address.port < 65_536
    assert address.target.isascii()
    assert address.target.startswith("/")
    assert not set(address.host_header + address.target) & set(" \r\n\t\\")
    assert check_url(f"{address.scheme}://{address.host_header}{address.target}") == address


_CARRIER = ip_network("100.64.0.0/10")
