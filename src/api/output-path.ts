/** Addresses of outputs by reference; apart from their schemas, because the page needs nothing else of those. */
export function outputPath(notebookId: string, ref: string, rest?: string): string {
  const path = `/api/notebooks/${encodeURIComponent(notebookId)}/outputs/${encodeURIComponent(ref)}`;
  return rest === undefined ? path : `${path}/${rest}`;
}
