"""OpenAI's training and testing of models: fine-tuning jobs, graders, evals and their runs."""

from typing import Final

from app.core.dialect import Endpoint, Keeps, StandIn
from app.core.table import Kind, Table
from app.dialects.openai_routes import answer, fetch, fetch_own, fetch_page, remove, send, tell
from app.dialects.schema import SCHEMA

ENUM, FILE, FREE, FUNCTIONAL, INPUT = Kind.ENUM, Kind.FILE, Kind.FREE, Kind.FUNCTIONAL, Kind.INPUT
OBJECT, REFUSED, TEXT = Kind.OBJECT, Kind.REFUSED, Kind.TEXT
KEPT: Final = Keeps()

_SAID: Final = Table(
    {
        "type": ENUM,
        "role": ENUM,
        "content": TEXT,
        "content.type": ENUM,
        "content.image_url": FILE,
        "content.input_audio.data": FILE,
        "content.input_audio.format": ENUM,
        "content[].type": ENUM,
        "content[].image_url": FILE,
        "content[].input_audio.data": FILE,
        "content[].input_audio.format": ENUM,
    },
)
_GRADES: dict[str, Kind | Table] = {
    "type": ENUM,
    "model": FUNCTIONAL,
    "operation": ENUM,
    "evaluation_metric": ENUM,
    "image_tag": FUNCTIONAL,
    "input": TEXT,
    "input[]": _SAID,
    "sampling_params.reasoning_effort": ENUM,
}
GRADER: Final = Table(_GRADES)
_GRADES["graders"] = GRADER
_GRADES["graders.*"] = GRADER

_JOB: Final = Table(
    {
        "model": FUNCTIONAL,
        "training_file": OBJECT,
        "validation_file": OBJECT,
        "hyperparameters.batch_size": ENUM,
        "hyperparameters.learning_rate_multiplier": ENUM,
        "hyperparameters.n_epochs": ENUM,
        "integrations": REFUSED,  # the provider would send them on to somebody else
        "method.type": ENUM,
        "method.reinforcement.grader": GRADER,
        "method.reinforcement.hyperparameters.reasoning_effort": ENUM,
        "metadata": FREE,
    },
)
_SHOWN_JOB: Final = answer({"id": OBJECT, "result_files": OBJECT, "metadata": FREE})
_AT: Final = "/fine_tuning/jobs"
_JOB_AT: Final = f"{_AT}/{{fine_tuning_job_id}}"
TUNING_ROUTES: Final[tuple[Endpoint, ...]] = (
    send("fine_tuning.jobs", _AT, _JOB, _SHOWN_JOB, modelled=True, keeps=KEPT, stand_in=StandIn.REDACTED),
    fetch_own("fine_tuning.jobs.list", _AT, _SHOWN_JOB),
    fetch("fine_tuning.jobs.retrieve", _JOB_AT, _SHOWN_JOB),
    tell("fine_tuning.jobs.cancel", f"{_JOB_AT}/cancel", _SHOWN_JOB, keeps=KEPT),
    tell("fine_tuning.jobs.pause", f"{_JOB_AT}/pause", _SHOWN_JOB, keeps=KEPT),
    tell("fine_tuning.jobs.resume", f"{_JOB_AT}/resume", _SHOWN_JOB, keeps=KEPT),
    fetch_page("fine_tuning.jobs.events", f"{_JOB_AT}/events", answer({"id": OBJECT, "message": TEXT})),
    fetch_page("fine_tuning.jobs.checkpoints", f"{_JOB_AT}/checkpoints", answer({"id": OBJECT})),
    send("fine_tuning.graders.run", "/fine_tuning/alpha/graders/run", Table({"grader": GRADER, "item": FREE}), answer({})),
    send("fine_tuning.graders.validate", "/fine_tuning/alpha/graders/validate", Table({"grader": GRADER}), answer({"grader": FREE})),
)

# Sources that search what everybody under the credential has stored would show one team what another's holds.
_EVERYBODYS: Final = "stored_completions|responses|logs"
_EVAL: Final = Table(
    {
        "metadata": FREE,
        "data_source_config.type": ENUM,
        f"data_source_config[type={_EVERYBODYS}].type": REFUSED,
        "data_source_config.item_schema": SCHEMA,
        "testing_criteria[]": GRADER,
    },
)
_SOURCE: Final = Table(
    {"type": ENUM, f"[type={_EVERYBODYS}].type": REFUSED, "id": OBJECT, "content[].item": FREE, "content[].sample": FREE}
)
_RUN: Final = Table(
    {
        "metadata": FREE,
        "data_source.type": ENUM,
        "data_source.model": FUNCTIONAL,
        "data_source.source": _SOURCE,
        "data_source.input_messages.type": ENUM,
        "data_source.input_messages.item_reference": FUNCTIONAL,
        "data_source.input_messages.template[]": _SAID,
        "data_source.sampling_params.reasoning_effort": ENUM,
        "data_source.sampling_params.response_format.type": ENUM,
        "data_source.sampling_params.response_format.json_schema.name": FUNCTIONAL,
        "data_source.sampling_params.response_format.json_schema.schema": SCHEMA,
        "data_source.sampling_params.text.format.type": ENUM,
        "data_source.sampling_params.tools[].type": ENUM,
        "data_source.sampling_params.tools[].name": FUNCTIONAL,
        "data_source.sampling_params.tools[].function.name": FUNCTIONAL,
        "data_source.sampling_params.tools[].function.parameters": SCHEMA,
        "data_source.sampling_params.tools[].parameters": SCHEMA,
        "data_source.sampling_params.tools[].vector_store_ids": OBJECT,
    },
)
_SHOWN_EVAL: Final = answer({"id": OBJECT, "name": INPUT, "metadata": FREE, "data_source_config": FREE, "testing_criteria": FREE})
_SHOWN_RUN: Final = answer({"id": OBJECT, "name": INPUT, "metadata": FREE, "data_source": FREE, "error.message": TEXT})
_SHOWN_ITEM: Final = answer(
    {"id": OBJECT, "datasource_item": FREE, "sample.input": FREE, "sample.output[].content": TEXT, "results[].sample": FREE}
)
_EVAL_AT: Final = "/evals/{eval_id}"
_RUN_AT: Final = f"{_EVAL_AT}/runs/{{run_id}}"
EVAL_ROUTES: Final[tuple[Endpoint, ...]] = (
    send("evals", "/evals", _EVAL, _SHOWN_EVAL, keeps=KEPT, lasting=True),
    fetch_own("evals.list", "/evals", _SHOWN_EVAL, ("order_by",)),
    fetch("evals.retrieve", _EVAL_AT, _SHOWN_EVAL),
    send("evals.update", _EVAL_AT, Table({"metadata": FREE}), _SHOWN_EVAL, keeps=KEPT, lasting=True),
    remove("evals.delete", _EVAL_AT),
    send("evals.runs", f"{_EVAL_AT}/runs", _RUN, _SHOWN_RUN, keeps=KEPT, lasting=True),
    fetch_page("evals.runs.list", f"{_EVAL_AT}/runs", _SHOWN_RUN, ("status",)),
    fetch("evals.runs.retrieve", _RUN_AT, _SHOWN_RUN),
    tell("evals.runs.cancel", _RUN_AT, _SHOWN_RUN, keeps=KEPT),
    remove("evals.runs.delete", _RUN_AT),
    fetch_page("evals.runs.output_items", f"{_RUN_AT}/output_items", _SHOWN_ITEM, ("status",)),
    fetch("evals.runs.output_items.retrieve", f"{_RUN_AT}/output_items/{{output_item_id}}", _SHOWN_ITEM),
)
