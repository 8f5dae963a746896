"""The formulas of `health.parts` as SQL over one row of everything that was read: `health/sql/read.sql` names it.

Each measure is (value, coverage, its details in order). A null value counts as no coverage. All text is our own.
"""

from health.parts import MEASURES, PARTS, Part

_MEASURES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "known": (
        "case when has_plan then 100::float8 * filled / 6 * power(0.5::float8, least(plan_age, 36500)"
        " / %(known_half_life)s::float8) end",
        "1",
        ("filled", "plan_age"),
    ),
    "aligned": (
        "case when features > 0 and active > 0 then 100::float8 * least(1::float8, aligned_days / active::float8) end",
        "least(1::float8, active / 10::float8)",
        ("active", "aligned_days"),
    ),
    "stated": (
        "case when renewal_intent is not null then 25::float8 * (renewal_intent - 1) end",
        "power(0.5::float8, least(greatest(0, intent_age), 36500) / %(stated_half_life)s::float8)",
        ("renewal_intent", "intent_age"),
    ),
    "met": ("100::float8 * met / nullif(events, 0)", "events / (events + 4::float8)", ("events", "met")),
    "ready": ("100::float8 * prepared / nullif(ahead, 0)", "1", ("ahead", "prepared")),
    "proactive": (
        "100::float8 * ours / nullif(ours + theirs, 0)",
        "(ours + theirs) / (ours + theirs + 4::float8)",
        ("ours", "theirs"),
    ),
    "seats": (
        "case when seats_taken between 0 and %(seats_beyond)s::float8 * seats"
        " then 100::float8 * least(1::float8, seats_taken / seats) end",
        "1",
        (
            "case when seats_read is not null then 3 when peak is not null then 2 end",
            "round(seats_taken)",
            "seats",
        ),
    ),
    "breadth": ("100::float8 * features_used / nullif(features, 0)", "1", ("features_used", "features")),
    "depth": (
        "case when %(depth_median)s::float8 > 0 and acts_each <= %(times_beyond)s::float8 * %(depth_median)s::float8"
        " and coalesce(users <= %(seats_beyond)s::float8 * seats, true) then 100::float8 * greatest(0::float8, least("
        "1::float8, (ln(acts_each / %(depth_median)s::float8) - (%(depth_low)s)::float8)"
        " / (%(depth_high)s::float8 - (%(depth_low)s)::float8))) end",
        "1",
        ("acts_each", "%(depth_median)s::float8"),
    ),
    "regularity": (
        "case when weeks_known is not null then 100::float8 * least(weeks, weeks_known) / weeks_known end",
        "weeks_known / 8::float8",
        ("weeks", "weeks_known"),
    ),
    "trend": (
        "case when n_before > 0 then 100::float8 * greatest(0::float8, least(1::float8,"
        " (ln((last28 + 1::float8) / (before28 + 1::float8)) - (%(trend_low)s)::float8)"
        " / (%(trend_high)s::float8 - (%(trend_low)s)::float8))) end",
        "(least(n_last, %(trend_full_days)s) + least(n_before, %(trend_full_days)s))"
        " / (2::float8 * %(trend_full_days)s)",
        ("trend_metric", "round(last28)", "case when n_before > 0 then round(before28) end"),
    ),
    "blockers": ("case when %(has_desk)s then blocked end", "1", ("ever", "opened", "waiting", "reopened", "seats")),
    "progress": ("100::float8 * progress", "1", ("goals", "behind", "reached")),
    "confirmed": (
        "100::float8 * confirmed / nullif(reached, 0)",
        "reached / (reached + 2::float8)",
        ("reached", "confirmed"),
    ),
    "spread": (
        "case when sites > 1 then 100::float8 * sites_reached / sites end",
        "1",
        ("sites", "sites_reached"),
    ),
    "width": (
        "case when %(has_talks)s and (here > 0 or people_met > 0) then 100::float8 * (1 - exp(-least(1000,"
        " coalesce(roles_met, 0) + 0.5::float8 * (coalesce(people_met, 0) - coalesce(roles_met, 0))) / 3)) end",
        "1",
        ("coalesce(people_met, 0)", "coalesce(roles_met, 0)"),
    ),
    "sponsor": (
        "case when %(has_talks)s and here > 0 then greatest(0::float8, 50::float8 * (coalesce(champion_met, false)::int"
        " + coalesce(decider_met, false)::int) - %(left_cost)s::float8 * has_lost::int) end",
        "1",
        ("coalesce(champion_met, false)::int", "coalesce(decider_met, false)::int", "has_lost::int"),
    ),
    "sentiment": (
        "voice_total / nullif(voice_weight, 0)",
        "voice_weight / (voice_weight + 4::float8)",
        ("voice_n", "round(voice_total / nullif(voice_weight, 0))", "voice_on - %(epoch)s"),
    ),
    "advocacy": (
        "case when here > 0 and stage in ('use', 'loyalty', 'advocacy', 'disappointment')"
        " then case when stage = 'advocacy' or advocate_on is not null then 100::float8 else 0::float8 end end",
        "1",
        ("%(day)s - advocate_on",),
    ),
    "executive": (
        "case when decider_on is not null then 100::float8 * power(0.5::float8, (%(day)s - decider_on)"
        " / %(executive_half_life)s::float8) when %(has_talks)s and has_decider then 0::float8 end",
        "1",
        ("%(day)s - decider_on",),
    ),
    "reply": ("100::float8 * answered / nullif(sent, 0)", "sent / (sent + 4::float8)", ("sent", "answered")),
    "attendance": (
        "100::float8 * held / nullif(planned, 0)",
        "planned / (planned + 2::float8)",
        ("planned", "held"),
    ),
    "tone": ("25::float8 * (tone::float8 + 2)", "felt / (felt + 2::float8)", ("felt", "round(25 * (tone + 2))")),
    "recency": (
        "case when engaged_on is not null then 100::float8 * power(0.5::float8,"
        " least(%(day)s - engaged_on, 30000) / %(recency_half_life)s::float8) end",
        "1",
        ("%(day)s - engaged_on", "engaged_on - %(epoch)s"),
    ),
    "taught": (
        "case when %(has_lessons)s and here > 0"
        " then 100::float8 * least(1::float8, coalesce(people_taught, 0) / here::float8) end",
        "1",
        ("here", "coalesce(people_taught, 0)"),
    ),
    "completion": (
        "100::float8 * completed / nullif(started, 0)",
        "started / (started + 2::float8)",
        ("started", "completed"),
    ),
    "put_to_use": (
        "100::float8 * lessons_used / nullif(about, 0)",
        "about / (about + 2::float8)",
        ("about", "lessons_used"),
    ),
    "timeliness": ("100::float8 * kept / nullif(due, 0)", "due / (due + 2::float8)", ("due", "late", "overdue")),
    "effort": (
        "case when effort_mean is not null then greatest(0::float8, least(100::float8, effort_mean)) end",
        "effort_n / (effort_n + 4::float8)",
        ("effort_n", "round(effort_mean)"),
    ),
    "bumps": (
        "case when ever > 0 or due > 0 then 100::float8"
        " * exp(-least(1000, bumps + coalesce(slipped, 0)) / 2::float8) end",
        "1",
        ("bumps", "coalesce(slipped, 0)"),
    ),
}


