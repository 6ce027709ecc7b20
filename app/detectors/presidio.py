"""Presidio's recognizers and NLP engines as one detector of ours, unchanged, and our detectors as a recognizer of Presidio's.

Presidio is imported only where it is used: it brings spaCy, which takes seconds and 80 MB. What it finds keeps Presidio's scores,
context enhancement, thresholds and order of duplicates, since Presidio's own AnalyzerEngine runs it.
"""

import inspect
import re
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from app.core.finding import Detector, Finding
from app.core.surrogate import stem
from app.errors import SetupError

PRESIDIO: Final = "presidio"
_FLAGS: Final = int(re.DOTALL | re.MULTILINE | re.IGNORECASE)  # Presidio's own default
_FORMS: Final = "hushgate_forms"
_LONGEST: Final = 2**31 - 1  # characters; the deadline bounds what is read, not spaCy


@dataclass
class _Parts:
    """What was found in modules and files."""

    recognizers: list[Any] = field(default_factory=list)
    engines: list[Any] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)


def detector(modules: Sequence[ModuleType], files: Sequence[Path]) -> Detector | None:
    """Return a detector over every recognizer and NLP engine of `modules` and YAML `files`; None if there are none.

    A module's instances count, and the classes that it defines and makes no instance of. A file is a recognizer registry
    (`recognizers:`), an NLP engine (`nlp_engine_name:`), or both as an analyzer (`recognizer_registry:`, `nlp_configuration:`).
    Raises SetupError.
    """
    if not files and "presidio_analyzer" not in sys.modules:
        return None
    _confine()
    parts = _Parts()
    for module in modules:
        _from_module(module, parts)
    for path in files:
        _from_file(path, parts)
    if not parts.recognizers and not parts.engines:
        return None
    return _detector(parts)


def _confine() -> None:
    """Leave Presidio nothing to fetch: the public suffix list is the one that its package carries, a missing model is an error."""
    import spacy  # noqa: PLC0415 - heavy
    import tldextract.tldextract  # noqa: PLC0415

    def missing(model: str, *_arguments: Any, **_options: Any) -> None:
        raise SetupError(f"the spaCy model {model} is not installed", hint="Install its package; nothing is downloaded")

    tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(cache_dir=None, suffix_list_urls=())
    spacy.cli.download = missing


def _from_module(module: ModuleType, parts: _Parts) -> None:
    from presidio_analyzer import EntityRecognizer, RecognizerRegistry  # noqa: PLC0415
    from presidio_analyzer.nlp_engine import NlpEngine  # noqa: PLC0415

    values = list({id(value): value for value in vars(module).values()}.values())
    made = {type(value) for value in values}
    for value in values:
        own = inspect.isclass(value) and value.__module__ == module.__name__ and not inspect.isabstract(value) and value not in made
        thing = _made(value) if own and issubclass(value, EntityRecognizer | NlpEngine) else value
        if isinstance(thing, EntityRecognizer):
            parts.recognizers.append(thing)
        elif isinstance(thing, RecognizerRegistry):
            parts.recognizers.extend(thing.recognizers)
        elif isinstance(thing, NlpEngine):
            parts.engines.append(thing)
    parts.sources.append(module.__name__)


def _made(kind: type) -> Any:
    try:
        return kind()
    except TypeError:
        raise SetupError(f"{kind.__name__} needs arguments", hint="Make an instance of it at the module's top level") from None


def _from_file(path: Path, parts: _Parts) -> None:
    import yaml  # noqa: PLC0415
    from presidio_analyzer.nlp_engine import NlpEngineProvider  # noqa: PLC0415
    from presidio_analyzer.recognizer_registry import RecognizerRegistryProvider  # noqa: PLC0415

    try:
        text = path.read_text(encoding="utf-8")
        read = yaml.safe_load(text)
        if not isinstance(read, Mapping):
            raise TypeError  # noqa: TRY301 - one refusal for whatever is wrong with the file
        registry = read.get("recognizer_registry", read if "recognizers" in read else None)
        engine = read.get("nlp_configuration", read if "nlp_engine_name" in read else None)
        if registry is None and engine is None:
            raise KeyError  # noqa: TRY301
        if engine is not None:
            parts.engines.append(NlpEngineProvider(nlp_configuration=dict(engine)).create_engine())
        if registry is not None:
            languages = read.get("supported_languages") or _languages(registry["recognizers"])
            complete = {"supported_languages": languages, "global_regex_flags": _FLAGS, **registry}
            made = RecognizerRegistryProvider(registry_configuration=complete).create_recognizer_registry()
            parts.recognizers.extend(made.recognizers)
    except SetupError:
        raise
    except Exception as error:
        hint = "It must be a file of Presidio's: `recognizers:`, `nlp_engine_name:` or an analyzer's, and what it names installed"
        raise SetupError(f"{path.name} cannot be used ({type(error).__name__})", hint=hint) from error
    parts.sources.append(text)


def _languages(recognizers: Iterable[Any]) -> list[str]:
    """Return every language that recognizers of a file name: Presidio leaves out, with a warning, who has one that the file does not list."""
    found: set[str] = set()
    for one in recognizers:
        given = one if isinstance(one, Mapping) else {}
        named = {each["language"] if isinstance(each, Mapping) else each for each in given.get("supported_languages") or ()}
        found |= named or {given.get("supported_language") or "en"}
    return sorted(found)


