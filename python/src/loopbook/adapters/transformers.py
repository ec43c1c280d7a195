"""Hugging Face Trainer: what it logs, its arguments, pause and stop between steps, the learning rate as a live parameter.

    from loopbook.adapters.transformers import LoopbookCallback
    Trainer(model, args, train_dataset=data, callbacks=[LoopbookCallback(run)]).train()
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, Optional

from transformers import TrainerCallback

from ._seam import Rounds, numbers, run_of, simple, table
from .pytorch import watch

if TYPE_CHECKING:
    from loopbook import Run

__all__ = ["LoopbookCallback"]

_SHOWN = (
    "learning_rate per_device_train_batch_size gradient_accumulation_steps num_train_epochs max_steps weight_decay "
    "warmup_steps warmup_ratio lr_scheduler_type optim seed bf16 fp16 max_grad_norm output_dir"
).split()


class LoopbookCallback(TrainerCallback):  # type: ignore[misc]
    """`live`: `lr` may be changed in the notebook; it is the schedule's base rate, so the schedule goes on from there."""

    def __init__(self, run: "Optional[Run]" = None, *, live: bool = True) -> None:
        self._run = run_of(run)
        self._live = live
        self._rounds: Optional[Rounds] = None

    def on_train_begin(self, args: Any, state: Any, control: Any, **given: Any) -> None:
        if not state.is_world_process_zero:
            return
        shown = {name: getattr(args, name) for name in _SHOWN if getattr(args, name, None) is not None}
        self._run.show(table("training argument", simple(shown)), name="training arguments")
        total = state.max_steps if state.max_steps and state.max_steps > 0 else None
        self._rounds = Rounds(self._run, total=total, first=state.global_step, label="step")
        optimizer = given.get("optimizer")
        if self._live and optimizer is not None and hasattr(optimizer, "param_groups"):
            watch(optimizer, self._run, scheduler=_schedule(given.get("lr_scheduler")))

    def on_step_begin(self, args: Any, state: Any, control: Any, **given: Any) -> None:
        if self._rounds is not None and not self._rounds.next():
            control.should_training_stop = True

    def on_log(self, args: Any, state: Any, control: Any, logs: "Optional[Dict[str, Any]]" = None, **given: Any) -> None:
        if state.is_world_process_zero:
            self._run.log(numbers(logs), step=state.global_step)

    def on_save(self, args: Any, state: Any, control: Any, **given: Any) -> None:
        if state.is_world_process_zero:
            self._run.event("checkpoint", f"Saved at step {state.global_step}", step=state.global_step)

    def on_train_end(self, args: Any, state: Any, control: Any, **given: Any) -> None:
        if self._rounds is not None:
            self._rounds.close()


def _schedule(scheduler: Any) -> Any:
    """Accelerate wraps it."""
    return getattr(scheduler, "scheduler", scheduler)