def _step(name: str, before: str, columns: list[str]) -> str:
    """One more step with these columns; `offset 0` keeps the planner from writing it out where it is used."""
    added = ",\n        ".join(columns)
    return f"{name} as (\n    select {before}.*,\n        {added}\n    from {before}\n    offset 0\n)"  # noqa: S608


def _measured() -> list[str]:
    """Every measure's value and how much stands behind it."""
    told = _MEASURES.items()
    return [f"({value})::float8 as v_{key}, ({coverage})::float8 as s_{key}" for key, (value, coverage, _) in told]


def _covered() -> list[str]:
    """No coverage without a value."""
    return [f"case when v_{key} is null then 0::float8 else coalesce(s_{key}, 0) end as c_{key}" for key in _MEASURES]


def _parted() -> list[str]:
    columns = []
    for part in PARTS:
        weights = [(one.key, one.weight) for one in MEASURES[part] if one.weight]
        coverage = " + ".join(f"{weight}::float8 * c_{key}" for key, weight in weights)
        total = " + ".join(f"{weight}::float8 * c_{key} * coalesce(v_{key}, 0)" for key, weight in weights)
        value = f"({total}) / nullif({coverage}, 0)"
        if part == Part.ADOPTION:
            value = f"greatest(0::float8, {value} - blocked) + 0 * ({value})"  # null stays null
        columns.append(f"{value} as x_{part}, {coverage} as k_{part}")
    return columns


