import re
from xml.etree import ElementTree

import pytest

from lib import svg
from lib.svg import Bar, Line, Span

CHARTS = {
    "sparkline": lambda **more: svg.sparkline([1, None, 3], "Score & trend", "From 1 to 3", **more),
    "bar": lambda **more: svg.bar(3, 4, "Score & trend", "From 1 to 3", **more),
    "stacked_bar": lambda **more: svg.stacked_bar([Bar("A", 3)], "Score & trend", "From 1 to 3", **more),
    "bar_list": lambda **more: svg.bar_list([Bar("A", 3)], "Score & trend", "From 1 to 3", **more),
    "span_list": lambda **more: svg.span_list(
        [Span("A", 0.6, 0.5, 0.7, "0.60")], "Score & trend", "From 1 to 3", **more
    ),
    "histogram": lambda **more: svg.histogram([Bar("A", 3)], "Score & trend", "From 1 to 3", **more),
    "line_chart": lambda **more: svg.line_chart(
        [Line("A", [1, 3])], ["x", "y"], "Score & trend", "From 1 to 3", **more
    ),
}
EMPTY = {
    "sparkline": lambda: svg.sparkline([None, None], "T"),
    "bar": lambda: svg.bar(None, 4, "T"),
    "stacked_bar": lambda: svg.stacked_bar([Bar("A", None), Bar("B", 0)], "T"),
    "histogram": lambda: svg.histogram([Bar("A", None), Bar("B", 0)], "T"),
    "line_chart": lambda: svg.line_chart([Line("A", [None])], ["x"], "T"),
}


def tags(drawing, name):
    return [element for element in ElementTree.fromstring(drawing).iter() if element.tag == name]


def points(drawing):
    """The points of each polyline as pairs of numbers."""
    found = re.findall(r'<polyline class="[^"]*" points="([^"]*)"', drawing)
    return [[tuple(map(float, pair.split(","))) for pair in line.split()] for line in found]


@pytest.mark.parametrize("name", CHARTS)
def test_every_chart_is_named_and_described_and_has_no_inline_style(name):
    drawing = CHARTS[name]()
    root = ElementTree.fromstring(drawing)
    title, desc = tags(drawing, "title")[0], tags(drawing, "desc")[0]

    assert (root.get("role"), title.text, desc.text) == ("img", "Score & trend", "From 1 to 3")
    assert root.get("aria-labelledby") == f"{title.get('id')} {desc.get('id')}"
    assert "style=" not in drawing


@pytest.mark.parametrize("name", CHARTS)
def test_a_key_gives_a_chart_its_own_ids(name):
    assert tags(CHARTS[name](), "title")[0].get("id") != tags(CHARTS[name](key="2"), "title")[0].get("id")


@pytest.mark.parametrize("name", EMPTY)
def test_without_any_value_a_chart_says_so(name):
    drawing = EMPTY[name]()

    assert tags(drawing, "desc")[0].text == "No data"
    assert not tags(drawing, "polyline")
    assert not tags(drawing, "rect")


@pytest.mark.parametrize(
    ("values", "lines", "dots"),
    [
        ([1, 2, 3], 1, 1),
        ([1, 2, None, 3, 4], 2, 1),
        ([1, None, 3], 0, 3),  # two lone values and the newest
        ([5], 0, 2),
    ],
)
def test_sparkline_breaks_at_a_missing_value(values, lines, dots):
    drawing = svg.sparkline(values, "T")

    assert (len(points(drawing)), len(tags(drawing, "circle"))) == (lines, dots)


def test_sparkline_never_draws_a_missing_value_as_zero():
    drawing = svg.sparkline([80, 80, None, 80, 80], "T", low=0, high=100)

    heights = {y for line in points(drawing) for _x, y in line}
    assert heights == {6.6}  # 80 of 100 in 18 units between the margins of 3


def test_sparkline_places_the_newest_value_and_draws_its_bands():
    drawing = svg.sparkline([0, 100], "T", low=0, high=100, bands=(50, 70), width=106, height=26)

    assert points(drawing) == [[(3.0, 23.0), (103.0, 3.0)]]
    assert [path.get("d") for path in tags(drawing, "path")] == ["M0 13H106", "M0 9H106"]


def test_sparkline_of_equal_values_runs_through_the_middle():
    assert points(svg.sparkline([7, 7], "T", height=24)) == [[(3.0, 12.0), (93.0, 12.0)]]


@pytest.mark.parametrize(
    ("value", "maximum", "filled"), [(0, 10, "0"), (5, 10, "50"), (12, 10, "100"), (-3, 10, "0"), (3, 0, "0")]
)
def test_bar_is_cut_at_both_ends(value, maximum, filled):
    assert tags(svg.bar(value, maximum, "T"), "rect")[1].get("width") == filled


@pytest.mark.parametrize(("mark", "drawn"), [(40, "M40 0V8"), (-5, "M0.4 0V8"), (120, "M99.6 0V8")])
def test_bar_marks_where_it_should_be(mark, drawn):
    assert [path.get("d") for path in tags(svg.bar(20, 100, "T", mark=mark), "path")] == [drawn]


def test_bar_of_nothing_has_no_mark():
    assert tags(svg.bar(20, 0, "T", mark=5), "path") == []


def test_stacked_bar_shares_its_width_and_names_what_has_room():
    drawing = svg.stacked_bar(
        [Bar("Healthy", 75), Bar("At risk", 20), Bar("No data", 5), Bar("New", 0)], "T", width=400
    )

    assert [rect.get("width") for rect in tags(drawing, "rect")] == ["298", "78", "18"]
    assert [text.text for text in tags(drawing, "text")] == ["Healthy 75", "At risk 20", "5"]
    assert tags(drawing, "desc")[0].text == "Healthy: 75, At risk: 20, No data: 5, New: 0"


