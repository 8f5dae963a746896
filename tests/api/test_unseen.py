"""What names a thing is seen: text of which nothing shows is as good as none."""

import pytest

from tests.api.conftest import Api, make_token, wrong
from tests.builders import make_account, make_contract, make_expectation

UNSEEN = "\u200b"
USE = {"all": [{"field": "stage", "op": "any_of", "value": ["use"]}]}
RETAIL = {"all": [{"field": "industry", "op": "is", "value": "Retail"}]}
TERM = {"starts_on": "2026-01-01", "ends_on": "2027-01-01"}


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("segments/", {"conditions": USE}, "name"),
        ("icp-criteria/", {"conditions": RETAIL, "weight": 1}, "name"),
        ("personas/", {}, "name"),
        ("custom-fields/", {"about": "account", "key": "k", "kind": "text"}, "name"),
        ("contracts/", {"account": "account", **TERM}, "name"),
        ("contracts/contract/renew/", {"starts_on": "2027-01-01", "ends_on": "2028-01-01"}, "name"),
        ("expectations/", {"account": "account", "kind": "promise", "made_on": "2026-01-01"}, "wording"),
        ("expectations/promise/settle/", {"outcome": "kept"}, "evidence"),
        ("expectations/promise/change/", {"wording": "x"}, "evidence"),
    ],
)
def test_what_nobody_sees_names_nothing(workspace, path, body, field):
    account = make_account()
    rows = {"account": account, "contract": make_contract(account), "promise": make_expectation(account)}
    path = "/".join(str(rows[part].pk) if part in rows else part for part in path.split("/"))
    body = {name: rows[value].pk if value == "account" and name == value else value for name, value in body.items()}
    api = Api(make_token("write"))
    assert wrong(api.post(path, body | {field: UNSEEN})) == [field]
    assert api.post(path, body | {field: "Seen"}).status_code in (200, 201)
