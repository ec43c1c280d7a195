"""run_raw.py INPUT [OUTPUT]: the floor. The kernel's sockets and a loop, no runner, no document.

Cells are sent one after the other: a request on the shell channel, then everything until its idle status and its
reply are in. With OUTPUT, streams are kept and written at the end, so that the figure in the last cell can be read.
Prints JSON: seconds from the kernel's start to its first answer, and of the cells.
"""

import hashlib
import hmac
import json
import os
import subprocess
import sys
import tempfile
import time
import uuid

import zmq

with open(sys.argv[1], encoding="utf-8") as file:
    notebook = json.load(file)

folder = tempfile.mkdtemp()
key = uuid.uuid4().hex
connection = {"transport": "ipc", "ip": os.path.join(folder, "k"), "key": key, "signature_scheme": "hmac-sha256"}
for number, channel in enumerate(("shell", "iopub", "stdin", "control", "hb"), start=1):
    connection[f"{channel}_port"] = number
path = os.path.join(folder, "kernel.json")
with open(path, "w", encoding="utf-8") as file:
    json.dump(connection, file)

began = time.perf_counter()
kernel = subprocess.Popen([sys.executable, "-m", "ipykernel_launcher", "-f", path], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
context = zmq.Context()


def connect(kind, number):
    socket = context.socket(kind)
    socket.connect(f"ipc://{connection['ip']}-{number}")
    return socket


shell = connect(zmq.DEALER, 1)
iopub = connect(zmq.SUB, 2)
iopub.subscribe(b"")
session = uuid.uuid4().hex


def send(kind, content):
    header = {
        "msg_id": uuid.uuid4().hex,
        "session": session,
        "username": "",
        "date": "2026-01-01T00:00:00Z",
        "msg_type": kind,
        "version": "5.3",
    }
    frames = [json.dumps(part).encode() for part in (header, {}, {}, content)]
    signature = hmac.new(key.encode(), digestmod=hashlib.sha256)
    for frame in frames:
        signature.update(frame)
    shell.send_multipart([b"<IDS|MSG>", signature.hexdigest().encode(), *frames])
    return header["msg_id"]


def receive(socket):
    parts = socket.recv_multipart()
    at = parts.index(b"<IDS|MSG>")
    header, parent, _, content = (json.loads(part) for part in parts[at + 2 : at + 6])
    return header["msg_type"], parent.get("msg_id"), content


def run(code):
    sent = send("execute_request", {"code": code, "silent": False, "store_history": True, "allow_stdin": False})
    text = []
    while True:
        kind, parent, content = receive(iopub)
        if parent == sent and kind == "stream":
            text.append(content["text"])
        if parent == sent and kind == "status" and content["execution_state"] == "idle":
            break
    receive(shell)
    return "".join(text)


asked = send("kernel_info_request", {})
receive(shell)
# The subscription may be slower than the first answer; from here on nothing is missed.
while True:
    if iopub.poll(50):
        receive(iopub)
    else:
        break
    if not iopub.poll(0):
        break
ready = time.perf_counter()
for cell in notebook["cells"]:
    text = run("".join(cell["source"]))
    if text:
        cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": text}]
done = time.perf_counter()
kernel.kill()
kernel.wait()
if len(sys.argv) > 2:
    with open(sys.argv[2], "w", encoding="utf-8") as file:
        json.dump(notebook, file)
print(json.dumps({"start": ready - began, "cells": done - ready, "whole": done - began}))
os._exit(0)
