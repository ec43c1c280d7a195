/** Typed calls of what runs ask, beside `api-client.ts`: the page loads them when it has nothing else to do. */
import type { AnswerQuestionBody, Question, QuestionsQuery, QuestionsView } from "../api/questions.ts";
import type { ApiClient } from "./api-client.ts";

/** Every method rejects as those of `ApiClient` do. */
export class QuestionsClient {
  private readonly api: ApiClient;

  constructor(api: ApiClient) {
    this.api = api;
  }

  /** Of all runs that the server knows. */
  list(query: QuestionsQuery = {}): Promise<QuestionsView> {
    return this.api.get(`/api/questions${queryText(query)}`);
  }

  ofNotebook(notebookId: string, query: QuestionsQuery = {}): Promise<QuestionsView> {
    return this.api.get(`/api/notebooks/${encodeURIComponent(notebookId)}/questions${queryText(query)}`);
  }

  get(id: string): Promise<Question> {
    return this.api.get(questionPath(id));
  }

  /** Settles when the answer is on the server's disk. The same body again is the same answer. */
  answer(id: string, body: AnswerQuestionBody): Promise<Question> {
    return this.api.send("POST", `${questionPath(id)}/answers`, body);
  }

  retract(id: string, answerId: string): Promise<Question> {
    return this.api.send("DELETE", `${questionPath(id)}/answers/${encodeURIComponent(answerId)}`);
  }
}

const questionPath = (id: string): string => `/api/questions/${encodeURIComponent(id)}`;

function queryText(query: QuestionsQuery): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    for (const one of Array.isArray(value) ? value : [value])
      if (one !== undefined) search.append(name, String(one));
  return search.size === 0 ? "" : `?${search}`;
}