def _detector(parts: _Parts) -> Detector:
    analyzer = _analyzer(parts)

    def find(text: str) -> Iterator[Finding]:
        for language in analyzer.supported_languages if text.strip() else ():
            for result in analyzer.analyze(text, language):
                yield _finding(result, len(text))

    names = sorted(f"{one.name} {one.version} {one.supported_language} {one.supported_entities}" for one in parts.recognizers)
    return Detector(name=PRESIDIO, version=zlib.crc32(repr((parts.sources, names)).encode()), find=find)


def _analyzer(parts: _Parts) -> Any:
    """Return Presidio's engine over the parts. Without an NLP engine texts are split into words, so that context words count."""
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry, RemoteRecognizer  # noqa: PLC0415
    from presidio_analyzer.nlp_engine import NoOpNlpEngine, SlimSpacyNlpEngine  # noqa: PLC0415

    remote = [one.name for one in parts.recognizers if isinstance(one, RemoteRecognizer)]
    if remote:
        hint = "What it sends would leave by a way that no policy governs"
        raise SetupError(f"{remote[0]} calls a service, and an inspection process calls nobody", hint=hint)
    if len(parts.engines) > 1:
        raise SetupError("HUSHGATE_DETECTORS names two NLP engines", hint="One engine can hold a model for each language")
    recognizers = list(parts.recognizers)
    engine = parts.engines[0] if parts.engines else None
    registry = RecognizerRegistry(recognizers=recognizers)
    if engine is not None and not engine.is_loaded():
        engine.load()
    if engine is not None and not isinstance(engine, NoOpNlpEngine | SlimSpacyNlpEngine):
        kind = registry.get_nlp_recognizer(engine)
        if not any(isinstance(one, kind) for one in recognizers):
            registry.add_nlp_recognizer(engine)
    languages = sorted({one.supported_language for one in registry.recognizers})
    registry.supported_languages = languages
    if engine is None:
        engine = SlimSpacyNlpEngine()
        engine.nlp = {language: _words(language) for language in languages}
    elif not set(languages) <= set(engine.get_supported_languages()):
        unknown = ", ".join(sorted(set(languages) - set(engine.get_supported_languages())))
        raise SetupError(f"the NLP engine has no model for {unknown}", hint="Name one for every language that recognizers have")
    return AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=languages)


def _words(language: str) -> Any:
    """Return a spaCy pipeline that splits into words and does nothing else."""
    import spacy  # noqa: PLC0415
    from spacy.language import Language  # noqa: PLC0415

    try:
        pipeline = spacy.blank(language)
    except ImportError:  # no such language, or a package that it needs is not there
        pipeline = spacy.blank("xx")
    pipeline.max_length = _LONGEST
    if not Language.has_factory(_FORMS):
        Language.component(_FORMS, func=_forms)
    pipeline.add_pipe(_FORMS)
    return pipeline


def _forms(words: Any) -> Any:
    """Let every word be its own base form: context words are looked for among base forms."""
    for word in words:
        word.lemma_ = word.lower_
    return words


def _finding(result: Any, length: int) -> Finding:
    """Return what Presidio found as ours. Raises ValueError for a span outside of the text: its recognizer cannot be trusted."""
    start, end, score = int(result.start), int(result.end), float(result.score)
    if not (0 <= start < end <= length and 0 <= score <= 1):
        raise ValueError("a recognizer found a span or a score that cannot be")
    source = (result.recognition_metadata or {}).get(result.RECOGNIZER_NAME_KEY, "")
    return Finding(start, end, entity(result.entity_type), score, f"{PRESIDIO}:{source}" if source else PRESIDIO)


def entity(name: str) -> str:
    """Return the entity of ours for a name of theirs: the same, or as near as a surrogate's grammar allows."""
    return stem(name) or f"CUSTOM_{zlib.crc32(name.encode()):08X}"


def recognizer(scan: Callable[[str], Iterable[Finding]], entities: Sequence[str], language: str = "en", name: str = "Hushgate") -> Any:
    """Return a Presidio EntityRecognizer around `scan` (a Scanner's), for `RecognizerRegistry.add_recognizer`."""
    from presidio_analyzer import AnalysisExplanation, LocalRecognizer, RecognizerResult  # noqa: PLC0415

    class Hushgate(LocalRecognizer):  # type: ignore[misc]  # Presidio is not typed
        """Our detectors, as Presidio sees them."""

        def load(self) -> None:
            """Nothing to do: the scanner is there."""

        def analyze(self, text: str, entities: Sequence[str], nlp_artifacts: Any = None) -> list[Any]:  # noqa: ARG002 - Presidio's
            """Return what was found of `entities`."""
            return [
                RecognizerResult(f.entity, f.start, f.end, f.score, AnalysisExplanation(recognizer=f.detector, original_score=f.score))
                for f in scan(text)
                if not entities or f.entity in entities
            ]

    return Hushgate(supported_entities=list(entities), supported_language=language, name=name)
