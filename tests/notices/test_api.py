"""One's own notices over the API, and chats."""

import pytest

from notices.models import ChatHook, ChatMessage, Notice, Preference
from tests.api.conftest import Api, errors
from tests.builders import NOON, make_account, make_chat, make_member, make_notice
from workspaces import actions as workspace_actions
from workspaces.capabilities import Role
from workspaces.secrets import decrypt

NEW = {"name": "#x", "flavour": "teams", "url": "https://hooks.example/secret", "kinds": ["renewal_near"]}


def token(by, *scopes):
    return Api(workspace_actions.issue_token(name="Mine", scopes=list(scopes), at=NOON, by=by)[1])


@pytest.fixture
def me(workspace):
    return make_member(Role.ADMIN)


@pytest.fixture
def api(me):
    return token(me.user, "notices:write", "webhooks:write")


def test_ones_own_and_what_narrows_them(me, api):
    account = make_account()
    mine, read = make_notice(me, account=account), make_notice(me, read_at=NOON)
    make_notice(make_member())
    assert api.ids("notices/") == [mine.pk, read.pk]
    shown = api.get(f"notices/{mine.pk}/").json()
    assert shown["text"] == "Renews on 25 Jun 2026."
    assert (shown["kind"], shown["account"], shown["read_at"]) == ("renewal_near", account.pk, None)
    for narrow, found in (
        ({"is_unread": "true"}, [mine.pk]),
        ({"is_unread": "false"}, [read.pk]),
        ({"account": account.pk}, [mine.pk]),
        ({"kind": "alert_opened"}, []),
        ({"since": "2026-06-16T00:00:00Z"}, []),
    ):
        assert [row["id"] for row in api.get("notices/", **narrow).json()["results"]] == found
    assert api.post(f"notices/{mine.pk}/read/").json()["read_at"]
    assert Notice.objects.get(pk=mine.pk).read_at


def test_a_token_of_nobody_has_none(workspace):
    api = token(None, "notices:write")
    make_notice(make_member())
    assert api.ids("notices/") == []
    assert api.get("notices/settings/").json()["hour"] == 8  # what holds for everybody
    assert api.patch("notices/settings/", {"hour": 9}).status_code == 409


def test_how_one_is_told(me, api):
    before = api.get("notices/settings/").json()
    assert (before["digest"], before["hour"], before["ways"]["urgent_alert"]["mail"]) == ("daily", 8, "at_once")
    said = {"hour": 17, "ways": {"alert_opened": {"in_app": False, "mail": "at_once"}}}
    after = api.patch("notices/settings/", said).json()
    assert (after["hour"], after["ways"]["alert_opened"]) == (17, {"in_app": False, "mail": "at_once"})
    assert Preference.objects.get(member=me).digest == "daily"
    assert "ways.made_up" in errors(api.patch("notices/settings/", {"ways": {"made_up": said["ways"]["alert_opened"]}}))


def test_a_chat_as_it_is_added_changed_and_tested(api):
    added = api.post("chats/", NEW)
    assert added.status_code == 201
    assert "url" not in added.json()
    hook = ChatHook.objects.get()
    assert (added.json()["place"], decrypt(hook.secret)) == ("hooks.example/…cret", NEW["url"])
    changed = api.patch(f"chats/{hook.pk}/", {"name": "#y", "is_enabled": False}).json()
    assert (changed["name"], changed["is_enabled"], changed["disabled_why"]) == ("#y", False, "person")
    assert api.post(f"chats/{hook.pk}/test/").status_code == 409
    assert api.patch(f"chats/{hook.pk}/", {"is_enabled": True}).json()["is_enabled"] is True
    assert api.post(f"chats/{hook.pk}/test/").status_code == 200
    assert api.ids("chat-messages/") == [ChatMessage.objects.get().pk]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"url": "https://10.0.0.1/"}, "url"),
        ({"url": None}, "url"),
        ({"kinds": []}, "kinds"),
        ({"kinds": ["x"]}, "kinds.0"),
    ],
)
def test_what_would_never_work_is_refused(changes, field, api):
    body = {name: value for name, value in {**NEW, **changes}.items() if value is not None}
    assert any(name.startswith(field) for name in errors(api.post("chats/", body)))
    assert not ChatHook.objects.exists()


def test_so_many_chats_and_no_more(api, monkeypatch):
    from notices.actions import chats

    monkeypatch.setattr(chats, "MOST_CHATS", 1)
    make_chat()
    assert api.post("chats/", NEW).status_code == 409
