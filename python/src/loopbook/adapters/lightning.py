"""Lightning: everything that modules log, their hyperparameters, pause and stop between batches, a live learning rate.

    from loopbook.adapters.lightning import LoopbookCallback, LoopbookLogger
    Trainer(max_epochs=20, logger=LoopbookLogger(run), callbacks=[LoopbookCallback(run)]).fit(model, data)
"""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING, Any, Dict, Optional

from lightning.pytorch.callbacks import Callback
from lightning.pytorch.loggers.logger import Logger, rank_zero_experiment
from lightning.pytorch.utilities import rank_zero_only

from ._seam import Rounds, numbers, run_of, simple, table
from .pytorch import watch

if TYPE_CHECKING:
    from loopbook import Run

__all__ = ["LoopbookCallback", "LoopbookLogger"]


class LoopbookLogger(Logger):  # type: ignore[misc]
    """What `self.log(…)` of a module says, at the trainer's global step."""

    def __init__(self, run: "Optional[Run]" = None) -> None:
        super().__init__()
        self._run = run_of(run)

    @property
    def name(self) -> str:
        return self._run.name

    @property
    def version(self) -> str:
        return self._run.run_id

    @property
    @rank_zero_experiment
    def experiment(self) -> "Run":
        return self._run

    @rank_zero_only
    def log_hyperparams(self, params: "Dict[str, Any] | Namespace", *args: Any, **kwargs: Any) -> None:
        named = vars(params) if isinstance(params, Namespace) else dict(params)
        if named:
            self._run.show(table("hyperparameter", simple(named)), name="hyperparameters")

    @rank_zero_only
    def log_metrics(self, metrics: "Dict[str, float]", step: Optional[int] = None) -> None:
        self._run.log(numbers(metrics), step=step)


class LoopbookCallback(Callback):  # type: ignore[misc]
    """Pause and stop act before each batch. `live`: the first optimizer's `lr` may be changed in the notebook."""

    def __init__(self, run: "Optional[Run]" = None, *, live: bool = True) -> None:
        self._run = run_of(run)
        self._live = live
        self._rounds: Optional[Rounds] = None

    def on_train_start(self, trainer: Any, pl_module: Any) -> None:
        total = trainer.max_epochs if trainer.max_epochs and trainer.max_epochs > 0 else None
        self._rounds = Rounds(self._run, total=total, first=trainer.current_epoch, label="epoch")
        if self._live and trainer.optimizers:
            schedulers = [one.scheduler for one in trainer.lr_scheduler_configs]
            watch(trainer.optimizers[0], self._run, scheduler=schedulers[0] if schedulers else None)

    def on_train_epoch_start(self, trainer: Any, pl_module: Any) -> None:
        if self._rounds is not None and not self._rounds.next():
            trainer.should_stop = True

    def on_train_batch_start(self, trainer: Any, pl_module: Any, batch: Any, batch_idx: int) -> Optional[int]:
        if self._run.checkpoint():
            return None
        trainer.should_stop = True
        # Lightning's way to pass over the rest of the epoch.
        return -1

    def on_train_end(self, trainer: Any, pl_module: Any) -> None:
        if self._rounds is not None:
            self._rounds.close()

    def on_exception(self, trainer: Any, pl_module: Any, exception: BaseException) -> None:
        self._run.event("exception", f"{type(exception).__name__}: {exception}", step=trainer.global_step)
        self.on_train_end(trainer, pl_module)
