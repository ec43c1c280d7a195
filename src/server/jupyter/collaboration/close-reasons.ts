/** Why a Jupyter client's connection ends, as JupyterLab understands it. Source: @jupyter/docprovider 5, yprovider.ts. */

export interface CloseReason {
  readonly code: number;
  readonly reason: string;
}

/** JupyterLab offers to load the page anew. */
export function sessionIsOver(sessionId: string): CloseReason {
  return { code: 1003, reason: JSON.stringify({ reason: "unknown_session", sessionId, reloadable: true }) };
}

/** JupyterLab shows the sentence. A close reason has room for 123 bytes in all. */
export function refused(sentence: string): CloseReason {
  const reason = { reason: "initialization_error", reloadable: false, errorReason: sentence };
  return { code: 1003, reason: JSON.stringify(reason) };
}

export const NO_SUCH_NOTEBOOK: CloseReason = { code: 4404, reason: "no such notebook" };
export const BROKEN_FRAME: CloseReason = { code: 4400, reason: "a frame that cannot be read" };
