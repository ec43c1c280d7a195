"""Optuna: each trial a point, the best so far, the table of trials; pause and stop between trials.

    from loopbook.adapters.optuna import LoopbookCallback
    study.optimize(objective, n_trials=100, callbacks=[LoopbookCallback(run)])
"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Any, Optional

from ._seam import numbers, run_of, table

if TYPE_CHECKING:
    from loopbook import Run

__all__ = ["LoopbookCallback"]


class LoopbookCallback:
    """Logs `value` (or one a direction) and `best`, and numeric parameters as `param/…`, at the trial's number.

    `rows`: how many of the best trials the table in the notebook has; 0: there is none.
    """

    def __init__(self, run: "Optional[Run]" = None, *, rows: int = 20) -> None:
        self._run = run_of(run)
        self._rows = rows
        # `n_jobs`: trials end in several threads.
        self._lock = Lock()

    def __call__(self, study: Any, trial: Any) -> None:
        with self._lock:
            self._tell(study, trial)
        if not self._run.checkpoint():
            study.stop()

    def _tell(self, study: Any, trial: Any) -> None:
        state = trial.state.name
        if state != "COMPLETE":
            self._run.event(f"trial {state.lower()}", f"Trial {trial.number} {state.lower()}", step=trial.number)
            return
        metrics = numbers(trial.params, "param/")
        names = getattr(study, "metric_names", None) or []
        if len(trial.values) == 1:
            metrics[names[0] if names else "value"] = trial.values[0]
            metrics["best"] = study.best_value
        else:
            for at, value in enumerate(trial.values):
                metrics[names[at] if at < len(names) else f"value {at}"] = value
        if trial.duration is not None:
            metrics["seconds"] = trial.duration.total_seconds()
        self._run.log(metrics, step=trial.number)
        if self._rows > 0:
            self._show(study)

    def _show(self, study: Any) -> None:
        done = [trial for trial in study.get_trials(deepcopy=False) if trial.state.name == "COMPLETE"]
        if len(study.directions) == 1:
            sign = 1 if study.direction.name == "MINIMIZE" else -1
            done.sort(key=lambda trial: sign * trial.value)
        else:
            done = study.best_trials
        rows = {
            f"trial {trial.number}": f"{', '.join(f'{value:.6g}' for value in trial.values)} · {trial.params}"
            for trial in done[: self._rows]
        }
        self._run.show(table(f"{study.study_name}: best of {len(study.get_trials(deepcopy=False))} trials", rows), "study")
