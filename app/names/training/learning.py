"""How teacher and student learn: passes one after the other for a number of steps, the rate rising then falling, progress on standard error."""

import itertools
import math
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from app.names.training.batches import Batch, Vocabulary, batches, loss_of, numbered
from app.names.training.corpora import Example
from app.names.training.student import Student
from app.names.training.teacher import MOST, Teacher

DEVICE: Final = "cuda" if torch.cuda.is_available() else "cpu"
SHARE: Final = 0.8  # of the student's loss that the teacher decides
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


TEACHING: Final = Course(1_736, 6_000, 1e-3, 6e-5, 0.06)
STUDYING: Final = Course(3_211, 16_000, 3e-3, 2e-3, 0.04)


@dataclass
class Pass:
    """One pass as tensors: its windows, the table rows of its words, and the teacher's opinion once there is one."""

    arrays: list[np.ndarray]
    tables: tuple[Tensor, Tensor, Tensor]
    opinion: list[np.ndarray] | None = None

    @classmethod
    def of(cls, examples: Sequence[Example], pieces: dict[str, int]) -> "Pass":
        """Number the words of `examples`."""
        known = Vocabulary(pieces)
        arrays = numbered(examples, known)
        rows, groups, shapes = (table.to(DEVICE) for table in known.tables())
        return cls(arrays, (rows, groups, shapes))


def _learn(
    model: torch.nn.Module,
    passes: Sequence[Pass],
    loss: Callable[[Pass, Batch], Tensor],
    slow: Sequence[torch.nn.Parameter],
    course: Course,
    seed: int,
) -> Iterator[None]:
    """Take the steps of `course`, yielding after each. `slow` parameters have a rate of their own."""
    chosen = {id(parameter) for parameter in slow}
    rest = [parameter for parameter in model.parameters() if id(parameter) not in chosen]
    groups = [{"params": list(slow), "lr": course.slow}, {"params": rest, "lr": course.rate}]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01, betas=(0.9, 0.98))
    highest = [course.slow, course.rate]
    chance = random.Random(seed)
    plan = ((one, batch.to(DEVICE)) for one in itertools.cycle(passes) for batch in batches(one.arrays, course.words, chance))
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
    """Train the teacher on annotated text."""

    def loss(one: Pass, batch: Batch) -> Tensor:
        rows, _, shapes = one.tables
        return loss_of(model(_cut(rows, batch), shapes[batch.words], batch.gaps), batch.allowed)

    for _ in _learn(model, passes, loss, list(model.encoder.parameters()), course, seed):
        pass
    torch.save(model.state_dict(), keep)


def opinions(model: Teacher, one: Pass) -> list[np.ndarray]:
    """Return the teacher's log probabilities for each word of each window, as half-precision floats."""
    rows, _, shapes = one.tables
    found: list[np.ndarray] = [np.zeros(0)] * len(one.arrays)
    model.to(DEVICE).eval()
    with torch.inference_mode(), torch.autocast(DEVICE, dtype=torch.bfloat16):
        for given in batches(one.arrays, 2 * TEACHING.words, random.Random(0)):
            batch = given.to(DEVICE)
            logits = model(_cut(rows, batch), shapes[batch.words], batch.gaps)
            log = torch.log_softmax(logits.float(), dim=-1).cpu().numpy().astype(np.float16)
            for row, i in enumerate(batch.chosen):
                found[i] = log[row, : one.arrays[i].shape[1]]
    return found


def study(model: Student, passes: Sequence[Pass], course: Course, seed: int, keep: Path) -> None:
    """Train the student on annotated text and, where there is one, on the teacher's opinion of it; keep the mean of its last weights."""

    def loss(one: Pass, batch: Batch) -> Tensor:
        distinct, where = torch.unique(batch.words, return_inverse=True)
        vectors = model.vectors(*(table[distinct] for table in one.tables))[where]
        vectors = vectors * (torch.rand(vectors.shape[:2], device=DEVICE) > FORGOTTEN).unsqueeze(-1)
        logits = model(vectors, batch.gaps, batch.allowed > 0)
        hard = loss_of(logits, batch.allowed)
        return hard if one.opinion is None else (1 - SHARE) * hard + SHARE * _difference(logits, batch, one.opinion)

    plain = [parameter for name, parameter in model.named_parameters() if not name.startswith(("pieces", "groups", "shapes"))]
    kept = [parameter.detach().clone().to(DEVICE) for parameter in model.parameters()]
    for step, _ in enumerate(_learn(model, passes, loss, plain, course, seed), 1):
        newest = [parameter.detach() for parameter in model.parameters()]
        torch._foreach_lerp_(kept, newest, max(1 / (step + 1), SLOWEST))
    with torch.no_grad():
        for parameter, mean in zip(model.parameters(), kept, strict=True):
            parameter.copy_(mean)
    torch.save(model.cpu().state_dict(), keep)


def _difference(logits: Tensor, batch: Batch, opinion: Sequence[np.ndarray]) -> Tensor:
    """Return the mean divergence of the student's from the teacher's probabilities, over real words."""
    target = np.zeros(logits.shape, dtype=np.float32)
    for row, i in enumerate(batch.chosen):
        target[row, : len(opinion[i])] = opinion[i]
    real = batch.allowed > 0
    wanted = torch.from_numpy(target).to(logits.device)
    each = functional.kl_div(torch.log_softmax(logits.float(), dim=-1), wanted, reduction="none", log_target=True).sum(dim=-1)
    return (each * real).sum() / real.sum()


def _cut(rows: Tensor, batch: Batch) -> Tensor:
    """Return the pieces of the batch's words, -1 where no word stands, as many a word as the longest has, MOST at most."""
    pieces = rows[batch.words].masked_fill((batch.allowed == 0).unsqueeze(-1), -1)[:, :, :MOST]
    most = int((pieces >= 0).sum(dim=2).max())
    return pieces[:, :, :most]
