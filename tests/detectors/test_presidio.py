"""Presidio's own recognizers and NLP engines as detectors of ours, the examples of the documentation, and ours in Presidio's registry."""

import asyncio
import re
import subprocess
import sys
from pathlib import Path

import pytest
import spacy
from presidio_analyzer import AnalyzerEngine
from presidio_analyzer.nlp_engine import NoOpNlpEngine
from presidio_analyzer.predefined_recognizers.ner import gliner_recognizer

from app.config import Settings
from app.core.finding import ENTITIES, Finding
from app.core.policy import Policy, PolicyDocument
from app.core.segment import Segment
from app.core.surrogate import render, well_formed
from app.core.table import Kind
from app.detectors import presidio
from app.engine.catalogue import detectors
from app.engine.scan import Scanner
from app.errors import DetectorUnavailable, SetupError
from app.gateway.pool import Pool

ROOT = Path(__file__).parents[2]
BLOCKS = re.findall(r"```(python|yaml)\n(.*?)```", (ROOT / "docs/detectors.md").read_text(), re.DOTALL)
BADGES, RECOGNIZERS, ZIP, ENGINE, OFFERED = (text for _, text in BLOCKS)
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture(autouse=True)
def _own_path(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(tmp_path))
    known = set(sys.modules)
    yield
    for name in [name for name in set(sys.modules) - known if name.startswith(("own_", "gliner"))]:
        del sys.modules[name]


@pytest.fixture
def module(tmp_path):
    """Write a module and return its name."""

    def write(text, name="own_recognizers"):
        (tmp_path / f"{name}.py").write_text(text)
        return name

    return write


@pytest.fixture
def file(tmp_path):
    def write(text, name="recognizers.yaml"):
        (tmp_path / name).write_text(text)
        return str(tmp_path / name)

    return write


@pytest.fixture
def model(tmp_path):
    """A spaCy pipeline on disk that knows two names: no model to fetch, but Presidio's way to load one."""
    pipeline = spacy.blank("en")
    pipeline.add_pipe("entity_ruler").add_patterns([{"label": "PER", "pattern": "Ada Example"}, {"label": "GPE", "pattern": "Sampleville"}])
    pipeline.to_disk(tmp_path / "model")
    return tmp_path / "model"


def found(names, text):
    """What the recognizers of `names` find: entity, value, score, detector."""
    theirs = [detector for detector in detectors(names) if detector.name == presidio.PRESIDIO]
    return {(f.entity, text[f.start : f.end], f.score, f.detector) for f in Scanner(theirs).scan(text)}


def test_the_modules_of_the_documentation(module):
    text = "Dr. Weber, badge BDG-123456, has seven keys for room B204"
    assert found([module(RECOGNIZERS)], text) == {
        ("TITLE", "Dr.", 1.0, "presidio:PatternRecognizer"),
        ("NUMBER", "seven", 0.7, "presidio:NumberWords"),
        ("ROOM", "B204", 0.55, "presidio:PatternRecognizer"),  # 0.2, and 0.35 for the word `room`: Presidio's arithmetic
    }
    assert found([module(RECOGNIZERS)], "B204") == {("ROOM", "B204", 0.2, "presidio:PatternRecognizer")}
    ours = Scanner(detectors([module(BADGES, "own_badges")])).scan(text)
    assert [(f.entity, f.score) for f in ours if f.detector == "badges"] == [("BADGE_NUMBER", 0.95)]


def test_the_file_of_the_documentation(file):
    assert found([file(ZIP)], "zip 12345, see https://docs.example.com/a") == {
        ("ZIP", "12345", 0.6499999999999999, "presidio:Zip code"),
        ("URL", "https://docs.example.com/a", 0.6, "presidio:UrlRecognizer"),
    }


def test_the_engine_of_the_documentation(file, model, module):
    names = [file(ENGINE.replace("MODEL_PATH", str(model)), "engine.yaml"), module(RECOGNIZERS)]
    assert found(names, "Ada Example moved to Sampleville with two cats") == {
        ("PERSON", "Ada Example", 0.85, "presidio:SpacyRecognizer"),
        ("LOCATION", "Sampleville", 0.85, "presidio:SpacyRecognizer"),
        ("NUMBER", "two", 0.7, "presidio:NumberWords"),
    }


def test_an_analyzers_file_holds_both(file, model):
    parts = {"supported_languages": "[en]", "nlp_configuration": ENGINE.replace("MODEL_PATH", str(model)), "recognizer_registry": ZIP}
    text = "\n".join(f"{key}:\n  {value.strip().replace(chr(10), chr(10) + '  ')}" for key, value in parts.items())
    assert {entity for entity, *_ in found([file(text)], "Ada Example, zip 12345")} == {"PERSON", "ZIP"}


