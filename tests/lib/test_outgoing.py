"""The guard of calls that leave the house. The canary is an inner server: it must never be reached."""

import datetime
import socket
import ssl
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from lib import outgoing
from tests.fakes import Answer, fake_server

INNER = """
    0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.100.100.200 100.127.255.255 127.0.0.1 127.255.255.254
    168.63.129.16 169.254.0.1 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1 192.0.0.192 192.0.2.1 192.88.99.1
    192.168.0.1 198.18.0.1 198.19.255.255 198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.250 240.0.0.1
    255.255.255.255
    :: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:8.8.8.8 64:ff9b::7f00:1 64:ff9b:1::1 100::1
    2001::1 2001:0:53aa:64c:0:7ffe:80ff:fffe 2001:2::1 2001:10::1 2001:20::1 2001:db8::1 2002:7f00:1::1 3ffe::1
    3fff::1 5f00::1 fc00::1 fd00:ec2::254 fe80::1 fec0::1 ff02::1 2606:4700::5efe:10.0.0.1 2606:4700::200:5efe:a00:1
""".split()
OUTER = """
    1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.1 100.63.255.255 100.128.0.1 126.0.0.1 128.0.0.1 172.15.255.255 172.32.0.1
    192.0.1.1 192.167.0.1 192.169.0.1 198.17.0.1 198.20.0.1 203.0.112.1 203.0.114.1 223.255.255.255
    2001:200::1 2001:4860:4860::8888 2606:4700:4700::1111 2a00:1450::1 2400:cb00::1
""".split()
ODD_FORMS = """
    2130706433 017700000001 0x7f000001 0x7f.0.0.1 0177.0.0.1 127.1 127.0.1 0x7f.1 127.0.0.01 127.0.0.1. 1.1.1.1.
    10.0x0.0.1 256.1.1.1 1.2.3.4.5 foo.0x1 １２７.０.０.１ 127。0。0。1 ①27.0.0.1 [::1%25lo] [fe80::1%25eth0] [1.1.1.1]
    [::ffff:127.0.0.1] [0:0:0:0:0:0:0:1] 0 0x 4294967295
""".split()


@pytest.fixture
def canary(settings):
    """An inner server that nobody named."""
    settings.OUTGOING_ALLOW = []
    with fake_server() as server:
        yield server


@pytest.fixture
def target(settings):
    """An inner server that OUTGOING_ALLOW names."""
    with fake_server() as server:
        settings.OUTGOING_ALLOW = [server.name]
        yield server


@pytest.fixture
def dns(monkeypatch):
    """What each name means: a list of answers, each a list of addresses; the last is repeated."""
    names = {}

    def getaddrinfo(host, port, *args, **kwargs):
        answers = names[host]
        addresses = answers.pop(0) if len(answers) > 1 else answers[0]
        return [
            (socket.AF_INET6 if ":" in one else socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port))
            for one in addresses
        ]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return names


@pytest.fixture
def dialled(monkeypatch):
    """Addresses that would have been connected to; nothing is."""
    asked = []

    def dial(address, port, timeout):
        asked.append(str(address))
        raise ConnectionRefusedError(111, "Connection refused")

    monkeypatch.setattr(outgoing, "_dial", dial)
    return asked


def bracketed(address):
    return f"[{address}]" if ":" in address else address


@pytest.mark.parametrize("address", INNER)
def test_an_inner_address_is_known_as_such(address):
    assert outgoing.is_outer(ip_address(address)) is False


@pytest.mark.parametrize("address", OUTER)
def test_an_outer_address_is_not_blocked(address):
    assert outgoing.is_outer(ip_address(address)) is True


@pytest.mark.parametrize("address", INNER)
def test_an_inner_address_is_not_called_by_itself(address, dialled, settings):
    settings.OUTGOING_ALLOW = []
    with pytest.raises(outgoing.Forbidden):
        outgoing.request("POST", f"https://{bracketed(address)}/")
    assert dialled == []


@pytest.mark.parametrize("name", ["localhost", "LOCALHOST", "db", "a.localhost", "printer.local", "x.y.internal"])
def test_a_name_that_can_only_be_inner_is_not_even_accepted(name, settings):
    settings.OUTGOING_ALLOW = []
    with pytest.raises(outgoing.Forbidden, match="lies inside a network"):
        outgoing.target_of(f"https://{name}/x")
    settings.OUTGOING_ALLOW = [f"{name.lower()}:443"]
    assert outgoing.target_of(f"https://{name}/x").is_named
    assert not outgoing.target_of("https://internal.example/x").is_named


