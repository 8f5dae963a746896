import pytest

from accounts import registry


@pytest.mark.parametrize(
    ("kind", "data", "told"),
    [
        ("account.created", {"stage": "use"}, "Account added in stage Use"),
        ("account.created", {"stage": "unheard"}, "Account added in stage unheard"),
        ("account.changed", {"fields": ["name", "owner", "x"]}, "Account details changed: name, owner and x"),
        ("contact.added", {"name": "Mei", "role": "decision_maker"}, "Mei added as a contact (Decision maker)"),
        ("contact.changed", {"name": "Mei", "fields": ["email"]}, "Details of Mei changed: e-mail"),
        ("contact.opted_out", {"name": "Mei"}, "Mei asked not to be surveyed"),
        ("contact.opted_in", {"name": "Mei"}, "Mei may be surveyed again"),
        ("contact.left", {"name": "100 % Mei", "role": "champion"}, "100 % Mei (Champion) left the company"),
        ("contact.returned", {"name": "Mei"}, "Mei (Contact) is back at the company"),
        ("contract.added", {"name": "Care"}, "Contract “Care” added"),
        (
            "contract.renewed",
            {"name": "Care", "from_minor": 100, "from_currency": "EUR", "to_minor": 200, "to_currency": "EUR"},
            "Contract renewed: “Care”, €1 before, €2 now",
        ),
        ("contract.renewed", {"name": "Care", "from_minor": None, "to_minor": 5}, "Contract renewed: “Care”"),
        ("contract.changed", {"name": "Care"}, "Contract “Care” changed"),
        ("contract.changed", {"name": "Care", "fields": ["ends_on"]}, "Contract “Care” changed: end"),
        ("ticket.opened", {"number": "12", "subject": "Fire"}, "Ticket opened: #12 Fire"),
        ("ticket.closed", {"number": "#12", "subject": "", "episode": 1}, "Ticket closed: #12"),
        ("ticket.closed", {"number": "", "subject": "Fire", "episode": 2}, "Ticket closed again: Fire"),
        ("ticket.reopened", {"number": "12", "subject": "Fire"}, "Ticket reopened: #12 Fire"),
        (
            "ticket.changed",
            {"number": "12", "subject": "", "priority": "urgent", "topic": "problem"},
            "Ticket is now Urgent, Problem: #12",
        ),
        (
            "ticket.changed",
            {"number": "", "subject": "Fire", "priority": "", "topic": ""},
            "Ticket is now without a priority: Fire",
        ),
    ],
)
def test_each_kind_of_fact_has_its_sentence(kind, data, told):
    assert registry.words[kind](data) == told
