"""Pages by key, never by offset."""

from rest_framework.pagination import CursorPagination


class ApiCursorPagination(CursorPagination):
    """`?cursor=` and `?page_size=` up to 200; newest rows last, so that a running import is never skipped."""

    ordering = "pk"
    page_size_query_param = "page_size"
    max_page_size = 200
