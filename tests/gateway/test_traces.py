"""Traces: the steps of the walk, with times and closed words; nothing of what was said, and nothing at all unless configured."""

import itertools
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from app.config import Settings
from app.core.metrics import CLASSES
from app.errors import SetupError
from app.gateway import traces
from app.gateway.respond import Responder
from app.main import _SETS
from tests.gateway_process import DIALECTS, Canaries, ask, eventually, world

STEPS = ["route", "authenticate", "policy", "read", "inspect", "decide", "record", "relay"]


class Collector(ThreadingHTTPServer):
    """An OpenTelemetry collector that keeps every byte."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Taking)
        self.bodies = []

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_error):
        self.shutdown()
        self.server_close()


class _Taking(BaseHTTPRequestHandler):
    def do_POST(self):
        self.server.bodies.append(str(self.headers).encode() + self.rfile.read(int(self.headers["content-length"])))
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_words):
        pass


def traced(steps, **fields):
    """The spans of one request."""
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    responder = Responder(None)
    for step in steps:
        responder.mark(step)
    for name, value in fields.items():
        setattr(responder, name, value)
    traces.Traces(provider)(responder)
    return exporter.get_finished_spans()


@pytest.mark.parametrize("reached", range(len(STEPS)))
def test_each_step_is_a_span_within_its_exchange_and_follows_the_one_before(reached):
    *steps, whole = traced(STEPS[:reached], status=200)
    assert whole.name == "exchange"
    assert [span.name for span in steps] == [*STEPS[:reached], "relay"]
    assert all(span.parent.span_id == whole.context.span_id for span in steps)
    assert whole.parent is None
    edges = [whole.start_time, *(moment for span in steps for moment in (span.start_time, span.end_time)), whole.end_time]
    assert edges == sorted(edges)
    assert all(one.end_time == other.start_time for one, other in itertools.pairwise(steps))


def test_a_refusal_ends_with_the_last_step_it_came_to_and_its_code():
    *steps, whole = traced(STEPS[:3], status=400, code="hushgate_bad_document")
    assert [span.name for span in steps] == STEPS[:3]
    assert whole.attributes == {"hushgate.dialect": "none", "hushgate.status": "4xx", "hushgate.code": "hushgate_bad_document"}


def test_names_and_attributes_are_closed_and_spans_carry_no_events():
    spans = traced(STEPS[:-1], status=200, receipt="a receipt", findings="PROJECT_BLUE_FALCON=1")
    assert {span.name for span in spans} == {*STEPS, "exchange"}
    sets = {"hushgate.dialect": set(_SETS["dialect"]), "hushgate.status": set(CLASSES), "hushgate.code": set(_SETS["code"])}
    for span in spans:
        assert all(value in sets[name] for name, value in span.attributes.items())
        assert not span.events
        assert not span.links


def test_without_a_collector_there_is_nothing(monkeypatch):
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")  # somebody else's setting switches nothing on
    assert traces.traces(Settings.read({})) is None


def test_without_the_extra_the_setting_is_refused(monkeypatch):
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    with pytest.raises(SetupError, match=r"hushgate\[otel\]"):
        traces.traces(Settings(otel_endpoint="http://127.0.0.1:9"))


def test_a_collector_gets_the_spans_of_a_real_gateway_and_no_canary(postgres, tmp_path):
    canaries = Canaries.fresh()
    with (
        Collector() as collector,
        world(postgres, tmp_path / "home", HUSHGATE_OTEL_ENDPOINT=f"http://127.0.0.1:{collector.server_address[1]}") as running,
    ):
        models = []
        for dialect in DIALECTS:
            for document in (
                ask(dialect, canaries.text),
                ask(dialect, canaries.text, stream=True),
                ask(dialect, canaries.text, **{canaries.email: 1}),
            ):
                running.post(dialect, document, headers={"x-hushgate-user": canaries.email})
                models.append(document["model"].encode())
        running.stop()
        sent = eventually(lambda: b"".join(collector.bodies), what="nothing was sent at the end")
    for name in (*STEPS, "exchange", "hushgate_policy_blocked", "2xx", *DIALECTS):
        assert name.encode() in sent, name
    assert not canaries.within(sent)
    assert not [model for model in models if model in sent]
    assert running.key.encode() not in sent