def test_ours_in_their_registry():
    space = {}
    exec(OFFERED, space)
    text = "Write to ada@example.com, card 4111 1111 1111 1111"
    engine = NoOpNlpEngine(models=[{"lang_code": "en", "model_name": "none"}])
    engine.load()
    results = AnalyzerEngine(registry=space["registry"], nlp_engine=engine).analyze(text, "en")
    assert {(r.entity_type, text[r.start : r.end]) for r in results} == {
        ("EMAIL_ADDRESS", "ada@example.com"),
        ("CREDIT_CARD", "4111 1111 1111 1111"),
    }
    only = AnalyzerEngine(registry=space["registry"], nlp_engine=engine).analyze(text, "en", entities=["CREDIT_CARD"])
    assert [r.entity_type for r in only] == ["CREDIT_CARD"]


ENGINE_OF_ONES_OWN = """
import spacy
from presidio_analyzer.nlp_engine import NerModelConfiguration, SpacyNlpEngine, StanzaNlpEngine, TransformersNlpEngine

@spacy.Language.component("own_scores")
def scores(doc):
    for group in doc.spans.values():
        group.attrs["scores"] = [0.93] * len(group)
    return doc

class Standin({base}):
    def __init__(self):
        super().__init__(models=[dict(lang_code="en", model_name="none")], ner_model_configuration=NerModelConfiguration(
            model_to_presidio_entity_mapping=dict(PER="PERSON")))
    def load(self):
        pipeline = spacy.blank("en")
        key = getattr(self, "entity_key", "ruler")
        pipeline.add_pipe("span_ruler", config=dict(spans_key=key, annotate_ents=True)).add_patterns([dict(label="PER", pattern="Ada Example")])
        pipeline.add_pipe("own_scores")
        self.nlp = dict(en=pipeline)
"""


@pytest.mark.parametrize(
    ("base", "score", "by"),
    [
        ("SpacyNlpEngine", 0.85, "SpacyRecognizer"),
        ("StanzaNlpEngine", 0.85, "StanzaRecognizer"),
        ("TransformersNlpEngine", 0.93, "TransformersRecognizer"),
    ],
)
def test_every_kind_of_engine_brings_its_recognizer(module, base, score, by):
    """Presidio's own class over a rule for a model: all but the loading of weights is theirs."""
    names = [module(ENGINE_OF_ONES_OWN.format(base=base))]
    assert found(names, "I met Ada Example") == {("PERSON", "Ada Example", score, f"presidio:{by}")}


def test_gliner_runs_through_presidios_recognizer(file, monkeypatch):
    """The package's interface, with a rule for a model: what Presidio makes of its answers reaches us."""

    class GLiNER:
        @classmethod
        def from_pretrained(cls, name, **_options):
            assert name == "/models/gliner"
            return cls()

        def predict_entities(self, text, labels, **_options):
            start = text.find("Ada Example")
            assert labels == ["person"]
            return [{"start": start, "end": start + 11, "label": "person", "score": 0.91, "text": "Ada Example"}] if start >= 0 else []

    monkeypatch.setattr(gliner_recognizer, "GLiNER", GLiNER)
    text = "recognizers:\n  - {name: GLiNERRecognizer, type: predefined, model_name: /models/gliner, entity_mapping: {person: PERSON}}\n"
    assert found([file(text)], "x" * 400 + " Ada Example") == {("PERSON", "Ada Example", 0.91, "presidio:GLiNERRecognizer")}


def test_languages_are_those_of_the_recognizers(file):
    text = """
recognizers:
  - {name: plz, supported_entity: PLZ, supported_language: de, patterns: [{name: p, regex: '\\b\\d{5}\\b', score: 0.4}], context: [plz]}
  - {name: cap, supported_entity: CAP, supported_languages: [it, fr], deny_list: [CAP-1]}
"""
    assert found([file(text)], "PLZ 12345 und CAP-1") == {("PLZ", "12345", 0.75, "presidio:plz"), ("CAP", "CAP-1", 1.0, "presidio:cap")}


@pytest.mark.parametrize(
    "text",
    [
        "recognizers: 7",
        "[]",
        "a: 1",
        "recognizers: [{name: NoSuchRecognizer, type: predefined}]",
        "{",
        "nlp_engine_name: spacy\nmodels: [{lang_code: en, model_name: en_no_such_model}]",
        "nlp_engine_name: nothing\nmodels: [{lang_code: en, model_name: x}]",
        "recognizers: [{name: x, supported_entity: X, patterns: [{name: p, regex: '(', score: 0.4}]}]",
    ],
)
def test_a_bad_file_stops_the_start(file, text):
    with pytest.raises(SetupError):
        detectors([file(text)])


def test_a_missing_file_stops_the_start():
    with pytest.raises(SetupError):
        detectors(["no/such/file.yaml"])


REMOTE = """
from presidio_analyzer import RemoteRecognizer

class Caller(RemoteRecognizer):
    def __init__(self):
        super().__init__(supported_entities=["X"], name="caller", supported_language="en", version="1")
    def analyze(self, text, entities, nlp_artifacts):
        return []
    def get_supported_entities(self):
        return ["X"]
"""


