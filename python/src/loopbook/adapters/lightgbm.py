"""LightGBM: metrics of each round, pause and stop between rounds, the learning rate as a live parameter.

    from loopbook.adapters.lightgbm import LoopbookCallback
    lightgbm.train(params, train_set, 200, valid_sets=[test_set], callbacks=[LoopbookCallback(run)])
    LGBMClassifier().fit(X, y, eval_set=[(X_test, y_test)], callbacks=[LoopbookCallback(run)])
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional

from lightgbm.callback import EarlyStopException

from ._seam import Rounds, live, run_of

if TYPE_CHECKING:
    from loopbook import Run

__all__ = ["LoopbookCallback"]


class LoopbookCallback:
    """Called by LightGBM after each round. `live`: people may change `learning_rate`; the next round takes it."""

    order = 30
    before_iteration = False

    def __init__(self, run: "Optional[Run]" = None, *, live: bool = True) -> None:
        self._run = run_of(run)
        self._live = live
        self._rounds: Optional[Rounds] = None
        self._model: Any = None

    def __call__(self, env: Any) -> None:
        self._model = env.model
        if self._rounds is None:
            self._begin(env)
        metrics = {f"{one[0]}/{one[1]}": float(one[2]) for one in env.evaluation_result_list or []}
        if metrics:
            self._run.log(metrics, step=env.iteration)
        goes_on = self._rounds is None or self._rounds.next()
        if env.iteration + 1 >= env.end_iteration:
            self._end()
        if not goes_on:
            self._end()
            raise EarlyStopException(env.iteration, env.evaluation_result_list)

    def _begin(self, env: Any) -> None:
        self._rounds = Rounds(self._run, total=env.end_iteration, first=env.begin_iteration, label="boosting round")
        # The first round is over already.
        self._rounds.next()
        # `cv` has several boosters in one, of which none has a rate of its own.
        if self._live and hasattr(env.model, "reset_parameter") and not hasattr(env.model, "boosters"):
            rate = next((float(env.params[name]) for name in ("learning_rate", "eta", "shrinkage_rate") if name in env.params), 0.1)
            live(self._run, "learning_rate", rate, self._set, "step size of each boosting round")

    def _end(self) -> None:
        if self._rounds is not None:
            self._rounds.close()
        self._rounds = self._model = None

    def _set(self, value: float) -> None:
        # Not of a booster that is gone: LightGBM would end the process.
        if self._model is not None:
            self._model.reset_parameter({"learning_rate": value})
