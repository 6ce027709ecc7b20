"""OpenAI's endpoints of plain text: legacy completions, embeddings, moderations, and the list of models."""

from typing import Final

from app.core.dialect import Endpoint, Stream
from app.core.table import Kind, Table

END, ENUM, FILE, FUNCTIONAL, KEEP, LANE = Kind.END, Kind.ENUM, Kind.FILE, Kind.FUNCTIONAL, Kind.KEEP, Kind.LANE
PROSE, TEXT, WHOLE = Kind.PROSE, Kind.TEXT, Kind.WHOLE

_NO_DOCUMENT: Final = Table({})
_NOTHING: Final = Table({}, default=KEEP)
_ANSWER: Final = Table({"error.message": TEXT}, default=KEEP, nested=False)

COMPLETIONS: Final = Endpoint(
    "completions",
    "POST",
    ("/completions", "/v1/completions"),
    request=Table({"model": FUNCTIONAL, "prompt": PROSE}),
    answer=Table({"choices[].text": TEXT, "error.message": TEXT}, default=KEEP, nested=False),
    trusted=Table({"prompt": TEXT, "prompt[]": TEXT}, default=KEEP),
    stream=Stream(
        Table(
            {
                "choices[].index": LANE,
                "choices[].text": TEXT,
                "choices[].finish_reason": END,
                "error.message": WHOLE,
                "error.type": END,
            },
            default=KEEP,
            nested=False,
        ),
        envelope=("id", "object", "created", "model", "system_fingerprint"),
        final=("[DONE]",),
    ),
    conversation="prompt",
    dropped=("choices[].logprobs",),
)

EMBEDDINGS: Final = Endpoint(
    "embeddings",
    "POST",
    ("/embeddings", "/v1/embeddings"),
    request=Table({"model": FUNCTIONAL, "input": PROSE, "encoding_format": ENUM}),
    answer=_ANSWER,
    trusted=_NOTHING,
    conversation="input",
    lasting=True,
)

MODERATIONS: Final = Endpoint(
    "moderations",
    "POST",
    ("/moderations", "/v1/moderations"),
    request=Table({"model": FUNCTIONAL, "input": PROSE, "input[].type": ENUM, "input[].text": TEXT, "input[].image_url.url": FILE}),
    answer=_ANSWER,
    trusted=_NOTHING,
    conversation="",  # the parts of its input are parts of one text
    modelled=False,
)

MODELS: Final = Endpoint("models", "GET", ("/models", "/v1/models"), request=_NO_DOCUMENT, answer=_ANSWER, trusted=_NOTHING, modelled=False)

MODEL: Final = Endpoint("model", "GET", ("/models/{model}", "/v1/models/{model}"), request=_NO_DOCUMENT, answer=_ANSWER, trusted=_NOTHING)
