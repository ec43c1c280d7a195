"""XGBoost: metrics of each round, pause and stop between rounds, the learning rate as a live parameter.

    from loopbook.adapters.xgboost import LoopbookCallback
    xgboost.train(params, dtrain, 200, evals=[(dtest, "test")], callbacks=[LoopbookCallback(run)])
    XGBClassifier(callbacks=[LoopbookCallback(run)]).fit(X, y, eval_set=[(X_test, y_test)])
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Dict, Optional

from xgboost.callback import TrainingCallback

from ._seam import Rounds, live, run_of, table

if TYPE_CHECKING:
    from loopbook import Run

__all__ = ["LoopbookCallback"]


class LoopbookCallback(TrainingCallback):  # type: ignore[misc]
    """`live`: people may change `learning_rate` in the notebook; the next round takes it."""

    def __init__(self, run: "Optional[Run]" = None, *, live: bool = True, importance: bool = True) -> None:
        super().__init__()
        self._run = run_of(run)
        self._live = live
        self._importance = importance
        self._rounds: Optional[Rounds] = None
        self._model: Any = None

    def before_training(self, model: Any) -> Any:
        self._model = model
        self._rounds = Rounds(self._run, label="boosting round")
        if self._live:
            live(self._run, "learning_rate", _learning_rate(model), self._set, "step size of each boosting round")
        return model

    def before_iteration(self, model: Any, epoch: int, evals_log: "Dict[str, Any]") -> bool:
        self._model = model
        # True ends the training.
        return self._rounds is not None and not self._rounds.next()

    def after_iteration(self, model: Any, epoch: int, evals_log: "Dict[str, Any]") -> bool:
        metrics = {
            f"{data}/{name}": _last(values) for data, found in evals_log.items() for name, values in found.items()
        }
        if metrics:
            self._run.log(metrics, step=epoch)
        return False

    def after_training(self, model: Any) -> Any:
        if self._rounds is not None:
            self._rounds.close()
        self._model = None
        if self._importance:
            gains = sorted(model.get_score(importance_type="gain").items(), key=lambda one: -_last(one[1]))[:30]
            if gains:
                self._run.show(table("feature, by gain", {name: f"{_last(gain):.4g}" for name, gain in gains}), "importance")
        return model

    def _set(self, value: float) -> None:
        if self._model is not None:
            self._model.set_param("learning_rate", value)


def _last(values: Any) -> float:
    last = values[-1] if isinstance(values, list) else values
    # With cross-validation it is mean and deviation.
    return float(last[0] if isinstance(last, tuple) else last)


def _learning_rate(model: Any) -> float:
    try:
        learner = json.loads(model.save_config())["learner"]["gradient_booster"]
        found = learner.get("tree_train_param") or learner["updater"]["grow_colmaker"]["train_param"]
        return float(found["learning_rate"])
    except Exception:
        return 0.3
