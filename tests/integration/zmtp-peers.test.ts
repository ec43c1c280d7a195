import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ZmtpSocketType } from "../../src/compute/local/zmtp/handshake.ts";
import { MAX_QUEUED_BYTES, type ZmtpEndpoint, ZmtpSocket } from "../../src/compute/local/zmtp/zmtp-socket.ts";
import { PYTHON, until } from "./kernel-support.ts";

/** libzmq itself on the other side: echoes on ROUTER and REP, publishes on request, says what it does line by line. */
const PEER = `
import sys, time, zmq
where, delay = sys.argv[1], float(sys.argv[2])
context = zmq.Context()
time.sleep(delay)
router, pub, rep = context.socket(zmq.ROUTER), context.socket(zmq.XPUB), context.socket(zmq.REP)
pub.setsockopt(zmq.SNDHWM, 0)
router.setsockopt(zmq.HEARTBEAT_IVL, 50)
router.setsockopt(zmq.HEARTBEAT_TIMEOUT, 200)
ports = []
for index, socket in enumerate((router, pub, rep)):
    if where == 'tcp':
        ports.append(str(socket.bind_to_random_port('tcp://127.0.0.1')))
    else:
        socket.bind(f'ipc://{where}-{index}')
print('bound', *ports, flush=True)
poller = zmq.Poller()
for socket in (router, pub, rep):
    poller.register(socket, zmq.POLLIN)
while True:
    for socket, _ in poller.poll():
        parts = socket.recv_multipart()
        if socket is rep:
            rep.send_multipart(parts)
        elif socket is pub:
            print('subscription', parts[0].hex(), flush=True)
        elif parts[1] == b'publish':
            for i in range(int(parts[2])):
                pub.send_multipart([b'topic', str(i).encode(), b'x' * int(parts[3])])
        elif parts[1] == b'stop':
            sys.exit(0)
        else:
            router.send_multipart(parts[:1] + parts[:1] + parts[1:])
`;

interface Peer {
  readonly endpoint: (index: 0 | 1 | 2) => ZmtpEndpoint;
  readonly lines: string[];
  readonly child: ChildProcess;
}

