"""Sends responses, complete or broken on purpose."""

from aiohttp import web

from configcat_mgmt.emulator.server.answers import Answer


def send(answer: Answer) -> web.StreamResponse:
    """Make the response that the web server sends."""
    response = web.Response(
        status=answer.status, body=answer.body or None, headers=answer.headers
    )
    if answer.closes:
        response.force_close()
    return response


def drop(request: web.BaseRequest) -> web.StreamResponse:
    """Cut the connection; the response that is returned goes nowhere."""
    transport = request.transport
    if transport is not None:
        transport.abort()
    return web.Response()


async def send_half(request: web.BaseRequest, answer: Answer) -> web.StreamResponse:
    """Announce the whole body, send the first half of it, and cut the connection."""
    if not answer.body:
        return drop(request)
    response = web.StreamResponse(status=answer.status, headers=answer.headers)
    response.content_length = len(answer.body)
    response.force_close()
    await response.prepare(request)
    await response.write(answer.body[: len(answer.body) // 2])
    transport = request.transport
    if transport is not None:
        transport.close()
    return response
