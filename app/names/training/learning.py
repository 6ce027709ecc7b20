"""How teacher and student learn: one pass each, the rate rising then falling, progress on standard error."""

import math
import random
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from app.names.training.batches import Batch, Vocabulary, batches, loss_of, numbered
from app.names.training.corpora import Example
from app.names.training.student import Student
from app.names.training.teacher import Teacher

WARM: Final = 0.06  # of all steps the rate rises
SHARE: Final = 0.7  # of the student's loss that the teacher decides
EVERY: Final = 20  # steps between lines of progress


def learn(
    model: torch.nn.Module,
    arrays: Sequence[np.ndarray],
    loss: Callable[[Batch], Tensor],
    *,
    rates: Sequence[tuple[Sequence[torch.nn.Parameter], float]],
    words: int,
    passes: int,
    seed: int,
    keep: Path,
) -> None:
    """Run over `arrays` `passes` times. `rates` pairs parameters with their highest rate; weights are kept as they come."""
    optimiser = torch.optim.AdamW([{"params": list(part), "lr": rate} for part, rate in rates], weight_decay=0.01, betas=(0.9, 0.98))
    highest = [rate for _, rate in rates]
    chance = random.Random(seed)
    plan = [batch for _ in range(passes) for batch in batches(arrays, words, chance)]
    began, mean, last = time.monotonic(), 0.0, time.monotonic()
    model.train()
    for step, batch in enumerate(plan):
        share = (step + 1) / len(plan)
        factor = share / WARM if share < WARM else max(0.02, 0.5 * (1 + math.cos(math.pi * (share - WARM) / (1 - WARM))))
        for group, rate in zip(optimiser.param_groups, highest, strict=True):
            group["lr"] = rate * factor
        value = loss(batch)
        optimiser.zero_grad()
        value.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        mean = 0.98 * mean + 0.02 * float(value) if step else float(value)
        if step % EVERY == 0:
            sys.stderr.write(f"step {step} of {len(plan)}  loss {mean:.4f}  {time.monotonic() - began:.0f} s\n")
            sys.stderr.flush()
        if time.monotonic() - last > 240:
            torch.save(model.state_dict(), keep)
            last = time.monotonic()
    torch.save(model.state_dict(), keep)


def teach(model: Teacher, examples: Sequence[Example], pieces: dict[str, int], *, passes: int, seed: int, keep: Path) -> None:
    """Train the teacher on annotated text."""
    known = Vocabulary(pieces)
    arrays = numbered(examples, known)
    rows, _, shapes = known.tables()

    def loss(batch: Batch) -> Tensor:
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits = model(_cut(rows, batch), shapes[batch.words], batch.gaps)
        return loss_of(logits, batch.allowed)

    encoder = list(model.encoder.parameters())
    chosen = {id(parameter) for parameter in encoder}
    rest = [parameter for parameter in model.parameters() if id(parameter) not in chosen]
    learn(model, arrays, loss, rates=((encoder, 1.2e-4), (rest, 1e-3)), words=1600, passes=passes, seed=seed, keep=keep)


def opinions(model: Teacher, examples: Sequence[Example], pieces: dict[str, int]) -> list[np.ndarray]:
    """Return the teacher's log probabilities for each word of each example, as half-precision floats."""
    known = Vocabulary(pieces)
    arrays = numbered(examples, known)
    rows, _, shapes = known.tables()
    found: list[np.ndarray] = [np.zeros(0)] * len(arrays)
    model.eval()
    with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
        for batch in batches(arrays, 4000, random.Random(0)):
            logits = model(_cut(rows, batch), shapes[batch.words], batch.gaps)
            log = torch.log_softmax(logits.float(), dim=-1).numpy().astype(np.float16)
            for row, i in enumerate(batch.chosen):
                found[i] = log[row, : arrays[i].shape[1]]
    return found


def study(
    model: Student,
    examples: Sequence[Example],
    opinion: Sequence[np.ndarray] | None,
    pieces: dict[str, int],
    *,
    passes: int,
    seed: int,
    keep: Path,
) -> None:
    """Train the student on annotated text and, if there is one, on the teacher's opinion of it."""
    known = Vocabulary(pieces)
    arrays = numbered(examples, known)
    tables = known.tables()

    def loss(batch: Batch) -> Tensor:
        distinct, where = torch.unique(batch.words, return_inverse=True)
        vectors = model.vectors(*(table[distinct] for table in tables))[where]
        logits = model(vectors, batch.gaps, batch.allowed > 0)
        hard = loss_of(logits, batch.allowed)
        return hard if opinion is None else (1 - SHARE) * hard + SHARE * _difference(logits, batch, opinion)

    plain = [parameter for name, parameter in model.named_parameters() if not name.startswith(("pieces", "groups", "shapes"))]
    rows = [parameter for name, parameter in model.named_parameters() if name.startswith(("pieces", "groups", "shapes"))]
    learn(model, arrays, loss, rates=((plain, 2e-3), (rows, 3e-3)), words=2400, passes=passes, seed=seed, keep=keep)


def _difference(logits: Tensor, batch: Batch, opinion: Sequence[np.ndarray]) -> Tensor:
    """Return the mean divergence of the student's from the teacher's probabilities, over real words."""
    target = torch.full(logits.shape, 0.0)
    for row, i in enumerate(batch.chosen):
        target[row, : len(opinion[i])] = torch.from_numpy(opinion[i].astype(np.float32))
    real = batch.allowed > 0
    each = functional.kl_div(torch.log_softmax(logits, dim=-1), target, reduction="none", log_target=True).sum(dim=-1)
    return (each * real).sum() / real.sum()


def _cut(rows: Tensor, batch: Batch) -> Tensor:
    """Return the pieces of the batch's words, -1 where no word stands, as many a word as the longest has."""
    pieces = rows[batch.words].masked_fill((batch.allowed == 0).unsqueeze(-1), -1)
    most = int((pieces >= 0).sum(dim=2).max())
    return pieces[:, :, :most]
