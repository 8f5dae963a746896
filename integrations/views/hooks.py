"""The public door: `POST /hooks/<token>/`."""

from http import HTTPStatus

from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from integrations import keys, wire
from integrations.actions import intake
from integrations.helpdesks.delivery import Delivery
from integrations.models import Connection
from lib.time import now
from workspaces import tenancy
from workspaces.access import public
from workspaces.secrets import digest


@public
@csrf_exempt
@require_POST
def receive(request: HttpRequest, token: str) -> JsonResponse:
    """Answers once the delivery is committed, so that what was accepted is never lost."""
    try:
        body = wire.read_body(request)
    except wire.BodyTooLarge:
        reason = f"The body is longer than {wire.limit()} bytes."
        return _error(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", reason)
    except wire.BodyCutOff:
        return _error(HTTPStatus.BAD_REQUEST, "broken", "The body is not whole.")
    receipt = _take_in(request, token, body)
    if receipt is None:
        return _error(HTTPStatus.NOT_FOUND, "unknown", "There is no connection at this address.")
    if receipt.answer is intake.Answer.REFUSED:
        return _error(HTTPStatus.UNAUTHORIZED, "refused", "The signature is missing, wrong or too old.")
    if receipt.answer is intake.Answer.BROKEN:
        return _error(HTTPStatus.BAD_REQUEST, "broken", receipt.reason)
    return JsonResponse({"status": receipt.answer})


def _take_in(request: HttpRequest, token: str, body: bytes) -> intake.Receipt | None:
    found = tenancy.locate("integrations_connection_of", digest(token))
    if found is None:
        return None
    workspace_id, connection_id = found
    delivery = Delivery(wire.headers_of(request), body, now(), wire.address_of(request))
    with tenancy.entered(workspace_id):
        connection = Connection.objects.open().filter(pk=connection_id).first()
        if connection is None:
            return None
        url = keys.key_url(connection, delivery)
        if not url:
            return intake.receive(connection=connection, delivery=delivery)
    answer = keys.fetch(url)  # outside the transaction
    with tenancy.entered(workspace_id):
        keys.keep(connection, answer, delivery.received_at)
        return intake.receive(connection=connection, delivery=delivery)


def _error(status: HTTPStatus, word: str, reason: str) -> JsonResponse:
    return JsonResponse({"status": word, "error": reason}, status=status)
