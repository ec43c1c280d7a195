"""PyTorch: the optimizer's learning rate as a live parameter, and a model's gradients as metrics.

    from loopbook.adapters.pytorch import watch
    watch(optimizer, run)                       # `run.params.lr` is the optimizer's from now on
    for batch in run.steps(loader): …           # changes come in at each safe point
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, Optional

from ._seam import live, run_of

if TYPE_CHECKING:
    from loopbook import Run

__all__ = ["log_gradients", "watch"]


def watch(optimizer: Any, run: "Optional[Run]" = None, *, name: str = "lr", scheduler: Any = None) -> Any:
    """Makes the learning rate a parameter of the notebook. Returns the optimizer.

    Groups with rates of their own keep their proportions. Give the `scheduler`, if there is one: a change is then of its
    base rate, so that the schedule goes on from the new one.
    """
    groups: "list[Dict[str, Any]]" = optimizer.param_groups
    first = float(groups[0]["lr"])
    base = [float(one) for one in getattr(scheduler, "base_lrs", [])]
    told = base[0] if base else first
    now = [told]

    def apply(value: float) -> None:
        factor = value / now[0] if now[0] else None
        for at, group in enumerate(groups):
            group["lr"] = _as(group["lr"], float(group["lr"]) * factor if factor is not None else value)
            if "initial_lr" in group:
                group["initial_lr"] = group["initial_lr"] * factor if factor is not None else value
            if at < len(base):
                scheduler.base_lrs[at] = scheduler.base_lrs[at] * factor if factor is not None else value
        now[0] = value

    live(run_of(run), name, told, apply, "learning rate of the optimizer")
    return optimizer


def _as(before: Any, value: float) -> Any:
    """A rate that is a tensor stays one: compiled optimizers read it there."""
    fill = getattr(before, "fill_", None)
    return fill(value) if callable(fill) else value


def log_gradients(model: Any, run: "Optional[Run]" = None, *, step: Optional[int] = None) -> float:
    """The norm of all gradients, logged as `grad_norm` and returned. Call it between `backward` and `step`."""
    squares = [float(one.grad.detach().norm()) ** 2 for one in model.parameters() if one.grad is not None]
    norm = sum(squares) ** 0.5
    run_of(run).log({"grad_norm": norm}, step=step)
    return norm
