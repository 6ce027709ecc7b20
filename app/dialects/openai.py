"""OpenAI: the dialect; the tables of its endpoints are in the modules beside it."""

from app.core.dialect import ADMINISTRATION, Dialect
from app.dialects import stainless
from app.dialects.openai_assistants import ASSISTANT_ROUTES, RUN_ROUTES, THREAD_ROUTES
from app.dialects.openai_chat import CHAT
from app.dialects.openai_errors import error
from app.dialects.openai_files import BATCH_ROUTES, CONTAINER_ROUTES, FILE_ROUTES, SKILL_ROUTES
from app.dialects.openai_kept import CONVERSATION_ROUTES, RESPONSE_ROUTES, STORED_CHAT_ROUTES
from app.dialects.openai_media import AUDIO_ROUTES, IMAGE_ROUTES, PROVENANCE_ROUTES, VIDEO_ROUTES
from app.dialects.openai_plain import COMPLETIONS, EMBEDDINGS, MODEL, MODELS, MODERATIONS
from app.dialects.openai_responses import RESPONSES
from app.dialects.openai_sessions import REALTIME, RESPONSES_SESSION
from app.dialects.openai_stores import VECTOR_STORE_ROUTES
from app.dialects.openai_tuning import EVAL_ROUTES, TUNING_ROUTES

_REFUSED = {
    "/organization": ADMINISTRATION,
    "/projects": ADMINISTRATION,
    "/fine_tuning/checkpoints": "sharing a model with other projects belongs to the operator",
    "/models": "deleting a model that was tuned belongs to the operator",
    "/realtime": "a session with the provider itself would go past the gateway (open a WebSocket at /realtime)",
    "/chatkit": "a session with the provider itself would go past the gateway, and its workflows are nobody's here",
}


OPENAI = Dialect(
    name="openai",
    endpoints=(
        CHAT,
        *STORED_CHAT_ROUTES,
        RESPONSES,
        *RESPONSE_ROUTES,
        *CONVERSATION_ROUTES,
        COMPLETIONS,
        EMBEDDINGS,
        MODERATIONS,
        MODELS,
        MODEL,
        REALTIME,
        RESPONSES_SESSION,
        *FILE_ROUTES,
        *BATCH_ROUTES,
        *CONTAINER_ROUTES,
        *SKILL_ROUTES,
        *IMAGE_ROUTES,
        *AUDIO_ROUTES,
        *VIDEO_ROUTES,
        *PROVENANCE_ROUTES,
        *TUNING_ROUTES,
        *EVAL_ROUTES,
        *VECTOR_STORE_ROUTES,
        *ASSISTANT_ROUTES,
        *THREAD_ROUTES,
        *RUN_ROUTES,
    ),
    credential=("authorization", "Bearer "),
    headers=("openai-beta", "openai-organization", "openai-project", "idempotency-key", "x-client-request-id", *stainless.HEADERS),
    answer_headers=("openai-*", "x-ratelimit-*", "x-request-id", "retry-after", "retry-after-ms", "x-should-retry"),
    error=error,
    refused={f"{base}{start}": why for base in ("", "/v1") for start, why in _REFUSED.items()},
    stream_error=lambda failure: ("", error(failure)),
    home="https://api.openai.com/v1",
)
