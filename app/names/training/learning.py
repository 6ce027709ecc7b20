"""How teachers and student learn: passes one after the other for a number of steps, the rate rising then falling, progress on standard error."""

import itertools
import math
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from operator import attrgetter
from pathlib import Path
from typing import Final, NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from app.names.training.batches import Batch, Columns, Pass, Windows, loss_of
from app.names.training.corpora import TAGS
from app.names.training.student import Student
from app.names.training.teacher import MOST, Teacher

DEVICE: Final = "cuda" if torch.cuda.is_available() else "cpu"
SHARE: Final = 0.8  # of the student's loss that the teachers decide
FORGOTTEN: Final = 0.03  # of the words a student reads that it must guess from their neighbours
SLOWEST: Final = 0.002  # share of the newest weights in their running mean, which is what is kept
EVERY: Final = 50  # steps between lines of progress


class Course(NamedTuple):
    """How long and how fast: `steps` of about `words` words; `rate` of what is new, `slow` of what was there; share of steps that it rises."""

    steps: int
    words: int
    rate: float
    slow: float
    warm: float


TEACHING: Final = Course(420, 6_000, 1e-3, 6e-5, 0.06)
STUDYING: Final = Course(3_462, 16_000, 3e-3, 2e-3, 0.04)
_WHOLE, _READ = attrgetter("whole"), attrgetter("read")
READING: Final = 24_000  # words that a teacher is asked about at once


def _learn(
    model: torch.nn.Module,
    passes: Sequence[Pass],
    read: Callable[[Pass], Windows],
    loss: Callable[[Pass, Batch], Tensor],
    slow: Sequence[torch.nn.Parameter],
    course: Course,
    seed: int,
) -> Iterator[None]:
    """Take the steps of `course`, yielding after each. `read`: which windows of a pass; `slow` parameters have a rate of their own."""
    chosen = {id(parameter) for parameter in slow}
    rest = [parameter for parameter in model.parameters() if id(parameter) not in chosen]
    groups = [{"params": list(slow), "lr": course.slow}, {"params": rest, "lr": course.rate}]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01, betas=(0.9, 0.98), fused=DEVICE == "cuda")
    highest = [course.slow, course.rate]
    chance = random.Random(seed)
    plan = ((one, batch) for one in itertools.cycle(passes) for batch in read(one).batches(course.words, chance))
    began, mean = time.monotonic(), 0.0
    model.to(DEVICE).train()
    for step, (one, batch) in enumerate(itertools.islice(plan, course.steps)):
        share = (step + 1) / course.steps
        factor = share / course.warm if share < course.warm else _fallen((share - course.warm) / (1 - course.warm))
        for group, rate in zip(optimiser.param_groups, highest, strict=True):
            group["lr"] = rate * factor
        with torch.autocast(DEVICE, dtype=torch.bfloat16):
            value = loss(one, batch)
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

    def loss(one: Pass, batch: Batch) -> Tensor:
        return loss_of(_taught(model, one, batch), batch[Columns.ALLOWED])

    for _ in _learn(model, passes, _WHOLE, loss, list(model.encoder.parameters()), course, seed):
        pass
    torch.save(model.state_dict(), keep)


def _taught(model: Teacher, one: Pass, batch: Batch) -> Tensor:
    rows, _, shapes, _ = one.tables
    return model(_cut(rows, batch), shapes[batch[Columns.WORD]], batch[Columns.GAP])


def _cut(rows: Tensor, batch: Batch) -> Tensor:
    """Return the pieces of the batch's words, -1 where no word stands, as many a word as the longest has, MOST at most."""
    pieces = rows[batch[Columns.WORD]].masked_fill(~batch.real.unsqueeze(-1), -1)[:, :, :MOST]
    most = int((pieces >= 0).sum(dim=2).max())
    return pieces[:, :, :most]


def opine(teachers: Sequence[Teacher], passes: Sequence[Pass]) -> None:
    """Write the mean of the teachers' probabilities into each pass."""
    for model in teachers:
        model.to(DEVICE).eval()
    for one in passes:
        opinion = torch.zeros(len(one.whole.rows), len(TAGS), device=DEVICE, dtype=torch.float16)
        with torch.inference_mode(), torch.autocast(DEVICE, dtype=torch.bfloat16):
            for batch, model in itertools.product(one.whole.batches(READING, random.Random(0)), teachers):
                found = torch.softmax(_taught(model, one, batch).float(), dim=-1)
                opinion[batch.places[batch.real]] += found[batch.real].half() / len(teachers)
        one.opinion = opinion


def study(model: Student, passes: Sequence[Pass], course: Course, seed: int, keep: Path) -> None:
    """Train the student on annotated text and, where there are any, on the teachers' opinions of it; keep the mean of its last weights."""

    def loss(one: Pass, batch: Batch) -> Tensor:
        *rows, runs = one.tables
        distinct, where = torch.unique(batch[Columns.WORD], return_inverse=True)
        vectors = model.vectors(*(table[distinct] for table in rows))[where]
        vectors = vectors * (torch.rand(vectors.shape[:2], device=DEVICE) > FORGOTTEN).unsqueeze(-1)
        beside, where = torch.unique(torch.stack([batch[Columns.BEFORE], batch[Columns.BEHIND]]), return_inverse=True)
        logits = model(vectors + model.beside(runs[beside], *where), batch[Columns.GAP], batch.real)
        hard = loss_of(logits, torch.stack([batch[Columns.ALLOWED], batch[Columns.BETWEEN]], dim=-1))
        return hard if one.opinion is None else (1 - SHARE) * hard + SHARE * _difference(logits, batch, one.opinions(batch))

    tables = ("pieces", "groups", "shapes", "gaps", "marks", "of_")
    plain = [parameter for name, parameter in model.named_parameters() if not name.startswith(tables)]
    kept = [parameter.detach().clone().to(DEVICE) for parameter in model.parameters()]
    for step, _ in enumerate(_learn(model, passes, _READ, loss, plain, course, seed), 1):
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