describe.each(["ipc", "tcp"] as const)("a libzmq peer over %s", (transport) => {
  const folder = mkdtempSync(join(tmpdir(), "lbz-"));
  const sockets: ZmtpSocket[] = [];
  let peer: Peer;

  async function aPeer(delaySeconds = 0): Promise<Peer> {
    const path = join(folder, `p${Math.random().toString(36).slice(2, 8)}`);
    const where = transport === "tcp" ? "tcp" : path;
    const child = spawn(PYTHON, ["-c", PEER, where, String(delaySeconds)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const lines: string[] = [];
    createInterface({ input: child.stdout }).on("line", (line) => lines.push(line));
    if (transport === "tcp" || delaySeconds === 0) await until("the peer is bound", () => lines.length > 0);
    const ports = lines[0]?.split(" ").slice(1) ?? [];
    const endpoint = (index: 0 | 1 | 2): ZmtpEndpoint =>
      transport === "tcp"
        ? { transport, host: "127.0.0.1", port: Number(ports[index]) }
        : { transport, path: `${path}-${index}` };
    return { endpoint, lines, child };
  }

  function connected(
    type: ZmtpSocketType,
    endpoint: ZmtpEndpoint,
    identity = "me",
  ): { socket: ZmtpSocket; received: Buffer[][]; lost: string[] } {
    const received: Buffer[][] = [];
    const lost: string[] = [];
    const socket = new ZmtpSocket({
      type,
      endpoint,
      identity: Buffer.from(identity),
      onMessage: (parts) => received.push(parts),
      onLost: (reason) => lost.push(reason),
    });
    sockets.push(socket);
    return { socket, received, lost };
  }

  beforeAll(async () => {
    peer = await aPeer();
  });
  afterAll(() => {
    for (const socket of sockets) socket.close();
    peer.child.kill("SIGKILL");
    rmSync(folder, { recursive: true });
  });

  test("DEALER: multi-part messages of any size come back, and the ROUTER knows us by our identity", async () => {
    const { socket, received } = connected("DEALER", peer.endpoint(0), "dealer-1");
    const messages = [
      [Buffer.from("one")],
      [Buffer.alloc(0), Buffer.alloc(255, 1), Buffer.alloc(256, 2), Buffer.alloc(70_000, 3)],
      Array.from({ length: 300 }, (_, index) => Buffer.from(String(index))),
    ];
    for (const message of messages) socket.send(message);
    await until("three answers", () => received.length === 3);
    expect(received).toEqual(messages.map((message) => [Buffer.from("dealer-1"), ...message]));
  });

  test("a frame of 10 MB, there and back", async () => {
    const { socket, received } = connected("DEALER", peer.endpoint(0), "dealer-2");
    const body = Buffer.alloc(10_000_000);
    for (let at = 0; at < body.byteLength; at += 4) body.writeUInt32LE(at, at);
    socket.send([Buffer.from("big"), body]);
    await until("the answer", () => received.length === 1);
    expect(received[0]?.[2]?.equals(body)).toBe(true);
  });

  test("the peer's heartbeats are answered: the connection outlives its timeout", async () => {
    const { socket, received, lost } = connected("DEALER", peer.endpoint(0), "dealer-3");
    const start = performance.now();
    await until("five timeouts passed", () => performance.now() - start > 1_000);
    socket.send([Buffer.from("still here")]);
    await until("an answer", () => received.length === 1);
    expect(lost).toEqual([]);
  });

  test("REQ against REP", async () => {
    const { socket, received } = connected("REQ", peer.endpoint(2));
    socket.send([Buffer.from("ping")]);
    await until("the echo", () => received.length === 1);
    expect(received).toEqual([[Buffer.from("ping")]]);
  });

  test("SUB takes everything: 50,000 messages, in order", async () => {
    const { received } = connected("SUB", peer.endpoint(1));
    await until("the subscription", () => peer.lines.includes("subscription 01"));
    const { socket } = connected("DEALER", peer.endpoint(0), "asker");
    socket.send([Buffer.from("publish"), Buffer.from("50000"), Buffer.from("200")]);
    await until("all", () => received.length === 50_000, 30_000);
    expect(received.every((parts, index) => parts[1]?.toString() === String(index))).toBe(true);
  });

  test("what is sent before the peer is there arrives when it is", async () => {
    if (transport === "tcp") return; // Its port is known only when it is bound.
    const late = await aPeer(0.5);
    const { socket, received } = connected("DEALER", late.endpoint(0), "early");
    socket.send([Buffer.from("hello")]);
    expect(socket.isReady).toBe(false);
    await until("the answer", () => received.length === 1);
    expect(received[0]?.[1]?.toString()).toBe("hello");
    late.child.kill("SIGKILL");
  });

  test("a peer that goes away is told once; nothing is sent to a closed socket", async () => {
    const going = await aPeer();
    const { socket, lost } = connected("DEALER", going.endpoint(0));
    socket.send([Buffer.from("stop")]);
    await until("the loss", () => lost.length === 1);
    socket.send([Buffer.from("nobody hears this")]);
    socket.close();
    expect(lost).toHaveLength(1);
  });
});

describe("a peer that is none", () => {
  test("something else than ZMTP is told as such; what piles up for a silent one has a limit", async () => {
    const server = createServer((socket) => socket.on("error", () => {}));
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const socket = new ZmtpSocket({
      type: "DEALER",
      endpoint: { transport: "tcp", host: "127.0.0.1", port },
      onMessage: () => {},
    });
    const block = Buffer.alloc(64 * 1024 ** 2);
    const send = (): void => {
      for (let sent = 0; sent <= MAX_QUEUED_BYTES; sent += block.byteLength) socket.send([block]);
    };
    expect(send).toThrow(/does not read/);
    socket.close();

    const web = createServer((peer) =>
      peer.on("error", () => {}).write("HTTP/1.1 400 Bad Request\r\n".padEnd(80)),
    );
    await new Promise<void>((done) => web.listen(0, "127.0.0.1", done));
    const webAddress = web.address();
    const lost: string[] = [];
    const stranger = new ZmtpSocket({
      type: "DEALER",
      endpoint: {
        transport: "tcp",
        host: "127.0.0.1",
        port: typeof webAddress === "object" && webAddress !== null ? webAddress.port : 0,
      },
      onMessage: () => {},
      onLost: (reason) => lost.push(reason),
    });
    await until("it is told", () => lost.length === 1);
    expect(lost).toEqual(["The peer does not speak ZMTP."]);
    stranger.close();
    server.close();
    web.close();
  });
});
