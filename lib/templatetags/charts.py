"""`{% load charts %}`: the charts of `lib.svg` as tags with the same names and arguments."""

from django import template

from lib import svg

register = template.Library()

for _chart in (
    svg.sparkline,
    svg.bar,
    svg.stacked_bar,
    svg.bar_list,
    svg.span_list,
    svg.histogram,
    svg.line_chart,
):
    register.simple_tag(_chart)
