"""How a member stops a mail without signing in: one click, for people and for mail programs (RFC 8058)."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from django.conf import settings
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt

from workspaces import tenancy
from workspaces.access import public
from workspaces.models import Member
from workspaces.queries import members
from workspaces.readers import reading_as

View = Callable[[HttpRequest, Member], HttpResponse]


@dataclass(frozen=True)
class StopLink:
    """The addresses of the page called `page`, one for each member, which nobody else can make."""

    page: str
    salt: str

    def address(self, member_id: int) -> str:
        """Of a member of the entered workspace."""
        token = signing.dumps([tenancy.current_id(), member_id], salt=self.salt)
        return str(settings.BASE_URL) + reverse(self.page, args=[token])

    def opens(self, view: View) -> Callable[[HttpRequest, str], HttpResponse]:
        """Lead to `view` in the member's workspace and language; who works there no more finds nothing."""

        @csrf_exempt
        @public
        @wraps(view)
        def opened(request: HttpRequest, token: str) -> HttpResponse:
            workspace_id, member_id = self._whose(token)
            with tenancy.entered(workspace_id):
                member = members().filter(pk=member_id).first()
                if member is None:
                    raise Http404
                with reading_as(member.user):
                    return view(request, member)

        return opened

    def _whose(self, token: str) -> tuple[int, int]:
        try:
            workspace_id, member_id = signing.loads(token, salt=self.salt)
        except (signing.BadSignature, ValueError):
            raise Http404 from None
        return workspace_id, member_id
