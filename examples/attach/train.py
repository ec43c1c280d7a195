"""Learns to read scikit-learn's digits with a small network written out in numpy, joined to a notebook.

    python train.py [NOTEBOOK]        # default: train.ipynb, which is made when it is missing

It runs the same with a server, without one, and while one is killed and started again.
"""

import sys
import time
from pathlib import Path

import loopbook
import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

notebook = Path(sys.argv[1] if len(sys.argv) > 1 else "train.ipynb")
run = loopbook.attach(
    notebook,
    params={
        "lr": loopbook.param(0.02, min=0.001, max=2, help="learning rate: length of a step"),
        "batch_size": loopbook.param(32, min=4, max=512, help="pictures a step"),
        "epochs": loopbook.param(80, min=1, max=1000, help="passes, taken at the start"),
        "seconds_per_epoch": loopbook.param(2.0, min=0, max=60, help="at least, so that there is time to step in"),
    },
)

digits = load_digits()
train_x, test_x, train_y, test_y = train_test_split(
    digits.data / 16, digits.target, test_size=600, random_state=7, stratify=digits.target
)
rng = np.random.default_rng(7)
weights = [rng.normal(0, np.sqrt(2 / 64), (64, 48)), rng.normal(0, np.sqrt(2 / 48), (48, 10))]
biases = [np.zeros(48), np.zeros(10)]


def forward(x):
    hidden = np.maximum(x @ weights[0] + biases[0], 0)
    scores = hidden @ weights[1] + biases[1]
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    return hidden, p / p.sum(axis=1, keepdims=True)


def learn(x, y, lr):
    """One step along the slope of the batch's mean loss."""
    hidden, slope = forward(x)
    slope[np.arange(len(y)), y] -= 1
    slope /= len(y)
    inner = (slope @ weights[1].T) * (hidden > 0)
    for i, (values, part) in enumerate([(x, inner), (hidden, slope)]):
        weights[i] -= lr * (values.T @ part)
        biases[i] -= lr * part.sum(axis=0)


def judge(x, y):
    p = forward(x)[1]
    loss = float(-np.log(p[np.arange(len(y)), y] + 1e-9).mean())
    return loss, float((p.argmax(axis=1) == y).mean()), p.argmax(axis=1)


def confusion_figure(read, title):
    """What was read as what: a figure where matplotlib is installed, else a table."""
    table = np.zeros((10, 10), int)
    np.add.at(table, (test_y, read), 1)
    try:
        from matplotlib.figure import Figure
    except ImportError:
        rows = "".join(
            f"<tr><th>{digit}</th>" + "".join(f"<td>{n or ''}</td>" for n in row) + "</tr>"
            for digit, row in enumerate(table)
        )
        head = "".join(f"<th>{digit}</th>" for digit in range(10))
        return {"text/html": f"<table><caption>{title}</caption><tr><th></th>{head}</tr>{rows}</table>"}
    figure = Figure(figsize=(4.2, 3.8), dpi=110)
    axes = figure.add_subplot()
    # Square roots, so that single errors are seen beside sixty right ones.
    axes.imshow(np.sqrt(table), cmap="Blues", vmin=0, vmax=8)
    for row, column in zip(*np.nonzero(table)):
        colour = "white" if table[row, column] > 25 else "#20242a"
        axes.text(column, row, table[row, column], ha="center", va="center", fontsize=8, color=colour)
    axes.set(xticks=range(10), yticks=range(10), xlabel="read as", ylabel="written")
    axes.set_title(title, fontsize=10)
    return figure


run.print(f"{len(train_x):,} pictures to learn from, {len(test_x)} held back")
test_accuracy, best, lr_before = 0.0, 0.0, None
for epoch in run.steps(range(run.params.epochs), label="epoch"):
    begun = time.monotonic()
    lr, batch_size = run.params.lr, run.params.batch_size
    if lr_before not in (None, lr):
        run.print(f"epoch {epoch + 1}: lr is {lr:g} from here, it was {lr_before:g}")
    lr_before = lr
    order = rng.permutation(len(train_x))
    for at in range(0, len(order), batch_size):
        batch = order[at : at + batch_size]
        learn(train_x[batch], train_y[batch], lr)

    train_loss, train_accuracy, _ = judge(train_x, train_y)
    test_loss, test_accuracy, read = judge(test_x, test_y)
    run.log(
        {
            "loss/train": train_loss,
            "loss/test": test_loss,
            "accuracy/train": train_accuracy,
            "accuracy/test": test_accuracy,
        }
    )
    run.show(confusion_figure(read, f"epoch {epoch + 1}: {test_accuracy:.1%} read rightly"), name="confusion")
    if test_accuracy > best:
        best = test_accuracy
        run.print(f"epoch {epoch + 1}: best so far, {best:.1%} of the pictures held back")
    time.sleep(max(0, run.params.seconds_per_epoch - (time.monotonic() - begun)))

model = notebook.with_name("model.npz")
np.savez_compressed(model, w0=weights[0], w1=weights[1], b0=biases[0], b1=biases[1])
run.save(model)

answer = run.ask(
    f"Release model with {test_accuracy:.1%}?",
    choices=["release", "discard"],
    key=f"release-{run.run_id}",
    item={"text/markdown": f"Accuracy on 600 pictures held back: **{test_accuracy:.1%}**, best epoch {best:.1%}."},
)
if answer == "release":
    model.replace(model.with_name("released.npz"))
run.print(f"answered: {answer}")
print(f"answer: {answer}")
