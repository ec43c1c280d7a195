/** What a new notebook may begin with. Pure. */
import type { KernelSpecView } from "../../api/http.ts";

export interface TemplateCell {
  readonly id: string;
  readonly cell_type: "code" | "markdown";
  readonly metadata: { readonly tags?: readonly string[] };
  readonly source: string;
  readonly outputs?: readonly [];
  readonly execution_count?: null;
}

export interface TemplateNotebook {
  readonly nbformat: 4;
  readonly nbformat_minor: 5;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly cells: readonly TemplateCell[];
}

const text = (id: string, source: string): TemplateCell => ({
  id,
  cell_type: "markdown",
  metadata: {},
  source,
});
const code = (id: string, source: string, ...tags: string[]): TemplateCell => ({
  id,
  cell_type: "code",
  metadata: tags.length === 0 ? {} : { tags },
  source,
  outputs: [],
  execution_count: null,
});

const CELLS: Readonly<Record<string, readonly TemplateCell[]>> = {
  pipeline: [
    text("title", "# A pipeline\n\nWhat it makes, and of what."),
    code(
      "parameters",
      "learning_rate: float = 0.01  # 0.0001 … 1, the size of a step\nepochs: int = 10  # 1 … 100\nmodel = 'small'  # one of: small, large",
      "parameters",
    ),
    text("load-text", "## Data"),
    code("load", "data = list(range(100))\nlen(data)"),
    text("train-text", "## Training"),
    code(
      "train",
      "import time\n\nloss = 1.0\nfor epoch in range(epochs):\n    loss *= 1 - learning_rate\n    print(f'epoch {epoch + 1}: loss {loss:.4f}')\n    time.sleep(0.1)",
    ),
    text("result-text", "## Result"),
    code("result", "{'model': model, 'loss': loss}"),
  ],
  evaluation: [
    text("title", "# An evaluation\n\nMeasures, shows what it measured, and waits until somebody approves."),
    code("parameters", "threshold: float = 0.9  # 0 … 1, what is good enough", "parameters"),
    text("measure-text", "## Measure"),
    code("measure", "scores = {'accuracy': 0.93, 'recall': 0.88}\nscores"),
    text(
      "hold-text",
      "## Is it good enough?\n\nThe run waits before the next cell. Approve, and it goes on; refuse, and it ends.",
    ),
    code("decide", "accepted = scores['accuracy'] >= threshold\naccepted", "hold"),
    text("after-text", "## After the approval"),
    code("after", "print('published' if accepted else 'kept back')"),
  ],
};

/** @param spec the kernel that it names; null: none. */
export function templateNotebook(id: string, spec: KernelSpecView | null): TemplateNotebook {
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata:
      spec === null
        ? {}
        : { kernelspec: { name: spec.name, display_name: spec.displayName, language: spec.language } },
    cells: CELLS[id] ?? [code("first", "")],
  };
}
