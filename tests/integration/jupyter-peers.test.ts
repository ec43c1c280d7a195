/** Programs made of Jupyter's own Python parts at our server: its message sessions, its frames, its gateway client. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { CellId } from "../../src/util/ids.ts";
import { aJupyterBench } from "./jupyter-support.ts";
import { codeCell, notebookOf } from "./session-support.ts";
import { aPythonProgram } from "./stock-jupyter-support.ts";

/** Speaks both protocols with the code that Jupyter's own server speaks them with. */
const PEER = `
import json, sys, time, requests, websocket
from jupyter_client.session import Session
from jupyter_server.services.kernels.connection.base import (
    deserialize_binary_message, deserialize_msg_from_ws_v1, serialize_binary_message, serialize_msg_to_ws_v1)

base, token, protocol = sys.argv[1:4]
http = requests.Session()
http.headers["Authorization"] = f"token {token}"
made = http.post(f"{base}/api/sessions", data=json.dumps(
    {"path": "nb.ipynb", "type": "notebook", "kernel": {"name": "python3"}}))
made.raise_for_status()
kernel = made.json()["kernel"]["id"]
session = Session()
v1 = protocol == "v1"
socket = websocket.create_connection(
    f"{base.replace('http', 'ws', 1)}/api/kernels/{kernel}/channels?session_id={session.session}",
    header=[f"Authorization: token {token}"], timeout=40,
    subprotocols=["v1.kernel.websocket.jupyter.org"] if v1 else None)
assert socket.subprotocol == ("v1.kernel.websocket.jupyter.org" if v1 else None), socket.subprotocol

def send(kind, content, channel="shell", buffers=()):
    message = session.msg(kind, content)
    if v1:
        parts = [session.pack(message[part]) for part in ("header", "parent_header", "metadata", "content")]
        socket.send_binary(serialize_msg_to_ws_v1([*parts, *buffers], channel))
    elif buffers:
        socket.send_binary(serialize_binary_message({**message, "channel": channel, "buffers": list(buffers)}))
    else:
        socket.send(json.dumps({**message, "channel": channel, "buffers": []}, default=str))
    return message["header"]["msg_id"]

def receive():
    frame = socket.recv()
    if v1:
        channel, parts = deserialize_msg_from_ws_v1(frame)
        header, parent, metadata, content = [session.unpack(part) for part in parts[:4]]
        return channel, header, parent, content, parts[4:]
    message = deserialize_binary_message(frame) if isinstance(frame, bytes) else json.loads(frame)
    return (message["channel"], message["header"], message["parent_header"], message["content"], message.get("buffers", []))

def run(code):
    asked = send("execute_request", dict(code=code, silent=False, store_history=True, user_expressions={},
                                         allow_stdin=False, stop_on_error=True))
    said, reply, idle = [], None, False
    while not (reply and idle):
        channel, header, parent, content, buffers = receive()
        if parent.get("msg_id") != asked: continue
        assert parent["session"] == session.session
        if header["msg_type"] == "execute_reply": reply = content["status"]
        elif header["msg_type"] == "stream": said.append(content["text"])
        elif header["msg_type"] == "status": idle = content["execution_state"] == "idle"
    return [reply, "".join(said)]

print(json.dumps(run("print('from a client'); shared = 7")), flush=True)
print(json.dumps(run("1/0")), flush=True)
run("""
def opened(comm, message):
    comm.on_msg(lambda said: comm.send({}, buffers=[bytes(said["buffers"][0]) * 2]))
get_ipython().kernel.comm_manager.register_target("twice", opened)""")
send("comm_open", {"comm_id": "c", "target_name": "twice", "data": {}})
send("comm_msg", {"comm_id": "c", "data": {}}, buffers=[bytes([0, 255])])
while True:
    channel, header, parent, content, buffers = receive()
    if header["msg_type"] == "comm_msg": break
print(json.dumps([channel, [list(bytes(buffer)) for buffer in buffers]]), flush=True)
input()

import nbformat
model = http.get(f"{base}/api/contents/nb.ipynb").json()
notebook = nbformat.from_dict(model["content"])
nbformat.validate(notebook)
notebook.cells.append(nbformat.v4.new_code_cell("appended"))
model["content"] = notebook
print(http.put(f"{base}/api/contents/nb.ipynb", json=model).status_code, flush=True)
input()
print(http.delete(f"{base}/api/sessions/{made.json()['id']}").status_code, flush=True)
`;

