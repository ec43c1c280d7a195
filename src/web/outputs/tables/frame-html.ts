/** What is asked of an output's HTML before the chunk with the tables is there. Pure. */

/** Heights in pixels; the style sheet says the same. */
export const ROW = 25;
export const HEAD_ROW = 29;
export const BAR = 37;
/** Rows of a table that are seen at once; more are scrolled. */
export const SEEN_ROWS = 16;

/** Whether markup is a DataFrame's table. Styled tables are their author's and stay as they are. */
export function isFrameHtml(html: string): boolean {
  return /<table[^>]*\sclass="[^"]*\bdataframe\b/.test(html) && !/<table[^>]*\sid="T_/.test(html);
}

/** How high the table will be. */
export function frameHeight(html: string): number {
  const end = html.indexOf("</thead>");
  const head = count(html.slice(0, Math.max(0, end)), "<tr");
  const rows = Math.min(SEEN_ROWS, count(html.slice(Math.max(0, end)), "<tr"));
  return Math.max(1, head) * HEAD_ROW + rows * ROW + BAR + 2;
}

function count(text: string, part: string): number {
  return text.split(part).length - 1;
}
