"""OpenAI's pictures, sound and video: prompts whose values are drawn or spoken, and what is heard."""

from typing import Final

from app.core.dialect import Endpoint, Form, Keeps, StandIn, Stream
from app.core.table import Kind, Table
from app.dialects.openai_routes import answer, fetch, fetch_own, remove, send
from app.dialects.upload import UPLOADED

END, ENUM, FILE, FUNCTIONAL, INPUT = Kind.END, Kind.ENUM, Kind.FILE, Kind.FUNCTIONAL, Kind.INPUT
KEEP, LANE, OBJECT, TEXT, WHOLE = Kind.KEEP, Kind.LANE, Kind.OBJECT, Kind.TEXT, Kind.WHOLE
KEPT: Final = Keeps()
BOTH: Final = Form(required=False)
DRAWN: Final = StandIn.PLAUSIBLE

_LOOK: Final[dict[str, Kind | Table]] = {
    "model": FUNCTIONAL,
    "background": ENUM,
    "input_fidelity": ENUM,
    "moderation": ENUM,
    "output_format": ENUM,
    "quality": ENUM,
    "response_format": ENUM,
    "size": FUNCTIONAL,
    "style": ENUM,
}
_PICTURE: Final = Table({**UPLOADED.entries, "file_id": OBJECT, "image_url": FILE})
_VARIED: Final[dict[str, Kind | Table]] = {**_LOOK, "image": UPLOADED}
_IMAGE: Final = Table({**_VARIED, "mask": _PICTURE, "images[]": _PICTURE})
_IMAGES: Final = answer({"data[].revised_prompt": INPUT})
_IMAGE_STREAM: Final = Stream(
    Table(
        {
            "[type=image_generation.completed|image_edit.completed].type": END,
            "error.message": WHOLE,
            "error.type": END,
        },
        default=KEEP,
        nested=False,
    ),
    final=("image_generation.completed", "image_edit.completed", "[DONE]"),
)

IMAGE_ROUTES: Final[tuple[Endpoint, ...]] = (
    send("images", "/images/generations", Table(_LOOK), _IMAGES, stream=_IMAGE_STREAM, stand_in=DRAWN),
    send("images.edits", "/images/edits", _IMAGE, _IMAGES, stream=_IMAGE_STREAM, form=BOTH, stand_in=DRAWN),
    send("images.variations", "/images/variations", Table(_VARIED), _IMAGES, form=Form(), stand_in=DRAWN),
)

_SPEECH: Final = Table({"model": FUNCTIONAL, "voice": ENUM, "voice.id": OBJECT, "response_format": ENUM, "stream_format": ENUM})
_HEARD: Final = Table(
    {
        "file": UPLOADED,
        "model": FUNCTIONAL,
        "language": FUNCTIONAL,
        "languages": FUNCTIONAL,
        "response_format": ENUM,
        "include": ENUM,
        "timestamp_granularities": ENUM,
        "stream": ENUM,
        "chunking_strategy": ENUM,
        "chunking_strategy.type": ENUM,
        "known_speaker_references": FILE,
    },
)
# What is heard is the caller's own sound: no surrogate went there but those of the prompt.
_TRANSCRIPT: Final = answer({"text": INPUT, "segments[].text": INPUT, "words[].word": INPUT, "segments[].speaker": INPUT})
_TRANSCRIPT_STREAM: Final = Stream(
    Table(
        {
            "[type=transcript.text.delta].delta": INPUT,
            "[type=transcript.text.delta].segment_id": LANE,
            "[type=transcript.text.segment].id": LANE,
            "[type=transcript.text.segment|transcript.text.done].type": END,
            "error.message": WHOLE,
            "error.type": END,
        },
        default=KEEP,
        nested=False,
    ),
    final=("transcript.text.done", "[DONE]"),
    copies=Table(
        {"[type=transcript.text.done|transcript.text.segment].text": INPUT, "[type=transcript.text.segment].speaker": INPUT},
        default=KEEP,
        nested=False,
    ),
)
_SPOKEN_STREAM: Final = Stream(
    Table({"[type=speech.audio.done].type": END, "error.message": WHOLE, "error.type": END}, default=KEEP, nested=False),
    final=("speech.audio.done", "[DONE]"),
    asked_by="stream_format",
)
_TEXTS: Final = ("text/plain", "text/vtt", "application/x-subrip")
_VOICE: Final = Table({"language": FUNCTIONAL, "recording": UPLOADED, "audio_sample": UPLOADED, "consent": OBJECT})
_SHOWN_VOICE: Final = answer({"id": OBJECT, "name": INPUT})
_AT: Final = "/audio/voice_consents"