def test_bar_list_starts_at_zero_and_leaves_a_missing_value_out():
    drawing = svg.bar_list([Bar("A", 10), Bar("B", 5), Bar("C", None), Bar("D", 0)], "T", width=500)

    assert [rect.get("width") for rect in tags(drawing, "rect")] == ["235", "117.5", "1"]
    assert tags(drawing, "desc")[0].text == "A: 10, B: 5, C: No data, D: 0"


def test_bar_list_clips_a_long_label_but_says_it_whole():
    name = "Invoices that name the wrong cost centre"
    drawing = svg.bar_list([Bar(name, 3)], "T")

    assert tags(drawing, "text")[0].text.endswith("…")
    assert tags(drawing, "desc")[0].text == f"{name}: 3"


def test_bar_list_that_leads_somewhere_is_a_group_of_links():
    drawing = svg.bar_list([Bar("A", 1, href="/accounts/?theme=a&page=2"), Bar("B", 1)], "T")

    assert ElementTree.fromstring(drawing).get("role") == "group"
    assert [link.get("href") for link in tags(drawing, "a")] == ["/accounts/?theme=a&page=2"]


def test_histogram_columns_start_at_zero():
    drawing = svg.histogram([Bar("0", 2), Bar("1", 0), Bar("2", 4)], "T", height=142)

    heights = [float(rect.get("height")) for rect in tags(drawing, "rect")]
    assert heights == [50, 100]
    assert [text.text for text in tags(drawing, "text")] == ["0", "2", "1", "2", "4"]


def test_line_chart_breaks_lines_and_bands_at_missing_values():
    line = Line("A", [1, 2, None, 2, 3], [0, 1, None, 1, 2], [2, 3, None, 3, 4])
    drawing = svg.line_chart([line], list("abcde"), "T")

    assert [len(part) for part in points(drawing)] == [2, 2]
    assert [len(band.get("points").split()) for band in tags(drawing, "polygon")] == [4, 4]


def test_line_chart_names_lines_at_their_ends_apart():
    drawing = svg.line_chart([Line("A", [1, 50]), Line("B", [1, 50])], ["x", "y"], "T")
    names = {text.text: float(text.get("y")) for text in tags(drawing, "text") if "name-" in text.get("class")}

    assert names["B"] - names["A"] == 14


def test_line_chart_shows_rules_labels_and_scale():
    drawing = svg.line_chart(
        [Line("A", [60, 80, 70]), Line("Unknown", [None])],
        ["Mon", "Tue", "Wed"],
        "T",
        low=0,
        high=100,
        rules=[(70, "Healthy")],
    )

    assert [text.text for text in tags(drawing, "text")] == [
        *("0", "25", "50", "75", "100"),
        *("Mon", "Tue", "Wed"),
        "A",
        "Healthy",
    ]


def test_line_chart_of_one_day_has_one_label():
    drawing = svg.line_chart([Line("A", [60])], ["Mon"], "T")

    assert [text.text for text in tags(drawing, "text") if text.text == "Mon"] == ["Mon"]


def test_what_people_typed_is_escaped():
    drawing = svg.bar_list([Bar("<script>", 1, shown='"1" & more')], "<b>")

    assert "<script>" not in drawing
    assert "<b>" not in drawing


def test_span_list_draws_each_value_on_its_interval_within_the_scale():
    spans = [Span("Usage", 0.75, 0.5, 2.0, "0.75", mark=0.25), Span("Lessons", None, None, None, "No data")]
    drawing = svg.span_list(spans, "T", rule=(0.5, "Chance"), width=100)

    assert [float(dot.get("cx")) for dot in tags(drawing, "circle")] == [28 + 0.75 * 42]
    assert [path.get("d") for path in tags(drawing, "path")] == ["M28 0V56", "M49 0V56", "M38.5 6v16", "M49 14H70"]
    assert [text.text for text in tags(drawing, "text") if "label" not in text.get("class")] == [
        "Chance", "0.75", "No data",
    ]  # fmt: skip
    assert tags(drawing, "desc")[0].text == "Usage: 0.75, Lessons: No data"


def test_span_list_for_a_phone_names_each_value_above_its_interval():
    spans = [Span("Usage of everything there is in the product", 0.75, 0.5, 1.0, "0.75", mark=0.25)]
    drawing = svg.span_list(spans, "T", rule=(0.5, "Chance"), is_narrow=True)

    assert drawing.count('viewBox="0 0 300 70"') == 1
    assert [float(dot.get("cx")) for dot in tags(drawing, "circle")] == [6 + 0.75 * 288]
    assert [(text.get("y"), text.text) for text in tags(drawing, "text")] == [
        ("64", "Chance"), ("14", "Usage of everything there is in the pr…"), ("14", "0.75"),
    ]  # fmt: skip
    assert [path.get("d") for path in tags(drawing, "path")][2:] == ["M78 24v16", "M150 32H294"]


def test_a_mark_stands_upright_with_its_name_where_there_is_room():
    chart = str(svg.line_chart([Line("Score", [50.0] * 10)], ["d"] * 10, "T", marks=[(0, "Begun"), (9, "Changed")]))
    assert chart.count('<line class="rule"') == 2
    assert 'class="tick" x="44"' in chart.replace("\n", "")
    assert chart.index(">Begun</text>") < chart.index(">Changed</text>")
    assert 'class="tick end"' in chart.split(">Changed</text>")[0].rsplit("<text", 1)[1]