def _shared() -> list[str]:
    """A part weighs as much as is known of it."""
    return [f"w_{part} * k_{part} as p_{part}" for part in PARTS]


def _weighed() -> list[str]:
    weighing = " + ".join(f"p_{part}" for part in PARTS)
    return [
        f"nullif({weighing}, 0) as weighing",
        f"least(1, coalesce(round(100 * ({weighing}) / asked_weight) / 100::float8, 0)) as sure",
    ]


def _summed() -> list[str]:
    """Tenths of points up to and with each part: rounding the running sum makes the parts add up to the score."""
    terms = [f"p_{part} * coalesce(x_{part}, 0)" for part in PARTS]
    sums = [" + ".join(terms[:place]) for place in range(1, len(terms) + 1)]
    return [f"round(10::float8 * ({total}) / weighing) as t{place}" for place, total in enumerate(sums, start=1)]


def points(part: str) -> str:
    """What a part adds to the score."""
    place = PARTS.index(part) + 1
    before = f"coalesce(t{place - 1}, 0)" if place > 1 else "0"
    return f"case when p_{part} > 0 then (t{place} - {before}) / 10::float8 end"


def _numbers() -> str:
    """The row's array: the places of `health.parts.places`.

    A part's coverage is kept as it is: rounded, computing the score by other weights would be off by up to two points.
    """
    found = []
    for part in PARTS:
        found += [f"w_{part}", f"round(x_{part} * 10) / 10", points(part), f"k_{part}"]
        found.append(f"round(%(mean_{part})s::float8 * 10) / 10")
        for one in MEASURES[part]:
            details = _MEASURES[one.key][2]
            found += [f"round(v_{one.key} * 10) / 10", f"round(c_{one.key} * 100) / 100", *details]
    return ",\n            ".join(f"({text})::real" for text in found)


def weigh(before: str) -> list[str]:
    """From values, coverages and weights of the parts to the score: the steps after `before`, which end in `summed`."""
    return [
        _step("shared", before, _shared()),
        _step("weighed", "shared", _weighed()),
        _step("summed", "weighed", _summed()),
    ]


_LAST = f"t{len(PARTS)}"
RESULT = f"""({_LAST} / 10::float8)::numeric(4, 1) as score,
        case when {_LAST} is null or sure < %(enough)s::float8 then ''
            when {_LAST} >= %(healthy_from)s::float8 * 10 then 'healthy'
            when {_LAST} >= %(watch_from)s::float8 * 10 then 'watch'
            else 'at_risk' end as band,
        sure as coverage"""
_SCORED = """scored as materialized (
    select id as account_id, health_score, health_band, health_coverage, is_first, is_kept, profile_id,
        kept_score, kept_band, kept_coverage, kept_parts, kept_profile, {result},
        array[
            {numbers}
        ]::real[] as parts
    from summed
)"""


def statement(read: str, store: str) -> str:
    """The whole statement: what was read, measured, covered, weighed, and stored."""
    steps = [
        _step("measured", "cleaned", _measured()),
        _step("covered", "measured", _covered()),
        _step("parted", "covered", _parted()),
        *weigh("parted"),
    ]
    scored = _SCORED.format(result=RESULT, numbers=_numbers())
    return ",\n".join([read.rstrip(), *steps, scored, store.strip()])
