"""What the pages of a success plan have in common: a form beside its errors, and the way back."""

from collections.abc import Callable, Iterable

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.models import Account
from plans.actions import limits
from workspaces.access import WorkspaceRequest


def address_of(account_id: int, place: str = "") -> str:
    """The plan, at one of its sections."""
    return reverse("plans:plan", args=[account_id]) + (f"#{place}" if place else "")


def saved(request: WorkspaceRequest, form: Form, act: Callable[[], object]) -> bool:
    """Act on a valid form; what is refused stands beside its field afterwards, what somebody settled before is told."""
    if not form.is_valid():
        return False
    try:
        act()
    except limits.Refused as error:
        for name, words in error.problems.items():
            form.add_error(name if name in form.fields else None, str(words))
        return False
    except limits.Settled as error:
        messages.info(request, str(error.words))
    return True


def told(request: WorkspaceRequest, act: Callable[[], object]) -> None:
    """Act at the press of a button."""
    try:
        act()
    except limits.Settled as error:
        messages.info(request, str(error.words))


def edit_page(
    request: WorkspaceRequest,
    form: Form,
    account: Account,
    *,
    place: str,
    heading: str,
    submit: str,
    about: str = "",
    narrow: Iterable[str] = (),
    **more: object,
) -> HttpResponse:
    """A form; `narrow` fields stand side by side."""
    context = {
        "form": form,
        "account": account,
        "heading": heading,
        "submit": submit,
        "about": about,
        "narrow": tuple(narrow),
        "cancel": address_of(account.pk, place),
        "nav": "accounts",
        **more,
    }
    return render(request, "plans/edit.html", context, status=422 if form.is_bound else 200)


def back(account_id: int, place: str) -> HttpResponse:
    return redirect(address_of(account_id, place))