AUDIO_ROUTES: Final[tuple[Endpoint, ...]] = (
    send("audio.speech", "/audio/speech", _SPEECH, answer({}), modelled=True, stream=_SPOKEN_STREAM, stand_in=DRAWN,
         binary=("audio/*", "application/octet-stream")),
    send("audio.transcriptions", "/audio/transcriptions", _HEARD, _TRANSCRIPT, modelled=True, stream=_TRANSCRIPT_STREAM, form=Form(),
         plain=_TEXTS, dropped=("logprobs",)),
    send("audio.translations", "/audio/translations", _HEARD, _TRANSCRIPT, modelled=True, form=Form(), plain=_TEXTS),
    send("audio.voice_consents", _AT, _VOICE, _SHOWN_VOICE, form=Form(), keeps=KEPT),
    fetch_own("audio.voice_consents.list", _AT, _SHOWN_VOICE),
    fetch("audio.voice_consents.retrieve", f"{_AT}/{{consent_id}}", _SHOWN_VOICE),
    send("audio.voice_consents.update", f"{_AT}/{{consent_id}}", _VOICE, _SHOWN_VOICE, keeps=KEPT),
    remove("audio.voice_consents.delete", f"{_AT}/{{consent_id}}"),
    send("audio.voices", "/audio/voices", _VOICE, _SHOWN_VOICE, form=Form(), keeps=KEPT),
)  # fmt: skip

_VIDEO: Final = Table(
    {
        "model": FUNCTIONAL,
        "seconds": FUNCTIONAL,
        "size": FUNCTIONAL,
        "input_reference": _PICTURE,
        "video": Table({**UPLOADED.entries, "id": OBJECT}),
        "characters[].id": OBJECT,
    },
)
_SHOWN_VIDEO: Final = answer({"id": OBJECT, "prompt": INPUT, "name": INPUT})
_VIDEO_KEEPS: Final = Keeps(30)

VIDEO_ROUTES: Final[tuple[Endpoint, ...]] = (
    send("videos", "/videos", _VIDEO, _SHOWN_VIDEO, form=BOTH, keeps=_VIDEO_KEEPS, stand_in=DRAWN),
    fetch_own("videos.list", "/videos", _SHOWN_VIDEO, keeps=_VIDEO_KEEPS),
    send("videos.characters", "/videos/characters", Table({"video": UPLOADED}), _SHOWN_VIDEO, form=Form(), keeps=KEPT, stand_in=DRAWN),
    fetch("videos.characters.retrieve", "/videos/characters/{character_id}", _SHOWN_VIDEO),
    send("videos.edits", "/videos/edits", _VIDEO, _SHOWN_VIDEO, form=BOTH, keeps=_VIDEO_KEEPS, stand_in=DRAWN),
    send("videos.extensions", "/videos/extensions", _VIDEO, _SHOWN_VIDEO, form=BOTH, keeps=_VIDEO_KEEPS, stand_in=DRAWN),
    fetch("videos.retrieve", "/videos/{video_id}", _SHOWN_VIDEO, keeps=_VIDEO_KEEPS),
    remove("videos.delete", "/videos/{video_id}"),
    fetch("videos.content", "/videos/{video_id}/content", answer({}), keeps=None, query=("variant",), binary=("video/*", "image/*")),
    send("videos.remix", "/videos/{video_id}/remix", _VIDEO, _SHOWN_VIDEO, form=BOTH, keeps=_VIDEO_KEEPS, stand_in=DRAWN),
)
PROVENANCE_ROUTES: Final[tuple[Endpoint, ...]] = (
    send("content_provenance_checks", "/content_provenance_checks", Table({"file": UPLOADED}), answer({}), form=Form()),
)
