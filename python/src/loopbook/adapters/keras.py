"""Keras 3: metrics of epochs (and batches), pause and stop between batches, the learning rate as a live parameter.

    from loopbook.adapters.keras import LoopbookCallback
    model.fit(x, y, epochs=20, validation_split=0.1, callbacks=[LoopbookCallback(run)])
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, Optional

import keras

from ._seam import Rounds, live, numbers, run_of

if TYPE_CHECKING:
    from loopbook import Run

__all__ = ["LoopbookCallback"]


class LoopbookCallback(keras.callbacks.Callback):  # type: ignore[misc]
    """`every`: batches between two points of `batch/…`; 0: epochs alone. `live`: `lr` may be changed in the notebook."""

    def __init__(self, run: "Optional[Run]" = None, *, every: int = 0, live: bool = True) -> None:
        super().__init__()
        self._run = run_of(run)
        self._every = every
        self._live = live
        self._batches = 0
        self._rounds: Optional[Rounds] = None

    def on_train_begin(self, logs: "Optional[Dict[str, Any]]" = None) -> None:
        self._rounds = Rounds(self._run, total=self.params.get("epochs"), label="epoch")
        lines: "list[str]" = []
        self.model.summary(print_fn=lambda text, *_, **__: lines.append(str(text)))
        self._run.show("\n".join(lines), name="model")
        rate = getattr(self.model.optimizer, "learning_rate", None)
        # A schedule sets it by itself.
        if self._live and rate is not None and not callable(rate) and not _is_scheduled(self.model.optimizer):
            live(self._run, "lr", float(rate), self._set, "learning rate of the optimizer")

    def on_epoch_begin(self, epoch: int, logs: "Optional[Dict[str, Any]]" = None) -> None:
        if self._rounds is not None and not self._rounds.next():
            self.model.stop_training = True

    def on_train_batch_begin(self, batch: int, logs: "Optional[Dict[str, Any]]" = None) -> None:
        if not self._run.checkpoint():
            self.model.stop_training = True

    def on_train_batch_end(self, batch: int, logs: "Optional[Dict[str, Any]]" = None) -> None:
        self._batches += 1
        if self._every and self._batches % self._every == 0:
            self._run.log(numbers(logs, "batch/"), step=self._batches)

    def on_epoch_end(self, epoch: int, logs: "Optional[Dict[str, Any]]" = None) -> None:
        self._run.log(numbers(logs), step=epoch)

    def on_train_end(self, logs: "Optional[Dict[str, Any]]" = None) -> None:
        if self._rounds is not None:
            self._rounds.close()

    def _set(self, value: float) -> None:
        self.model.optimizer.learning_rate = value


def _is_scheduled(optimizer: Any) -> bool:
    return isinstance(getattr(optimizer, "_learning_rate", None), keras.optimizers.schedules.LearningRateSchedule)