test.each(["default", "v1"])(
  "Jupyter's own Python parts share a live notebook (%s)",
  async (protocol) => {
    const it = await aJupyterBench();
    it.write("nb.ipynb", notebookOf([codeCell("a", "x = 1"), codeCell("b", "shared")]));
    const peer = aPythonProgram(PEER, [it.server.url, it.server.token, protocol]);
    expect(JSON.parse(await peer.next())).toEqual(["ok", "from a client\n"]);
    expect(JSON.parse(await peer.next())).toEqual(["error", ""]);
    expect(JSON.parse(await peer.next())).toEqual(["iopub", [[0, 255, 0, 255]]]);

    const [session] = it.host.notebooks();
    if (!session) throw new Error("not open");
    session.live.apply(
      { type: "set-source", id: CellId.of("a"), source: "x = 'typed'" },
      { type: "remote", label: "ana" },
    );
    peer.say("");
    expect(await peer.next()).toBe("200");
    const sources = (): string[] => session.live.toNotebook().cells.map(({ source }) => source);
    expect(sources()).toEqual(["x = 'typed'", "shared", "appended"]);
    peer.say("");
    expect(await peer.next()).toBe("204");
    expect(session.kernelView().state).toBe("none");
  },
  90_000,
);

/** A Jupyter server that has no kernels of its own: they are ours. */
const GATEWAY = `
import asyncio, json, os, sys, threading
base, token, folder = sys.argv[1:4]
os.chdir(folder)
os.environ["HOME"] = os.environ["JUPYTER_RUNTIME_DIR"] = os.environ["JUPYTER_CONFIG_DIR"] = folder
from jupyter_server.serverapp import ServerApp
app = ServerApp()
app.initialize(argv=["--allow-root", "--no-browser", "--port=0", "--ServerApp.root_dir=" + folder,
    "--IdentityProvider.token=inner", f"--GatewayClient.url={base}", f"--GatewayClient.auth_token={token}",
    "--ServerApp.log_level=ERROR"], new_httpserver=False)
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
sockets = bind_sockets(0, "127.0.0.1")
server = HTTPServer(app.web_app)
server.add_sockets(sockets)
print(sockets[0].getsockname()[1], flush=True)
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
app.io_loop.start()
`;

const THROUGH = `
import json, sys, requests, websocket
from jupyter_client.session import Session
port = sys.argv[1]
base, headers = f"http://127.0.0.1:{port}", {"Authorization": "token inner"}
specs = requests.get(f"{base}/api/kernelspecs", headers=headers).json()
print(json.dumps(sorted(specs["kernelspecs"])), flush=True)
kernel = requests.post(f"{base}/api/kernels", headers=headers, json={"name": "python3"}).json()["id"]
session = Session()
socket = websocket.create_connection(f"ws://127.0.0.1:{port}/api/kernels/{kernel}/channels?session_id={session.session}",
                                     header=["Authorization: token inner"], timeout=40)
message = session.msg("execute_request", dict(code="print(6 * 7)", silent=False, store_history=True,
                                              user_expressions={}, allow_stdin=False, stop_on_error=True))
socket.send(json.dumps({**message, "channel": "shell"}, default=str))
while True:
    got = json.loads(socket.recv())
    if got["header"]["msg_type"] == "stream": print(got["content"]["text"].strip(), flush=True)
    if got["header"]["msg_type"] == "execute_reply": break
print(requests.post(f"{base}/api/kernels/{kernel}/restart", headers=headers).status_code, flush=True)
print(requests.delete(f"{base}/api/kernels/{kernel}", headers=headers).status_code, flush=True)
`;

test("a stock Jupyter server runs its kernels here, as at any gateway", async () => {
  const it = await aJupyterBench();
  const gateway = aPythonProgram(GATEWAY, [it.server.url, it.server.token, join(it.folder)]);
  const through = aPythonProgram(THROUGH, [await gateway.next()]);
  expect(JSON.parse(await through.next())).toEqual(expect.arrayContaining(["bash", "python3"]));
  expect(await through.next()).toBe("42");
  expect((await it.ask("GET", "/api/kernels")).body).toHaveLength(1);
  expect(await through.next()).toBe("200");
  expect(await through.next()).toBe("204");
  expect((await it.ask("GET", "/api/kernels")).body).toEqual([]);
}, 90_000);
