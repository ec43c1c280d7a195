import type { ReactNode } from "react";
import type { Mentionable } from "../../api/comments.ts";
import { mentionsIn } from "../../document/comments/mentions.ts";
import styles from "./comments.module.css";

interface CommentTextProps {
  readonly text: string;
  readonly people: readonly Mentionable[];
  readonly you: string;
}

/** What somebody said: plain text with its lines, names marked, code in backquotes as code, addresses as links. */
export function CommentText({ text, people, you }: CommentTextProps) {
  const parts: ReactNode[] = [];
  let at = 0;
  for (const { from, to, person } of mentionsIn(text, people)) {
    parts.push(...plainParts(text.slice(at, from), at));
    parts.push(
      <b key={`m${from}`} className={person.who === you ? styles.you : styles.mention}>
        @{person.displayName}
      </b>,
    );
    at = to;
  }
  parts.push(...plainParts(text.slice(at), at));
  return <p className={styles.text}>{parts}</p>;
}

const MARKED = /(`[^`\n]+`)|(https?:\/\/[^\s<>"'`]*[^\s<>"'`.,;:!?)])/g;

function plainParts(text: string, offset: number): ReactNode[] {
  const parts: ReactNode[] = [];
  let at = 0;
  for (const match of text.matchAll(MARKED)) {
    const [whole, code] = match;
    if (match.index > at) parts.push(text.slice(at, match.index));
    parts.push(
      code === undefined ? (
        <a key={`a${offset + match.index}`} href={whole} target="_blank" rel="noreferrer noopener">
          {whole}
        </a>
      ) : (
        <code key={`c${offset + match.index}`}>{code.slice(1, -1)}</code>
      ),
    );
    at = match.index + whole.length;
  }
  parts.push(text.slice(at));
  return parts;
}
