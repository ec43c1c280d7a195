/** Calls about files and folders beside notebooks. */
import type {
  ArchiveBody,
  ArchiveView,
  FileNames,
  SearchLine,
  TrashedFile,
  UnpackPlan,
  UnpackResult,
} from "../api/files.ts";
import type { FolderListing } from "../api/http.ts";
import type { ApiClient } from "./api-client.ts";

export class FilesClient {
  private readonly api: ApiClient;

  constructor(api: ApiClient) {
    this.api = api;
  }

  list(path: string, hidden: boolean): Promise<FolderListing> {
    return this.api.get(`/api/files?${query({ path, hidden })}`);
  }

  names(path: string, hidden: boolean, signal?: AbortSignal): Promise<FileNames> {
    return this.api.read(`/api/files/names?${query({ path, hidden })}`, signal);
  }

  makeFolder(path: string): Promise<{ readonly path: string }> {
    return this.api.send("POST", "/api/files/folder", { path });
  }

  clashes(path: string, names: readonly string[]): Promise<{ readonly taken: readonly string[] }> {
    return this.api.send("POST", "/api/files/clashes", { path, names });
  }

  saveText(path: string, text: string, mark: string): Promise<{ readonly mark: string }> {
    return this.api.send("PUT", "/api/files/content", { path, text, mark });
  }

  trash(path: string): Promise<readonly TrashedFile[]> {
    return this.api.get(`/api/files/trash?${query({ path })}`);
  }

  restore(id: string): Promise<{ readonly path: string }> {
    return this.api.send("POST", "/api/files/restore", { id });
  }

  prepareArchive(body: ArchiveBody): Promise<ArchiveView> {
    return this.api.send("POST", "/api/archives", body);
  }

  archive(id: string): Promise<ArchiveView> {
    return this.api.get(`/api/archives/${encodeURIComponent(id)}`);
  }

  planUnpack(path: string, into: string, hidden: boolean): Promise<UnpackPlan> {
    return this.api.send("POST", "/api/unpack/plan", { path, into, hidden });
  }

  unpack(body: {
    readonly path: string;
    readonly into: string;
    readonly hidden: boolean;
    readonly onClash: "keep-both" | "replace" | "skip" | null;
    readonly removeZip?: boolean;
  }): Promise<UnpackResult> {
    return this.api.send("POST", "/api/unpack", body);
  }
}

/** Where a file's bytes are. */
export function contentAddress(path: string, download = false): string {
  return `/api/files/content?${query({ path, ...(download && { download }) })}`;
}

export function archiveAddress(id: string): string {
  return `/api/archives/${encodeURIComponent(id)}/download`;
}

export function uploadAddress(path: string, onClash: string): string {
  return `/api/files/upload?${query({ path, onClash })}`;
}

export function searchAddress(fields: {
  readonly query: string;
  readonly path: string;
  readonly hidden: boolean;
  readonly matchCase: boolean;
}): string {
  return `/api/files/search?${query(fields)}`;
}

/** Lines of NDJSON as they come. */
export async function* searchLines(response: Response): AsyncGenerator<SearchLine> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (let next = await reader?.read(); next && !next.done; next = await reader?.read()) {
    const lines = (rest + next.value).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line !== "") yield JSON.parse(line) as SearchLine;
  }
}

function query(fields: Readonly<Record<string, string | boolean>>): string {
  return new URLSearchParams(Object.entries(fields).map(([name, value]) => [name, String(value)])).toString();
}
