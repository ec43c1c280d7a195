"""Points into another tracker: `ingest.py NAME FOLDER POINTS`. Prints JSON: the seconds until they are in."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request

name, folder, points = sys.argv[1], sys.argv[2], int(sys.argv[3])


def tensorboard():
    from tensorboardX import SummaryWriter

    writer = SummaryWriter(folder)
    began = time.perf_counter()
    for step in range(points // 2):
        writer.add_scalar("loss", 1 / (step + 1), step)
        writer.add_scalar("accuracy", step / points, step)
    writer.close()
    return time.perf_counter() - began


def mlflow_server():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "mlflow", "server", "--port", str(port), "--workers", "1"]
    command += ["--backend-store-uri", f"sqlite:///{folder}/mlflow.db", "--artifacts-destination", folder]
    server = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 120
        while True:
            try:
                urllib.request.urlopen(f"{address}/health", timeout=2).read()
                break
            except OSError:
                if time.monotonic() > until or server.poll() is not None:
                    raise
                time.sleep(0.1)
        from mlflow import MlflowClient
        from mlflow.entities import Metric

        client = MlflowClient(address)
        run = client.create_run(client.create_experiment("bench")).info.run_id
        batches = [
            [
                Metric(metric, 1 / (step + 1), 1_700_000_000_000 + step, step)
                for step in range(first, min(first + 500, points // 2))
                for metric in ("loss", "accuracy")
            ]
            for first in range(0, points // 2, 500)
        ]
        began = time.perf_counter()
        for batch in batches:
            client.log_batch(run, metrics=batch)
        return time.perf_counter() - began
    finally:
        server.terminate()
        server.wait(30)


os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
print(json.dumps({"seconds": mlflow_server() if name == "mlflow server" else tensorboard()}))
