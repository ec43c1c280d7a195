/** What the pictures of files and outputs show. */
import { codeCell, markdownCell, notebookOf } from "../browser-support.ts";

export const folderFiles: Readonly<Record<string, string>> = {
  "scores.csv": `model,fold,f1,seconds\n${["svm", "forest", "boosting"]
    .flatMap((model, at) =>
      [1, 2, 3, 4, 5].map((fold) => `${model},${fold},0.9${(at * 3 + fold) % 10},${fold * 7 + at}`),
    )
    .join("\n")}\n`,
  "notes.md":
    "# Notes\n\nThe second run *swings*: try a lower rate.\n\n- [x] rate 0.02\n- [ ] more variants\n\n| rate | f1 |\n|---|---|\n| 0.15 | 0.91 |\n| 0.02 | 0.97 |\n",
  "train.py": "import loopbook\n\nfor epoch in range(10):\n    loopbook.log(loss=1 / (1 + epoch))\n",
};

interface Shown {
  readonly id: string;
  readonly says: string;
  readonly source: string;
}

const TEXT = [
  "# Outputs",
  "",
  "Text with $\\nabla L(\\theta)$ and a diagram.",
  "",
  "```mermaid",
  "flowchart LR",
  "  data --> train --> evaluate",
  "  evaluate -->|not good enough| train",
  "```",
].join("\n");

const CODE: readonly Shown[] = [
  {
    id: "frame",
    says: "A DataFrame",
    source:
      "import numpy as np, pandas as pd\nrng = np.random.default_rng(1)\nframe = pd.DataFrame({'epoch': range(400), 'loss': np.exp(-np.arange(400) / 90) + rng.normal(0, .02, 400), 'set': ['train', 'test'] * 200})\nframe",
  },
  {
    id: "vega",
    says: "A Vega-Lite chart",
    source:
      "import altair as alt\nalt.Chart(frame).mark_line().encode(x='epoch', y='loss', color='set').properties(width=520, height=180)",
  },
  {
    id: "plotly",
    says: "A Plotly chart",
    source: "import plotly.express as px\npx.scatter(frame, x='epoch', y='loss', color='set', height=320)",
  },
  {
    id: "widgets",
    says: "Widgets",
    source:
      "import ipywidgets as widgets\nwidgets.VBox([widgets.FloatSlider(description='rate', value=.3), widgets.Dropdown(options=['adam', 'sgd'], description='optimiser'), widgets.IntProgress(value=7, description='epochs')])",
  },
  {
    id: "image",
    says: "A figure",
    source:
      "import matplotlib.pyplot as plt\nplt.figure(figsize=(5, 2.4)); plt.plot(frame.loss); plt.title('loss'); plt.show()",
  },
  {
    id: "json",
    says: "JSON",
    source:
      "from IPython.display import JSON\nJSON({'model': 'svm', 'folds': [{'f1': .91}, {'f1': .93}], 'tuned': True})",
  },
  {
    id: "log",
    says: "A long log",
    source:
      "for step in range(300):\n    print('\\x1b[32mstep\\x1b[0m', step, 'loss', round(1 / (1 + step), 4))",
  },
  {
    id: "error",
    says: "An error",
    source:
      "def score(rows):\n    return float(frame.loss.sum()) / len(rows)\n\n\nscore(frame[frame.loss > 9].to_dict('list')['set'])",
  },
];

export const galleryCells: readonly Pick<Shown, "id" | "says">[] = [
  { id: "text", says: "Text, formulas and diagrams" },
  ...CODE,
];

export const gallery = notebookOf([
  markdownCell("text", TEXT),
  ...CODE.map(({ id, source }) => codeCell(id, source)),
]);