def test_a_remote_recognizer_stops_the_start(module):
    with pytest.raises(SetupError, match="calls nobody"):
        detectors([module(REMOTE)])


def test_two_engines_stop_the_start(file, model):
    engine = ENGINE.replace("MODEL_PATH", str(model))
    with pytest.raises(SetupError, match="two NLP engines"):
        detectors([file(engine, "a.yaml"), file(engine, "b.yaml")])


def test_an_engine_without_a_recognizers_language_stops_the_start(file, model):
    with pytest.raises(SetupError, match="no model for de"):
        detectors([file(ENGINE.replace("MODEL_PATH", str(model)), "a.yaml"), file(ZIP.replace("language: en", "language: de"))])


WRONG = """
from presidio_analyzer import EntityRecognizer, RecognizerResult

class Wrong(EntityRecognizer):
    def __init__(self):
        super().__init__(supported_entities=["X"])
    def load(self):
        pass
    def analyze(self, text, entities, nlp_artifacts):
        return [RecognizerResult("X", 0, len(text) + 1, 0.5)]
"""


def test_a_span_outside_of_the_text_is_an_error(module):
    with pytest.raises(ValueError, match="cannot be"):
        found([module(WRONG)], "text")


NAMES = [
    "ZIP",
    "zip code",
    "Zip-Code (US)",
    "Größe",
    "имя",
    "__x__",
    "9lives",
    "a" * 300,
    "_".join("abcdefghijklmnopqrst"),
    "",
    "é",
    "PERSON",
]


@pytest.mark.parametrize("name", NAMES)
def test_any_entity_is_the_stem_of_a_legal_surrogate_and_transformed(name):
    entity = presidio.entity(name)
    surrogate = render(b"key", entity, "value", "value")
    assert [occurrence.text for occurrence in well_formed(f"see {surrogate}.")] == [surrogate]
    verdict = Policy(PolicyDocument(version=1)).decide([Segment("value", Kind.TEXT, None)], [[Finding(0, 5, entity, 0.6, "x")]], None)
    assert (verdict.word == "transformed") == (entity not in ENTITIES or ENTITIES[entity].sensitivity != "ordinary")


def test_names_that_are_legal_stay():
    assert [presidio.entity(entity) for entity in ENTITIES] == list(ENTITIES)


PREDEFINED = "recognizers:\n" + "".join(
    f"  - {{name: {name}, type: predefined}}\n"
    for name in (
        "EmailRecognizer",
        "UrlRecognizer",
        "CreditCardRecognizer",
        "IbanRecognizer",
        "PhoneRecognizer",
        "IpRecognizer",
        "CryptoRecognizer",
    )
)


def test_the_public_suffix_list_is_not_fetched(file):
    """In a process of its own, where nothing is loaded yet, whoever wants a connection is refused and counted."""
    script = f"""
import sys
tried = []
def refuse(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        tried.append(event)
        raise PermissionError(event)
sys.addaudithook(refuse)
from app.engine.catalogue import detectors
from app.engine.scan import Scanner
text = "Write to ada@example.co.uk or see https://a.example.com/x"
theirs = [d for d in detectors([{file(PREDEFINED)!r}]) if d.name == "presidio"]
print(sorted({{(f.entity, text[f.start:f.end]) for f in Scanner(theirs).scan(text)}}), len(tried), "tried")
"""
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "('EMAIL_ADDRESS', 'ada@example.co.uk')" in done.stdout
    assert "0 tried" in done.stdout


HANGING = """
import time
from presidio_analyzer import EntityRecognizer

class Slow(EntityRecognizer):
    def __init__(self):
        super().__init__(supported_entities=["X"])
    def load(self):
        pass
    def analyze(self, text, entities, nlp_artifacts):
        time.sleep(60 if "HANG" in text else 0)
        return []
"""


def test_they_run_in_the_pool_under_its_deadline(module, file, monkeypatch, tmp_path):
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    names = f"{module(HANGING)},{file(PREDEFINED)}"
    text = "to ada@example.com"

    async def run():
        pool = Pool(Settings(detectors=names, inspect_deadline=4.0))
        try:
            await pool.start()
            (before,) = await pool.scan([text])
            with pytest.raises(DetectorUnavailable):
                await pool.scan(["HANG"])
            (after,) = await pool.scan([text])
        finally:
            await pool.stop()
        return before, after

    before, after = asyncio.run(run())
    assert before == after
    assert {f.detector for f in before} >= {"presidio:EmailRecognizer", "email"}


def test_nothing_of_theirs_is_loaded_unless_it_is_named():
    script = "import sys; from app.engine.catalogue import detectors; detectors(); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert not {"presidio_analyzer", "spacy", "torch", "thinc"} & set(loaded)
