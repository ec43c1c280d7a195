/** Typed calls of a notebook's history, beside `api-client.ts`: the page loads them only with its history. */
import type {
  BlameView,
  GitView,
  HistoryView,
  NameVersionBody,
  RenameVersionBody,
  RestoreBody,
  RestoredView,
  VersionNotebook,
  VersionsView,
  VersionView,
} from "../api/history.ts";
import type { ApiClient } from "./api-client.ts";

/** Every method rejects as those of `ApiClient` do. */
export class HistoryClient {
  private readonly api: ApiClient;
  private readonly path: string;

  constructor(api: ApiClient, notebookId: string) {
    this.api = api;
    this.path = `/api/notebooks/${encodeURIComponent(notebookId)}/history`;
  }

  /** Newest first. */
  entries(
    filter: { readonly cell?: string; readonly before?: number; readonly limit?: number } = {},
  ): Promise<HistoryView> {
    const query = new URLSearchParams(
      Object.entries(filter).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
    );
    return this.api.get(`${this.path}${query.size > 0 ? `?${query}` : ""}`);
  }

  blame(): Promise<BlameView> {
    return this.api.get(`${this.path}/blame`);
  }

  versions(): Promise<VersionsView> {
    return this.api.get(`${this.path}/versions`);
  }

  nameVersion(body: NameVersionBody): Promise<VersionView> {
    return this.api.send("POST", `${this.path}/versions`, body);
  }

  renameVersion(id: number, body: RenameVersionBody): Promise<VersionView> {
    return this.api.send("PUT", `${this.path}/versions/${id}`, body);
  }

  /** Git's last commit of this notebook. */
  git(): Promise<GitView> {
    return this.api.get(`${this.path}/git`);
  }

  /** `now`, `file`, `git`, a version's number or name. */
  notebook(version: string, options: { readonly outputs: boolean }): Promise<VersionNotebook> {
    const query = new URLSearchParams({ version, outputs: options.outputs ? "1" : "0" });
    return this.api.get(`${this.path}/notebook?${query}`);
  }

  restore(body: RestoreBody): Promise<RestoredView> {
    return this.api.send("POST", `${this.path}/restore`, body);
  }
}
