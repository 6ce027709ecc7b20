"""Traces without content: the steps of the walk as spans, sent to the collector that is configured, and to nobody otherwise."""

import time
from typing import Any, Final

from app import __version__
from app.config import Settings
from app.core.metrics import status_class
from app.errors import SetupError
from app.gateway.respond import Responder
from app.gateway.routes import NO_DIALECT

_LAST: Final = "relay"  # what follows the last step that was noted
_PATH: Final = "/v1/traces"


class Traces:
    """Makes spans of finished requests. Their names and attributes are words of this module and of closed sets; ids are random."""

    def __init__(self, provider: Any) -> None:
        """Make spans with an OpenTelemetry tracer provider."""
        from opentelemetry import trace  # noqa: PLC0415 - of the extra `otel`
        from opentelemetry.context import Context  # noqa: PLC0415

        self._nowhere = Context()  # no caller's trace is continued: its ids are the caller's text

        self._trace = trace
        self._provider = provider
        self._tracer = provider.get_tracer("hushgate", __version__)

    def __call__(self, responder: Responder) -> None:
        """Make the spans of one request: one for the whole, one for each step it came to."""
        ended = time.perf_counter()
        shift = time.time() - ended  # spans are dated by the wall clock, steps are measured by the steady one

        def at(moment: float) -> int:
            return int((moment + shift) * 1e9)

        dialect = responder.dialect.name if responder.dialect else NO_DIALECT
        attributes = {"hushgate.dialect": dialect, "hushgate.status": status_class(responder.status)}
        if responder.code:
            attributes["hushgate.code"] = responder.code
        whole = self._tracer.start_span(
            "exchange",
            context=self._nowhere,
            kind=self._trace.SpanKind.SERVER,
            start_time=at(responder.began),
            attributes=attributes,
        )
        inside = self._trace.set_span_in_context(whole)
        since = responder.began
        for step, moment in (*responder.steps, (_LAST, ended)):
            if step != _LAST or not responder.code:
                self._tracer.start_span(step, context=inside, start_time=at(since)).end(at(moment))
            since = moment
        whole.end(at(ended))

    def close(self) -> None:
        """Send what waits, and stop."""
        self._provider.shutdown()


def traces(settings: Settings) -> Traces | None:
    """Return what makes traces, or None if no collector is configured. Raises SetupError if the extra is missing."""
    if settings.otel_endpoint is None:
        return None
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    except ImportError:
        raise SetupError(
            "HUSHGATE_OTEL_ENDPOINT is set, but OpenTelemetry is not installed", hint="Install the extra: hushgate[otel]"
        ) from None
    provider = TracerProvider(resource=Resource({"service.name": "hushgate", "service.version": __version__}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=settings.otel_endpoint.rstrip("/") + _PATH)))
    return Traces(provider)
