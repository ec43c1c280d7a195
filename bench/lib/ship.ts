/** A run as a pipeline attaches it to a server, its log sent over connections that stay open. */
import { Agent, request } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { RunId } from "../../src/util/ids.ts";

export interface Address {
  readonly origin: string;
  readonly token: string;
}

export function addressOf(page: string): Address {
  const url = new URL(page);
  return { origin: url.origin, token: url.searchParams.get("token") ?? "" };
}

export interface Shipper {
  readonly runId: RunId;
  /** Sends the next part of a writer's log; settles when the server has it durable. */
  ship(writer: string, bytes: Uint8Array): Promise<void>;
  close(): void;
}

/** @param writers one connection for each. */
export async function attachRun(
  address: Address,
  writers: readonly string[],
  notebook = "bench.ipynb",
): Promise<Shipper> {
  const runId = RunId.create();
  const agent = new Agent({ keepAlive: true, maxSockets: writers.length });
  for (const [rank, id] of writers.entries()) {
    const writer = { id, rank, pid: process.pid, host: "bench", language: "node" };
    const body = Buffer.from(JSON.stringify({ runId, notebook, writer, started: 1.7e9 }));
    await answerOf(address, agent, {
      method: "POST",
      route: "/api/attached",
      type: "application/json",
      body,
    });
  }
  const offsets = new Map<string, number>();
  return {
    runId,
    async ship(writer, body) {
      const offset = offsets.get(writer) ?? 0;
      offsets.set(writer, offset + body.byteLength);
      const route = `/api/attached/${runId}/log/${writer}?offset=${offset}`;
      await answerOf(address, agent, { method: "POST", route, type: "application/octet-stream", body });
    },
    close: () => agent.destroy(),
  };
}

/** The bytes of an answer. @throws Error with what it says when it is none of success. */
export function get(address: Address, route: string, accept: string): Promise<Buffer> {
  const agent = new Agent({ keepAlive: false });
  return answerOf(address, agent, { method: "GET", route, accept });
}

/** A route's answer once it is there: a server that has just started finds its runs first. */
export async function getSoon(address: Address, route: string, accept: string): Promise<Buffer> {
  for (let left = 200; ; left--) {
    try {
      return await get(address, route, accept);
    } catch (error) {
      if (left === 0) throw error;
      await wait(25);
    }
  }
}

interface Question {
  readonly method: string;
  readonly route: string;
  readonly type?: string;
  readonly accept?: string;
  readonly body?: Uint8Array;
}

function answerOf({ origin, token }: Address, agent: Agent, question: Question): Promise<Buffer> {
  const { method, route, type, accept, body } = question;
  const headers = {
    authorization: `Bearer ${token}`,
    ...(type && { "content-type": type }),
    ...(accept && { accept }),
    ...(body && { "content-length": body.byteLength }),
  };
  return new Promise((resolve, reject) => {
    const sent = request(origin + route, { method, headers, agent }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.once("error", reject);
      response.once("end", () => {
        const answer = Buffer.concat(parts);
        const { statusCode = 0 } = response;
        if (statusCode < 300) resolve(answer);
        else reject(new Error(`${method} ${route}: ${statusCode} ${answer}`));
      });
    });
    sent.once("error", reject);
    sent.end(body);
  });
}
