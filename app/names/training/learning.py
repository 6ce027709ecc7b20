"""How teachers and student learn: passes one after the other for a number of steps, the rate rising then falling, progress on standard error."""

import itertools
import math
import random
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from app.names.training.batches import Batch, Columns, Pass, Pieces, firsts, loss_of
from app.names.training.corpora import ANY, TAGS
from app.names.training.student import Student
from app.names.training.teacher import Teacher

DEVICE: Final = "cuda" if torch.cuda.is_available() else "cpu"
SHARE: Final = 0.8  # of the student's loss that the teachers decide
FORGOTTEN: Final = 0.03  # of the words a student reads that it must guess from their neighbours
SLOWEST: Final = 0.002  # share of the newest weights in their running mean, which is what is kept
EVERY: Final = 50  # steps between lines of progress


class Course(NamedTuple):
    """How long and how fast: `steps` of about `size`; `rate` of what is new, `slow` of what was there; share of steps that it rises."""

    steps: int
    size: int  # a teacher's: rows of pieces; the student's: words
    rate: float
    slow: float
    warm: float


TEACHING: Final = Course(2_500, 42, 1e-3, 7e-5, 0.06)
STUDYING: Final = Course(8_000, 32_000, 4e-3, 2.5e-3, 0.04)
READING: Final = 128  # rows that a teacher is asked about at once


def _learn(
    model: torch.nn.Module,
    batches: Iterable[Any],
    loss: Callable[[Any], Tensor],
    slow: Sequence[torch.nn.Parameter],
    course: Course,
) -> Iterator[None]:
    """Take the steps of `course`, one a batch, yielding after each. `slow` parameters have a rate of their own."""
    model.to(DEVICE).train()
    chosen = {id(parameter) for parameter in slow}
    rest = [parameter for parameter in model.parameters() if id(parameter) not in chosen]
    groups = [{"params": list(slow), "lr": course.slow}, {"params": rest, "lr": course.rate}]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01, betas=(0.9, 0.98), fused=DEVICE == "cuda")
    highest = [course.slow, course.rate]
    began, mean = time.monotonic(), 0.0
    for step, batch in enumerate(itertools.islice(batches, course.steps)):
        share = (step + 1) / course.steps
        factor = share / course.warm if share < course.warm else _fallen((share - course.warm) / (1 - course.warm))
        for group, rate in zip(optimiser.param_groups, highest, strict=True):
            group["lr"] = rate * factor
        with torch.autocast(DEVICE, dtype=torch.bfloat16, enabled=DEVICE == "cuda"):
            value = loss(batch)
        optimiser.zero_grad()
        value.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        if step % EVERY == 0:
            latest = float(value.detach())
            mean = 0.8 * mean + 0.2 * latest if step else latest
            sys.stderr.write(f"step {step} of {course.steps}  loss {mean:.4f}  {time.monotonic() - began:.0f} s\n")
            sys.stderr.flush()
        yield
    model.eval()


def _fallen(share: float) -> float:
    return max(0.02, 0.5 * (1 + math.cos(math.pi * share)))


def teach(model: Teacher, passes: Sequence[Pass], course: Course, seed: int, keep: Path) -> None:
    """Train a teacher on annotated text."""
    chance = random.Random(seed)
    batches = ((one, rows) for one in itertools.cycle(passes) for rows in one.rows(course.size, chance))

    def loss(batch: tuple[Pass, Tensor]) -> Tensor:
        one, rows = batch
        allowed = one.whole[rows[..., Pieces.OWNER], Columns.ALLOWED].masked_fill(~firsts(rows, len(one.whole) - 1), ANY)
        return loss_of(_taught(model, one, rows), allowed)

    for _ in _learn(model, batches, loss, model.encoder(), course):
        pass
    torch.save(model.state_dict(), keep)


def _taught(model: Teacher, one: Pass, rows: Tensor) -> Tensor:
    whole = one.whole[rows[..., Pieces.OWNER]]
    shapes = one.tables[2][whole[..., Columns.WORD]]
    return model(rows[..., Pieces.PIECE], shapes, whole[..., Columns.GAP], rows[..., Pieces.PLACE], rows[..., Pieces.WINDOW])


def opine(teachers: Sequence[Teacher], passes: Sequence[Pass]) -> None:
    """Write the mean of the teachers' probabilities into each pass."""
    for model in teachers:
        model.to(DEVICE).eval()
    for one in passes:
        nowhere = len(one.whole) - 1
        opinion = torch.zeros(nowhere + 1, len(TAGS), device=DEVICE, dtype=torch.float16)
        with torch.inference_mode(), torch.autocast(DEVICE, dtype=torch.bfloat16, enabled=DEVICE == "cuda"):
            for rows in one.rows(READING, random.Random(0)):
                where = rows[..., Pieces.OWNER].masked_fill(~firsts(rows, nowhere), nowhere)
                opinion[where] = (
                    sum(torch.softmax(_taught(model, one, rows).float(), dim=-1) for model in teachers).div(len(teachers)).half()
                )
        one.opinion = opinion[:nowhere].clone()


def study(model: Student, passes: Sequence[Pass], course: Course, seed: int, keep: Path) -> None:
    """Train the student on annotated text and, where there are any, on the teachers' opinions of it; keep the mean of its last weights."""
    chance = random.Random(seed)
    batches = ((one, batch) for one in itertools.cycle(passes) for batch in one.read.batches(course.size, chance))

    def loss(given: tuple[Pass, Batch]) -> Tensor:
        one, batch = given
        pieces, groups, shapes, runs = one.tables
        word = batch[Columns.WORD]
        vectors = model.vectors(pieces[word], groups[word], shapes[word])
        vectors = vectors * (torch.rand(vectors.shape[:2], device=DEVICE) > FORGOTTEN).unsqueeze(-1)
        vectors = vectors + model.beside(runs[batch[Columns.BEFORE]], runs[batch[Columns.BEHIND]])
        logits = model(vectors, batch[Columns.GAP], batch.real)
        hard = loss_of(logits, torch.stack([batch[Columns.ALLOWED], batch[Columns.BETWEEN]], dim=-1))
        return hard if one.opinion is None else (1 - SHARE) * hard + SHARE * _difference(logits, batch, one.opinions(batch))

    tables = ("pieces", "groups", "shapes", "gaps", "before", "behind", "of_")
    plain = [parameter for name, parameter in model.named_parameters() if not name.startswith(tables)]
    kept = [parameter.detach().clone().to(DEVICE) for parameter in model.parameters()]
    for step, _ in enumerate(_learn(model, batches, loss, plain, course), 1):
        newest = [parameter.detach() for parameter in model.parameters()]
        torch._foreach_lerp_(kept, newest, max(1 / (step + 1), SLOWEST))
    with torch.no_grad():
        for parameter, mean in zip(model.parameters(), kept, strict=True):
            parameter.copy_(mean)
    torch.save(model.cpu().state_dict(), keep)


def _difference(logits: Tensor, batch: Batch, opinion: Tensor) -> Tensor:
    """Return the mean divergence of the student's from the teachers' probabilities, over words and the marks before them."""
    wanted = torch.log(opinion.clamp(min=1e-6))
    each = functional.kl_div(torch.log_softmax(logits.float(), dim=-1), wanted, reduction="none", log_target=True).sum(dim=-1)
    there = torch.stack([batch.real, batch[Columns.FIRST] < batch[Columns.OWN]], dim=-1)
    return (each * there).sum() / there.sum()
