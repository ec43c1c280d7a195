/** docs/reference/errors.md: every error code in the sources, with its sentences. */
import { filesBelow, isTest, readSource } from "../source-files.ts";
import { callArguments, messageText } from "./read-call.ts";

export interface ErrorFacts {
  readonly code: string;
  readonly messages: readonly string[];
  readonly exitCodes: readonly number[];
}

/** A call of an error's constructor (ours or one that is made of it) with a code, or a refusal given as a value. */
const CALL =
  /\b(?:new\s+LoopbookError|super|\w*(?:[rR]efus|[eE]rror|unreadable)\w*)\(\s*(?="[a-z][a-z0-9]*(?:-[a-z0-9]+)*"\s*,)/g;
const VALUE = /\bcode:\s*"([a-z][a-z0-9]*(?:-[a-z0-9]+)*)",\s*message:/g;

export function errorFacts(): readonly ErrorFacts[] {
  const found = new Map<string, { messages: Set<string>; exitCodes: Set<number> }>();
  const entry = (code: string) => {
    const known = found.get(code) ?? { messages: new Set<string>(), exitCodes: new Set<number>() };
    found.set(code, known);
    return known;
  };
  for (const file of filesBelow("src").filter((path) => !isTest(path) && !path.startsWith("src/web/"))) {
    const { code: text } = readSource(file);
    for (const match of text.matchAll(CALL)) {
      const [code = "", message = "", ...rest] = callArguments(
        text,
        match.index + match[0].trimEnd().length - 1,
      );
      const facts = entry(code.slice(1, -1));
      const sentence = messageText(message);
      if (sentence) facts.messages.add(sentence);
      const exitCode = /exitCode:\s*(\d+)/.exec(rest.join(","));
      if (exitCode) facts.exitCodes.add(Number(exitCode[1]));
    }
    for (const match of text.matchAll(VALUE)) {
      const facts = entry(match[1] ?? "");
      // The value ends where the next field or the object does; a comma outside strings does the same for a call.
      const sentence = messageText(
        callArguments(`(${text.slice(match.index + match[0].length)}`, 0)[0]?.split("}")[0] ?? "",
      );
      if (sentence) facts.messages.add(sentence);
    }
  }
  return [...found]
    .map(([code, facts]) => ({
      code,
      messages: [...facts.messages].sort(),
      exitCodes: [...facts.exitCodes].sort(),
    }))
    .sort((a, b) => a.code.localeCompare(b.code));
}

export function errorsPage(): string {
  const sections = errorFacts().map(({ code, messages, exitCodes }) => {
    const says = messages.map((message) => `> ${message}\n`).join(">\n") || "The sentence tells the case.\n";
    const exits = exitCodes.length > 0 ? `Exit code ${exitCodes.join(" or ")}.\n` : "";
    return [`## ${code}\n`, says, exits].filter((part) => part !== "").join("\n");
  });
  return `# Error codes

Generated from the sources by \`npm run docs\`. A code is stable: programs may decide by it. The sentence is for people; \`…\` stands for what is filled in. On the command line the sentence is one line on standard error, over HTTP both are in the body (\`{"code": …, "message": …}\`). Where no exit code is named, it is 1.

${sections.join("\n")}`;
}
