/** The run of a resource: a service's instance, else a service on a machine. */
import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Party } from "../../people/party.ts";
import type { AttachRequest } from "../../usecases/attached-run.ts";
import { RunId } from "../../util/ids.ts";
import type { JsonObject } from "../../util/json.ts";
import { insideFolder } from "../folder-path.ts";
import { fileName } from "../mlflow/notebook-place.ts";
import { attributesOf, cut, plain } from "./attributes.ts";
import type { OtlpAttributes } from "./schema.ts";

export const WRITER = "otlp";
/** Names the notebook, relative to the server's folder. */
const NOTEBOOK_ATTRIBUTE = "loopbook.notebook";

export interface OtlpResource {
  readonly runId: RunId;
  readonly service: string;
  /** Null: it tells none. */
  readonly instance: string | null;
  readonly host: string | null;
  readonly attributes: JsonObject;
}

export function resourceOf(attributes: OtlpAttributes): OtlpResource {
  const found = attributesOf(attributes);
  const text = (key: string): string | null => {
    const value = found[key];
    return value === undefined || value === null || value === "" ? null : cut(plain(value), 300);
  };
  const service = text("service.name") ?? "unknown_service";
  const instance = text("service.instance.id");
  const host = text("host.name");
  const notebook = text(NOTEBOOK_ATTRIBUTE);
  const own = instance === null ? ["host", host] : ["instance", instance];
  const identity = JSON.stringify([text("service.namespace"), service, ...own, notebook]);
  const hash = createHash("sha256").update(identity).digest("hex").slice(0, 20);
  return { runId: RunId.of(`run_otlp${hash}`), service, instance, host, attributes: found };
}

/** @throws LoopbookError `outside-folder`. */
export async function attachRequestOf(
  { runId, service, instance, host, attributes }: OtlpResource,
  { folder, by, nowMs }: { readonly folder: string; readonly by: Party; readonly nowMs: number },
): Promise<AttachRequest> {
  const named = attributes[NOTEBOOK_ATTRIBUTE];
  const own = `${fileName(instance ?? host ?? service)}-${runId.slice(8, 14)}.ipynb`;
  const relative = typeof named === "string" && named !== "" ? named : join("otlp", fileName(service), own);
  if (relative !== named) await mkdir(dirname(join(folder, relative)), { recursive: true });
  const pid = Number(attributes["process.pid"] ?? 0);
  const args = attributes["process.command_args"];
  const argv = Array.isArray(args) ? args.map((one) => plain(one)) : [];
  return {
    runId,
    name: cut(service, 200),
    notebook: await insideFolder(folder, relative),
    writer: {
      id: WRITER,
      rank: 0,
      // Without an instance a later process of this name is the same run: no process is looked at.
      pid: instance !== null && Number.isInteger(pid) && pid > 0 ? pid : 0,
      host: host ?? service,
      language: "otlp",
    },
    origin: { environment: { ...attributes }, ...(argv.length > 0 ? { argv } : {}) },
    parameters: [],
    startedAtMs: nowMs,
    by,
  };
}