@pytest.mark.parametrize("others", [[], ["8.8.8.8"]], ids=["alone", "among outer ones"])
@pytest.mark.parametrize("address", INNER)
def test_an_inner_address_is_not_called_by_name(address, others, dns, dialled):
    dns["hooks.example"] = [[*others, address]]
    with pytest.raises(outgoing.Forbidden):
        outgoing.request("POST", "https://hooks.example/")
    assert dialled == []


@pytest.mark.parametrize("form", ODD_FORMS)
def test_odd_forms_of_an_address_are_not_called(form, dialled):
    with pytest.raises(outgoing.Forbidden):
        outgoing.request("POST", f"https://{form}/")
    assert dialled == []


@pytest.mark.parametrize("address", INNER)
def test_a_name_that_changes_its_answer_is_asked_once(address, dns, dialled):
    dns["hooks.example"] = [["8.8.8.8", "2606:4700::1"], [address]]
    with pytest.raises(outgoing.Unreachable):
        outgoing.request("POST", "https://hooks.example/")
    assert dialled == ["8.8.8.8", "2606:4700::1"]


def test_a_connection_that_ends_elsewhere_gets_no_byte(canary, dns, monkeypatch):
    dns["hooks.example"] = [["8.8.8.8"]]
    diverted = socket.socket()
    diverted.connect((canary.host, canary.port))
    monkeypatch.setattr(outgoing, "_dial", lambda address, port, timeout: diverted)
    with pytest.raises(outgoing.Forbidden, match="somewhere else"):
        outgoing.request("POST", "https://hooks.example/")
    assert canary.requests == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_an_inner_server_is_an_answer_and_not_followed(status, target):
    with fake_server() as canary:
        target.answers = [Answer(status, headers={"Location": canary.url()})]
        response = outgoing.request("POST", target.url())
        assert (response.status, response.headers["location"]) == (status, canary.url())
        assert canary.connections == 0


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1", "017700000001", "0"]
)
def test_the_canary_is_never_reached(host, canary, monkeypatch):
    monkeypatch.setattr(outgoing, "PORTS", {canary.port})
    with pytest.raises(outgoing.Forbidden):
        outgoing.request("POST", f"https://{host}:{canary.port}/")
    assert canary.connections == 0


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://hooks.example/", "https"),
        ("ftp://hooks.example/", "https"),
        ("file:///etc/passwd", "https"),
        ("//hooks.example/", "https"),
        ("", "https"),
        ("https://hooks.example:22/", "ports"),
        ("https://hooks.example:0/", "ports"),
        ("https://hooks.example:99999/", "web"),
        ("https://user@hooks.example/", "user"),
        ("https://user:secret@hooks.example/", "user"),
        ("https://@hooks.example/", "user"),
        ("https://hooks.example\\@inner/", "web"),
        ("https://hooks.example/a b", "web"),
        ("https://hooks.example/\r\nHost: inner", "web"),
        ("https://hooks.example/\x00", "web"),
        ("https://[::1/", "web"),
        ("https:///path", "host"),
        ("https://a..b/", "web|host"),
        ("https://-bad.example/", "host"),
        ("https://hooks.example%2f.evil/", "host"),
        ("https://hooks.example?@inner/", None),
        ("https://" + "a" * 64 + ".example/", "web"),
        ("https://hooks.example/" + "a" * 2000, "web"),
    ],
)
def test_an_address_that_is_not_one_of_ours_is_refused_by_its_text(url, reason, settings):
    settings.OUTGOING_ALLOW = []
    if reason is None:
        assert outgoing.target_of(url).host == "hooks.example"
        return
    with pytest.raises(outgoing.Forbidden, match=reason):
        outgoing.target_of(url)


@pytest.mark.parametrize(
    ("url", "authority", "path"),
    [
        ("https://Hooks.Example", "hooks.example", "/"),
        ("https://hooks.example:443/a?b=1#c", "hooks.example", "/a?b=1"),
        ("https://hooks.example:8443/ä%20b?q=ü", "hooks.example:8443", "/%C3%A4%20b?q=%C3%BC"),
        ("https://bücher.example/", "xn--bcher-kva.example", "/"),
        ("https://[2606:4700::1]:8443/", "[2606:4700::1]:8443", "/"),
        ("https://hooks.example/?", "hooks.example", "/"),
    ],
)
def test_where_an_address_points(url, authority, path):
    target = outgoing.target_of(url)
    assert (target.authority, target.path, target.is_tls) == (authority, path, True)


def test_a_call_and_its_answer(target):
    target.answers = [Answer(418, b"short and stout", {"X-Kind": "Pot"})]
    response = outgoing.request("POST", target.url("/tea?n=1"), headers={"X-Cup": "2"}, body=b"{}")

    assert (response.status, response.headers["x-kind"], response.body) == (418, "Pot", b"short and stout")
    [received] = target.requests
    assert (received.method, received.path, received.body) == ("POST", "/tea?n=1", b"{}")
    expected = {"host": target.name, "user-agent": "Ninefold", "x-cup": "2", "connection": "close"}
    assert expected.items() <= received.headers.items()


