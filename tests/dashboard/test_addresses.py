from django.test import RequestFactory

from dashboard.addresses import Address


def test_another_view_of_the_same_list_starts_at_its_first_page():
    here = Address(RequestFactory().get("/accounts/?band=watch&after=abc&before=xyz"))
    assert here.at(sort="name") == "/accounts/?band=watch&sort=name"
    assert here.at(after="next") == "/accounts/?band=watch&after=next"
    assert here.on("dashboard:account_export") == "/accounts/export/?band=watch"
    assert Address(RequestFactory().get("/accounts/")).on("dashboard:account_export") == "/accounts/export/"
