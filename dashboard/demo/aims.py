"""What the demo's customers bought for, what they want to reach, and the steps on the way, in words."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Story:
    """Why somebody bought; `metrics` by their keys show the use case."""

    why_bought: str
    use_case: str
    replaces: str
    success_criteria: str
    metrics: tuple[str, ...]


@dataclass(frozen=True)
class Aim:
    """A number to move from `baseline` to `target`; with a `metric`, both are shares of the seats."""

    name: str
    unit: str
    baseline: float
    target: float
    metric: str = ""


@dataclass(frozen=True)
class Step:
    """A milestone so many days `after` the contract began; negative: before it ends."""

    name: str
    phase: str
    after: int
    guide: str = ""


STORIES = [
    Story(
        "Requests came by mail, by phone and in the corridor; a third of them were lost.",
        "The service desk works from one queue, all day; everybody reports through the portal.",
        "A shared mailbox and two spreadsheets.",
        "Nine of ten requests answered within an hour, and nobody asks twice.",
        ("logins", "key_actions"),
    ),
    Story(
        "An audit found laptops nobody knew of, and licences paid for people who had left.",
        "IT keeps every device and licence in one place and checks it each month.",
        "A list kept by one colleague, who retires next year.",
        "The next audit passes without findings on devices.",
        ("seats_used", "key_actions"),
    ),
    Story(
        "Two branches were offline for a day and nobody noticed until the customers called.",
        "The night shift watches all branches on one screen and calls before the branch does.",
        "Alarms by mail from six systems.",
        "Outages are noticed within five minutes, and there are fewer of them.",
        ("active_users", "key_actions"),
    ),
    Story(
        "A new colleague waited nine days for a working computer.",
        "HR starts an order, and on the first day everything stands on the desk.",
        "A form on paper that walked through four offices.",
        "Two days from order to desk, in every office.",
        ("logins", "key_actions"),
    ),
    Story(
        "Monthly figures took a week of copying, and were wrong twice.",
        "Team leads read their own figures each Monday; finance takes them from there.",
        "Exports glued together by hand.",
        "Four hours a week instead of fourteen, and one set of figures.",
        ("active_users", "logins"),
    ),
    Story(
        "After a break-in at a supplier the board asked for two-factor sign-in everywhere.",
        "Everybody signs in with a second factor; IT sees who does not.",
        "Passwords on paper.",
        "All staff within a quarter, and the insurer's questionnaire signed.",
        ("seats_used", "logins"),
    ),
]

SEATS = Aim("Everybody works in it", "seats", 0.1, 0.85, metric="seats_used")
AIMS = [
    Aim("Requests answered within an hour", "%", 45, 90),
    Aim("Hours a week spent on reports", "hours", 14, 4),
    Aim("Days until a new colleague can work", "days", 9, 2),
    Aim("Findings of the last audit still open", "findings", 32, 0),
    Aim("Outages a month", "outages", 6, 1),
    Aim("Staff with two-factor sign-in", "%", 20, 100),
]
SITES = ["", "", "Head office", "Field teams", "Finance"]

STEPS = [
    Step("Kick-off with all team leads", "onboarding", 5, "kick-off"),
    Step("Accounts and data brought over", "onboarding", 24, "moving-in"),
    Step("Administrators trained", "onboarding", 40, "for-administrators"),
    Step("First report read together", "adoption", 75),
    Step("Second team works in it", "adoption", 130, "growing"),
    Step("Value summed up for the sponsor", "renewal", -100),
    Step("Renewal talked through", "renewal", -60, "renewing"),
]
TROUBLE = [
    Step("Causes explained to the sponsor", "escalation", 0),
    Step("Two weeks without a repeat", "escalation", 16, "getting-well"),
]