def test_no_proxy_of_the_environment_is_used(target, monkeypatch):
    with fake_server() as proxy:
        for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url())
        assert outgoing.request("GET", target.url()).status == 200
        assert proxy.connections == 0


def test_a_long_answer_is_cut_and_said_to_be_so(target):
    target.otherwise = Answer(201, b"x" * 65_537)
    with pytest.raises(outgoing.TooLong) as caught:
        outgoing.request("GET", target.url())
    assert (caught.value.response.status, len(caught.value.response.body)) == (201, 65_536)

    target.otherwise = Answer(200, b"x" * 65_536)
    assert len(outgoing.request("GET", target.url()).body) == 65_536


def test_endless_headers_end(target):
    target.otherwise = Answer(raw=b"HTTP/1.1 200 OK\r\n" + (b"X-A: " + b"b" * 60_000 + b"\r\n") * 90)
    with pytest.raises(outgoing.Unreachable, match="endless"):
        outgoing.request("GET", target.url())


@pytest.mark.parametrize(
    "raw", [b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\nshort", b"HTTP/1.1 200 OK\r\nA"]
)
def test_what_is_not_whole_http_is_no_answer(raw, target):
    target.otherwise = Answer(raw=raw)
    if raw.endswith(b"A"):  # headers that end early are whole for http.client
        assert outgoing.request("GET", target.url()).body == b""
        return
    with pytest.raises(outgoing.Unreachable):
        outgoing.request("GET", target.url())


def test_nobody_listens(settings):
    with fake_server() as gone:
        settings.OUTGOING_ALLOW = [gone.name]
        url = gone.url()
    with pytest.raises(outgoing.Unreachable, match="refused"):
        outgoing.request("GET", url)


@pytest.mark.parametrize(
    "answer",
    [Answer(delay=1), Answer(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 60\r\n\r\n" + b"x" * 60, drip=0.02)],
    ids=["silence", "a byte at a time"],
)
def test_the_time_limit_is_for_everything(answer, target):
    target.otherwise = answer
    with pytest.raises(outgoing.TooSlow, match=r"0\.3 seconds"):
        outgoing.request("GET", target.url(), timeout=0.3)


def test_no_time_at_all(target):
    with pytest.raises(outgoing.TooSlow):
        outgoing.request("GET", target.url(), timeout=0)


def test_a_resolver_that_says_nothing_is_not_waited_for(monkeypatch):
    import threading

    silence = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: silence.wait(5) and [])
    with pytest.raises(outgoing.TooSlow):
        outgoing.request("GET", "https://hooks.example/", timeout=0.1)
    silence.set()


def test_an_unknown_name(monkeypatch):
    def getaddrinfo(*args, **kwargs):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    with pytest.raises(outgoing.Unreachable, match="no host of this name"):
        outgoing.request("GET", "https://hooks.example/")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A self-signed certificate for hooks.example, with its key."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.datetime.now(datetime.UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hooks.example")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(now - datetime.timedelta(days=1))
    builder = builder.not_valid_after(now + datetime.timedelta(days=1))
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName("hooks.example")]), critical=False)
    made = builder.sign(key, hashes.SHA256())
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def secure(certificate, dns, settings, monkeypatch):
    """A TLS server that both names mean; its certificate is trusted and made out to the first."""
    with fake_server(certificate) as server:
        dns["hooks.example"] = dns["other.example"] = [["127.0.0.1"]]
        settings.OUTGOING_ALLOW = [f"hooks.example:{server.port}", f"other.example:{server.port}"]
        trusting = ssl.create_default_context(cafile=certificate)
        monkeypatch.setattr(outgoing, "_tls", lambda: trusting)
        yield server


def test_the_certificate_is_checked_against_the_name(secure):
    assert outgoing.request("POST", f"https://hooks.example:{secure.port}/", body=b"1").status == 200
    assert secure.requests[0].headers["host"] == f"hooks.example:{secure.port}"
    with pytest.raises(outgoing.Unreachable, match="certificate is not valid"):
        outgoing.request("POST", f"https://other.example:{secure.port}/", body=b"2")
    assert len(secure.requests) == 1


def test_a_certificate_of_nobodys_is_refused(secure, monkeypatch):
    monkeypatch.setattr(outgoing, "_tls", ssl.create_default_context)
    with pytest.raises(outgoing.Unreachable, match="certificate is not valid"):
        outgoing.request("POST", f"https://hooks.example:{secure.port}/")
    assert secure.requests == []


def test_our_context_verifies():
    context = outgoing._tls()
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
