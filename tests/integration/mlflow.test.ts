/** A script that logs to MLflow, with MLflow's own client, logs here by its tracking address alone. */
import { execFile } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningServer, startServer } from "../../src/server/server.ts";
import type { Host } from "../../src/usecases/host.ts";
import type { RunId } from "../../src/util/ids.ts";
import { silentLogger } from "../../src/util/logger.ts";
import { createLocalHost } from "../../src/worker/local-host.ts";
import { PYTHON } from "./cli-support.ts";

const base = realpathSync(mkdtempSync(join(tmpdir(), "loopbook-mlflow-")));
const stateFolder = join(base, "state");
let host: Host;
let server: RunningServer;
const start = async (): Promise<void> => {
  host = createLocalHost({ stateFolder, version: "1", logger: silentLogger });
  server = await startServer({
    host,
    folder: base,
    port: 0,
    kind: "up",
    stateFolder,
    version: "1",
    logger: silentLogger,
  });
};
const stop = async (): Promise<void> => {
  await server.close();
  await host.close();
};
beforeAll(start);
afterAll(async () => {
  await stop();
  rmSync(base, { recursive: true, force: true });
});

async function python(script: string): Promise<unknown> {
  const env = {
    ...process.env,
    MLFLOW_TRACKING_URI: server.url,
    MLFLOW_TRACKING_TOKEN: server.token,
    MLFLOW_DISABLE_TELEMETRY: "true",
    MPLBACKEND: "agg",
  };
  const { stdout } = await promisify(execFile)(PYTHON, ["-W", "ignore", "-c", script], { env, cwd: base });
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "null");
}

const LOGGING = `
import json, mlflow
import matplotlib.pyplot as plt
mlflow.set_experiment("churn / a")
with mlflow.start_run(run_name="first", tags={"team": "x"}) as run:
    mlflow.log_params({"lr": 0.01, "depth": 4, "name": "adam", "flag": True})
    for step in range(5):
        mlflow.log_metric("loss", 1 / (step + 1), step=step)
        mlflow.log_metrics({"acc": step / 10, "odd": float("nan")}, step=step)
    figure = plt.figure(); plt.plot([1, 2]); mlflow.log_figure(figure, "plots/curve.png")
    mlflow.log_dict({"a": 1}, "conf.json"); mlflow.log_text("hello", "note.md")
    try: mlflow.log_param("lr", 0.2); again = "taken"
    except mlflow.MlflowException as refused: again = refused.error_code
client = mlflow.MlflowClient()
kept = client.get_run(run.info.run_id)
print(json.dumps({
    "id": run.info.run_id, "status": kept.info.status, "params": kept.data.params, "again": again,
    "loss": kept.data.metrics["loss"],
    "history": [[one.step, one.value] for one in client.get_metric_history(run.info.run_id, "loss")],
    "artifacts": [one.path for one in client.list_artifacts(run.info.run_id)],
    "dict": mlflow.artifacts.load_dict(run.info.artifact_uri + "/conf.json"),
    "found": len(client.search_runs([run.info.experiment_id], "metrics.loss < 0.5 and params.lr = '0.01' and tags.team LIKE 'x%'")),
    "failed": len(client.search_runs([run.info.experiment_id], "attributes.status = 'FAILED'")),
}))
`;
const HISTORY = [0, 1, 2, 3, 4].map((step) => [step, 1 / (step + 1)]);

test("everything comes back, and stands in a notebook; a restart changes nothing; what is said again counts once", async () => {
  const told = (await python(LOGGING)) as { readonly id: string };
  expect(told).toMatchObject({
    status: "FINISHED",
    params: { lr: "0.01", depth: "4", name: "adam", flag: "True" },
    again: "INVALID_PARAMETER_VALUE",
    loss: 0.2,
    history: HISTORY,
    artifacts: ["conf.json", "note.md", "plots"],
    dict: { a: 1 },
    found: 1,
    failed: 0,
  });
  const series = async () => {
    const run = await host.attachedRuns?.get(`run_${told.id}` as RunId);
    return Object.fromEntries(
      (run?.telemetry.series() ?? []).map(({ name, count, last }) => [name, [count, last]]),
    );
  };
  await expect.poll(series).toMatchObject({ loss: [5, 0.2], acc: [5, 0.4], odd: [5, Number.NaN] });

  await stop();
  await start();
  const again = await python(`
import json, mlflow
client = mlflow.MlflowClient()
point = client.get_metric_history("${told.id}", "loss")[-1]
for _ in range(3): client.log_metric("${told.id}", point.key, point.value, timestamp=point.timestamp, step=point.step)
print(json.dumps({"history": [[one.step, one.value] for one in client.get_metric_history("${told.id}", "loss")],
    "loss": client.get_run("${told.id}").data.metrics["loss"], "text": mlflow.artifacts.load_text("mlflow-artifacts:/1/${told.id}/artifacts/note.md")}))
`);
  expect(again).toEqual({ history: HISTORY, loss: 0.2, text: "hello" });
});

test("scikit-learn's autolog", async () => {
  const told = await python(`
import json, mlflow
mlflow.sklearn.autolog(log_models=False)
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
with mlflow.start_run() as run: LogisticRegression(max_iter=200, C=0.5).fit(*load_iris(return_X_y=True))
kept = mlflow.get_run(run.info.run_id)
print(json.dumps({"C": kept.data.params["C"], "metrics": "training_score" in kept.data.metrics}))
`);
  expect(told).toEqual({ C: "0.5", metrics: true });
});
