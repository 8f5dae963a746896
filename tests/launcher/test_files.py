"""What a run leaves in `.local` for scripts and for other runs."""

import stat

import pytest

from launcher import application, paths, serve, services
from launcher.console import Stop
from launcher.lease import Lease, Taken

SERVICES = services.Services("postgresql://app@/n", "postgresql://owner@/n", "redis://:p@127.0.0.1:1/0")

CREDENTIALS = {
    "logins": [{"email": "mei@northwind.example", "password": "p", "role": "csm", "workspace": "Northwind"}],
    "api_tokens": {"Northwind": "nf_1"},
    "connections": {"Northwind": {"zammad": {"url": "http://127.0.0.1:8000/hooks/abc/?a=1", "secret": "s"}}},
}


def test_run_file_tells_where_everything_is():
    about = serve.run_file("http://127.0.0.1:8123", SERVICES, CREDENTIALS)

    assert about == {
        "base_url": "http://127.0.0.1:8123",
        "database_url": SERVICES.database_url,
        "redis_url": SERVICES.redis_url,
        "mail_dir": str(paths.LOCAL / "mail"),
        "logins": CREDENTIALS["logins"],
        "api_tokens": {"Northwind": "nf_1"},
        "connections": {"Northwind": {"zammad": {"url": "http://127.0.0.1:8123/hooks/abc/?a=1", "secret": "s"}}},
    }


def test_run_file_without_the_demo_has_the_same_keys():
    about = serve.run_file("http://127.0.0.1:8123", SERVICES, {})

    assert about.keys() == serve.run_file("http://127.0.0.1:8123", SERVICES, CREDENTIALS).keys()
    assert (about["logins"], about["api_tokens"], about["connections"]) == ([], {}, {})


def test_summary_shows_address_logins_and_mailbox():
    shown = serve.summary(serve.run_file("http://127.0.0.1:8123", SERVICES, CREDENTIALS), 12.34)

    assert "ready after 12.3 s: http://127.0.0.1:8123/" in shown
    assert "mei@northwind.example  p  (csm, Northwind)" in shown
    assert "http://127.0.0.1:8123/mailbox/" in shown


def test_private_files_are_replaced_whole_and_readable_by_us_only(tmp_path):
    path = tmp_path / "new" / "run.json"
    path.parent.mkdir()
    path.write_text("old")
    path.chmod(0o644)

    paths.write_private(path, "new")

    assert (path.read_text(), stat.S_IMODE(path.stat().st_mode)) == ("new", 0o600)
    assert list(path.parent.iterdir()) == [path]


def test_secret_key_is_made_once_and_long_enough(tmp_path, monkeypatch):
    monkeypatch.setattr(application, "LOCAL", tmp_path)

    key = application.secret_key()

    assert application.secret_key() == key
    assert len(key) >= 50
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_servers_are_shared_while_they_are_up(tmp_path, monkeypatch):
    monkeypatch.setattr(application, "SHARED", tmp_path / "environment.json")

    with application.sharing({"REDIS_URL": "redis://"}):
        assert application.shared() == {"REDIS_URL": "redis://"}
    with pytest.raises(Stop, match="try again in a moment"):
        application.shared()


def test_who_has_a_folder_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(serve, "RUN_FILE", tmp_path / "run.json")
    assert serve.who_is_here() == "Another run.py is busy in this folder: try again when it is done."

    (tmp_path / "run.json").write_text('{"base_url": "http://127.0.0.1:8123"}')
    assert "already running from this folder at http://127.0.0.1:8123/" in serve.who_is_here()


def test_one_run_at_a_time_has_a_folder(tmp_path):
    with Lease(tmp_path), pytest.raises(Taken), Lease(tmp_path):
        pass
    with Lease(tmp_path):
        pass


def test_lost_credentials_get_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(application, "CREDENTIALS", tmp_path / "demo.json")

    with pytest.raises(Stop, match=r"demo\.json is gone or broken: start with --fresh\.$"):
        serve.read_credentials()


def test_credentials_are_readable_by_us_only(tmp_path, monkeypatch):
    path = tmp_path / "demo.json"
    path.write_text('{"logins": []}')
    monkeypatch.setattr(application, "CREDENTIALS", path)

    assert serve.read_credentials() == {"logins": []}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
