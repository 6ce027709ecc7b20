"""OpenAI's files and what is made of them: uploads, batches, containers, skills."""

from typing import Final

from app.core.dialect import Endpoint, Form, Keeps, StandIn, Use
from app.core.table import Kind, Table
from app.dialects.openai_routes import MONTH, answer, fetch, fetch_own, fetch_page, remove, send, tell
from app.dialects.upload import UPLOADED

ENUM, FILE, FREE, FUNCTIONAL, INPUT = Kind.ENUM, Kind.FILE, Kind.FREE, Kind.FUNCTIONAL, Kind.INPUT
OBJECT, TEXT = Kind.OBJECT, Kind.TEXT
KEPT: Final = Keeps()

_EXPIRES: Final[dict[str, Kind | Table]] = {"expires_after.anchor": ENUM}
_FILE: Final = Table({"file": UPLOADED, "purpose": ENUM, **_EXPIRES})
_USES: Final = {"batch": Use(requests=True), "fine-tune": Use(stand_in=StandIn.REDACTED)}
_FORM: Final = Form(by="purpose", uses=_USES)
_BOTH: Final = Form(required=False)
_SHOWN_FILE: Final = answer({"id": OBJECT, "filename": INPUT})
_SHOWN_UPLOAD: Final = answer({"id": OBJECT, "filename": INPUT, "file.id": OBJECT, "file.filename": INPUT})

FILE_ROUTES: Final[tuple[Endpoint, ...]] = (
    # What a store searches later is compared with what is asked then: names that last.
    send("files", "/files", _FILE, _SHOWN_FILE, form=_FORM, keeps=KEPT, lasting=True),
    fetch_own("files.list", "/files", _SHOWN_FILE, ("purpose",)),
    fetch("files.retrieve", "/files/{file_id}", _SHOWN_FILE),
    remove("files.delete", "/files/{file_id}"),
    fetch("files.content", "/files/{file_id}/content", answer({}), content=True, keeps=None),
    send("uploads", "/uploads", Table({"purpose": ENUM, "mime_type": FUNCTIONAL, **_EXPIRES}), _SHOWN_UPLOAD, keeps=KEPT),
    # A piece of a file is none: what is cut between two pieces nobody could find.
    send("uploads.parts", "/uploads/{upload_id}/parts", Table({"data": Table({"data": FILE})}), answer({"id": OBJECT}),
         form=Form(), keeps=KEPT),
    send("uploads.complete", "/uploads/{upload_id}/complete", Table({"part_ids": OBJECT, "md5": FUNCTIONAL}), _SHOWN_UPLOAD, keeps=KEPT),
    tell("uploads.cancel", "/uploads/{upload_id}/cancel", _SHOWN_UPLOAD, keeps=KEPT),
)  # fmt: skip

_BATCH: Final = Table(
    {
        "input_file_id": OBJECT,
        "endpoint": FUNCTIONAL,
        "completion_window": ENUM,
        "metadata": FREE,
        "output_expires_after.anchor": ENUM,
    },
)
_SHOWN_BATCH: Final = answer(
    {"id": OBJECT, "output_file_id": OBJECT, "error_file_id": OBJECT, "metadata": FREE, "errors.data[].message": TEXT}
)
BATCH_ROUTES: Final[tuple[Endpoint, ...]] = (
    send("batches", "/batches", _BATCH, _SHOWN_BATCH, keeps=KEPT),
    fetch_own("batches.list", "/batches", _SHOWN_BATCH),
    fetch("batches.retrieve", "/batches/{batch_id}", _SHOWN_BATCH),
    tell("batches.cancel", "/batches/{batch_id}/cancel", _SHOWN_BATCH, keeps=KEPT),
)

_SKILL_SOURCE: Final[dict[str, Kind | Table]] = {"type": ENUM, "media_type": FUNCTIONAL, "data": FILE}
_CONTAINER: Final = Table(
    {
        "file_ids": OBJECT,
        "memory_limit": ENUM,
        "network_policy.type": ENUM,
        "skills[].type": ENUM,
        "skills[].skill_id": OBJECT,
        "skills[].version": FUNCTIONAL,
        "skills[].source": Table(_SKILL_SOURCE),
        **_EXPIRES,
    },
)
_SHOWN_CONTAINER: Final = answer({"id": OBJECT, "name": INPUT})
_CONTAINER_FILE: Final = Table({"file": UPLOADED, "file_id": OBJECT})
_SHOWN_CONTAINER_FILE: Final = answer({"id": OBJECT, "path": INPUT})
_AT: Final = "/containers/{container_id}"
CONTAINER_ROUTES: Final[tuple[Endpoint, ...]] = (
    send("containers", "/containers", _CONTAINER, _SHOWN_CONTAINER, keeps=MONTH),
    fetch_own("containers.list", "/containers", _SHOWN_CONTAINER, keeps=MONTH),
    fetch("containers.retrieve", _AT, _SHOWN_CONTAINER, keeps=MONTH),
    remove("containers.delete", _AT),
    send("containers.files", f"{_AT}/files", _CONTAINER_FILE, _SHOWN_CONTAINER_FILE, form=_BOTH, keeps=MONTH),
    fetch_page("containers.files.list", f"{_AT}/files", _SHOWN_CONTAINER_FILE, keeps=MONTH),
    fetch("containers.files.retrieve", f"{_AT}/files/{{file_id}}", _SHOWN_CONTAINER_FILE, keeps=MONTH),
    remove("containers.files.delete", f"{_AT}/files/{{file_id}}"),
    fetch("containers.files.content", f"{_AT}/files/{{file_id}}/content", answer({}), content=True, keeps=None),
)

_SKILL: Final = Table({"files": UPLOADED, "default_version": FUNCTIONAL})
_SHOWN_SKILL: Final = answer({"id": OBJECT, "name": INPUT, "description": INPUT})
SKILL_ROUTES: Final[tuple[Endpoint, ...]] = (
    send("skills", "/skills", _SKILL, _SHOWN_SKILL, form=Form(), keeps=KEPT),
    fetch_own("skills.list", "/skills", _SHOWN_SKILL),
    fetch("skills.retrieve", "/skills/{skill_id}", _SHOWN_SKILL),
    send("skills.update", "/skills/{skill_id}", _SKILL, _SHOWN_SKILL, keeps=KEPT),
    remove("skills.delete", "/skills/{skill_id}"),
    fetch("skills.content", "/skills/{skill_id}/content", answer({}), keeps=None, binary=("application/zip",)),
    send("skills.versions", "/skills/{skill_id}/versions", _SKILL, _SHOWN_SKILL, form=Form(), keeps=KEPT),
    fetch_page("skills.versions.list", "/skills/{skill_id}/versions", _SHOWN_SKILL),
    fetch("skills.versions.retrieve", "/skills/{skill_id}/versions/{version}", _SHOWN_SKILL),
    remove("skills.versions.delete", "/skills/{skill_id}/versions/{version}", detaches=True),
    fetch("skills.versions.content", "/skills/{skill_id}/versions/{version}/content", answer({}), keeps=None, binary=("application/zip",)),
)
