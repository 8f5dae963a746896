"""A kept connection is used again without a question, unless the server has hung up."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

pytestmark = [pytest.mark.live, pytest.mark.usefixtures("committed")]


def ask() -> int:
    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        return cursor.fetchone()[0]


def new_request() -> None:
    connection.health_check_enabled, connection.health_check_done = True, False


@pytest.fixture(autouse=True)
def fresh():
    connection.close()
    yield
    connection.close()


def test_a_kept_connection_is_used_again_without_a_question():
    first = ask()
    new_request()
    with CaptureQueriesContext(connection) as asked:
        assert ask() == first
    assert len(asked) == 1


def test_one_that_the_server_closed_is_replaced():
    first, other = ask(), connection.copy()
    with other.cursor() as cursor:
        cursor.execute("select pg_terminate_backend(%s, 2000)", [first])
    other.close()
    new_request()
    assert ask() != first


def test_a_closed_one_is_of_no_use():
    ask()
    connection.connection.close()
    assert not connection.is_usable()
    connection.connection = None
    assert not connection.is_usable()
