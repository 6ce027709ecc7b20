"""OpenAI: the dialect; the tables of its endpoints are in the modules beside it."""

from app.core.dialect import Dialect
from app.dialects import stainless
from app.dialects.openai_assistants import ASSISTANT_ROUTES, RUN_ROUTES, THREAD_ROUTES
from app.dialects.openai_chat import CHAT
from app.dialects.openai_errors import error
from app.dialects.openai_kept import CONVERSATION_ROUTES, RESPONSE_ROUTES, STORED_CHAT_ROUTES
from app.dialects.openai_plain import COMPLETIONS, EMBEDDINGS, MODEL, MODELS, MODERATIONS
from app.dialects.openai_responses import RESPONSES
from app.dialects.openai_sessions import REALTIME, RESPONSES_SESSION
from app.dialects.openai_stores import VECTOR_STORE_ROUTES

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
        *VECTOR_STORE_ROUTES,
        *ASSISTANT_ROUTES,
        *THREAD_ROUTES,
        *RUN_ROUTES,
    ),
    credential=("authorization", "Bearer "),
    headers=("openai-beta", "openai-organization", "openai-project", "idempotency-key", "x-client-request-id", *stainless.HEADERS),
    answer_headers=("openai-*", "x-ratelimit-*", "x-request-id", "retry-after", "retry-after-ms", "x-should-retry"),
    refused=tuple(
        (f"{base}/realtime", "Open a WebSocket at /realtime: what is said past the gateway, nobody inspects") for base in ("", "/v1")
    ),
    error=error,
    stream_error=lambda failure: ("", error(failure)),
    home="https://api.openai.com/v1",
)
