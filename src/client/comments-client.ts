/** Typed calls of a notebook's comments, beside `api-client.ts`: the page loads them when it has nothing else to do. */
import type {
  AddCommentBody,
  CommentsView,
  CommentThread,
  EditCommentBody,
  SettleThreadBody,
} from "../api/comments.ts";
import type { ApiClient } from "./api-client.ts";

/** Every method rejects as those of `ApiClient` do. */
export class CommentsClient {
  private readonly api: ApiClient;
  private readonly path: string;

  constructor(api: ApiClient, notebookId: string) {
    this.api = api;
    this.path = `/api/notebooks/${encodeURIComponent(notebookId)}/comments`;
  }

  list(): Promise<CommentsView> {
    return this.api.get(this.path);
  }

  add(body: AddCommentBody): Promise<CommentThread> {
    return this.api.send("POST", this.path, body);
  }

  edit(id: string, body: EditCommentBody): Promise<CommentThread> {
    return this.api.send("PUT", `${this.path}/${id}`, body);
  }

  remove(id: string): Promise<CommentThread> {
    return this.api.send("DELETE", `${this.path}/${id}`);
  }

  settle(thread: string, body: SettleThreadBody): Promise<CommentThread> {
    return this.api.send("PUT", `${this.path}/${thread}/resolved`, body);
  }
}
