"""scikit-learn: searches candidate by candidate, `partial_fit` batch by batch, and what a fitted estimator is.

    from loopbook.adapters.sklearn import watch_search, report
    watch_search(GridSearchCV(model, grid), run).fit(X, y)
    report(model, X_test, y_test, run)
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Dict, Iterable, List, Optional, TypeVar

from ._seam import Rounds, numbers, run_of, simple, table

if TYPE_CHECKING:
    from loopbook import Run

__all__ = ["fit_batches", "report", "watch_search"]
Search = TypeVar("Search")
Estimator = TypeVar("Estimator")


def watch_search(search: Search, run: "Optional[Run]" = None) -> Search:
    """A `GridSearchCV`, `RandomizedSearchCV` or halving search whose candidates are told as they are judged.

    Each candidate is a step and a safe point: a stop leaves the search with those that were judged, of which the best is
    refitted. The table of results stands in the notebook and grows. Returns the search itself.
    """
    run = run_of(run)
    there: Any = search
    own = there._run_search

    # With the signature of the search's own: by it scikit-learn tells what it may hand over.
    @functools.wraps(own)
    def run_search(evaluate: Any, **given: Any) -> None:
        rounds = Rounds(run, label=type(search).__name__)
        told = 0

        def evaluate_some(candidates: "Iterable[Dict[str, Any]]", *args: Any, **kwargs: Any) -> Any:
            nonlocal told
            waiting: "List[Dict[str, Any]]" = list(candidates)
            results: Any = None
            # A halving search judges a whole generation at once.
            is_generation = bool(args) or not kwargs.keys() <= {"callback_ctx"}
            size = max(1, len(waiting) if is_generation else _at_once(there))
            if size < len(waiting):
                # It counts the candidates of one call.
                kwargs.pop("callback_ctx", None)
            for first in range(0, len(waiting), size):
                if not rounds.next() and results is not None:
                    break
                results = evaluate(waiting[first : first + size], *args, **kwargs)
                told = _tell_results(run, results, told)
            return results

        try:
            own(evaluate_some, **given)
        finally:
            rounds.close()

    there._run_search = run_search
    return search


def _at_once(search: Any) -> int:
    from joblib import effective_n_jobs

    return int(effective_n_jobs(getattr(search, "n_jobs", None)))


def _tell_results(run: "Run", results: "Dict[str, Any]", told: int) -> int:
    params = results["params"]
    for index in range(told, len(params)):
        row = {name: column[index] for name, column in results.items() if name.startswith("mean_")}
        run.log(numbers(row), step=index)
    scores = {name for name in results if name.startswith("mean_test")}
    order = next((f"rank_{name[5:]}" for name in sorted(scores)), None)
    ranked = sorted(range(len(params)), key=lambda at: results[order][at] if order in results else at)[:100]
    rows = {
        str(params[at]): ", ".join(f"{name[5:]} {results[name][at]:.4g}" for name in sorted(scores)) for at in ranked
    }
    run.show(table(f"{len(params)} candidates, best first", rows), name="cv_results")
    return len(params)


def fit_batches(
    estimator: Estimator,
    batches: "Iterable[Any]",
    run: "Optional[Run]" = None,
    *,
    classes: Any = None,
    test: Any = None,
    total: Optional[int] = None,
) -> Estimator:
    """`partial_fit` over pairs of `X, y`: each batch is a step and a safe point. `test` (`X, y`): its score is logged."""
    run = run_of(run)
    there: Any = estimator
    for index, (X, y) in enumerate(run.steps(batches, total=total, label=type(estimator).__name__)):
        if classes is not None and index == 0:
            there.partial_fit(X, y, classes=classes)
        else:
            there.partial_fit(X, y)
        metrics = numbers({"loss": getattr(there, "loss_", None)})
        if test is not None:
            metrics["score"] = float(there.score(*test))
        if metrics:
            run.log(metrics, step=index)
    return estimator


def report(estimator: Any, X: Any, y: Any, run: "Optional[Run]" = None, *, name: Optional[str] = None) -> float:
    """A fitted estimator: its parameters and, on `X` and `y`, its score, which is returned; for a search the best of it."""
    run = run_of(run)
    title = name or type(estimator).__name__
    run.show(table("parameter", simple(estimator.get_params(deep=False))), name=f"{title} parameters")
    best = getattr(estimator, "best_params_", None)
    if best is not None:
        run.show(table("best", {**simple(best), "score": estimator.best_score_}), name=f"{title} best")
    score = float(estimator.score(X, y))
    run.log({f"{title}/score": score})
    return score
