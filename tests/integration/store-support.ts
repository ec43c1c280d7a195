/** A server that keeps what is PUT to it, and tells what was asked. */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

export interface KeepingServer {
  readonly url: string;
  readonly kept: Map<string, string>;
  /** `PUT /out.ipynb`, in order, with the authorization that came with it. */
  readonly asked: string[];
  /** Answers the next PUTs with this status instead. */
  refuse(times: number, status: number): void;
  close(): Promise<void>;
}

export async function aKeepingServer(): Promise<KeepingServer> {
  const kept = new Map<string, string>();
  const asked: string[] = [];
  const refusals: number[] = [];
  const server = createServer(async (request, response) => {
    const path = request.url ?? "";
    const auth = request.headers.authorization;
    asked.push(`${request.method} ${path}${auth === undefined ? "" : ` ${auth}`}`);
    if (request.method === "PUT") {
      const body = await bodyOf(request);
      const refusal = refusals.shift();
      if (refusal === undefined) kept.set(path, body);
      response.writeHead(refusal ?? 204).end();
      return;
    }
    const body = kept.get(path);
    response.writeHead(body === undefined ? 404 : 200).end(request.method === "HEAD" ? undefined : body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    kept,
    asked,
    refuse: (times, status) => refusals.push(...Array.from({ length: times }, () => status)),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

/** A store in one file: objects are files in the folder that OBJECTS names. */
export const PLUG_IN = `
import { access, appendFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
const fileOf = (address) => join(process.env.OBJECTS, new URL(address).host, new URL(address).pathname);
const note = (what) => appendFile(join(process.env.OBJECTS, "log"), what + "\\n");
export async function read(address) {
  await note("read " + address);
  return readFile(fileOf(address)).catch(() => null);
}
export async function write(address, bytes) {
  await note("write " + address);
  if (address.includes("forbidden")) throw new Error("403 no such right");
  await mkdir(dirname(fileOf(address)), { recursive: true });
  await writeFile(fileOf(address), bytes);
}
export const exists = (address) => access(fileOf(address)).then(() => true, () => false);
`;
