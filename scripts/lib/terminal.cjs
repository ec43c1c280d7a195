"use strict";
/**
 * What the scripts say while they work: a line when a step ends, and between, on a terminal, one live line with the
 * elapsed seconds; elsewhere (CI, a pipe) a line at the start of each step and one every ten seconds.
 */
const COLOURS = { green: 32, red: 31, dim: 2, bold: 1 };

/** A failure that the user can mend: `message` says what is wrong, `advice` what to do. Never shown with a stack. */
class SetupError extends Error {
  constructor(message, advice) {
    super(message);
    this.name = "SetupError";
    this.advice = advice;
  }
}

function createTerminal(stream = process.stdout) {
  const isTty = Boolean(stream.isTTY) && !process.env.CI;
  const colour = isTty && !process.env.NO_COLOR;
  const paint = (name, text) => (colour ? `\u001b[${COLOURS[name]}m${text}\u001b[0m` : text);
  const running = new Map();
  let ticker = null;
  let beats = 0;
  let didWork = false;

  const seconds = (startedAt) => `${((Date.now() - startedAt) / 1000).toFixed(0)} s`;
  const clear = () => isTty && stream.write("\r\u001b[K");

  function drawLive() {
    const parts = [...running].map(
      ([name, { startedAt, detail }]) => `${name} ${seconds(startedAt)}${detail ? ` (${detail})` : ""}`,
    );
    const width = (stream.columns || 80) - 3;
    const text = parts.join(" · ");
    stream.write(
      `\r\u001b[K${paint("dim", "…")} ${text.length > width ? `${text.slice(0, width - 1)}…` : text}`,
    );
  }

  function tick() {
    beats += 1;
    if (isTty) drawLive();
    else if (beats % 10 === 0)
      for (const [name, { startedAt, detail }] of running)
        line(`  ${name}: still at it, ${seconds(startedAt)}${detail ? ` (${detail})` : ""}`);
  }

  function line(text = "") {
    clear();
    stream.write(`${text}\n`);
  }

  /** Runs `work(tell)`; `tell("…")` names what it is at. The name is said once more when it is done. */
  async function step(name, work) {
    didWork = true;
    const entry = { startedAt: Date.now(), detail: "" };
    running.set(name, entry);
    if (!isTty) line(`  ${name} …`);
    if (!ticker) {
      beats = 0;
      ticker = setInterval(tick, 1000);
    }
    try {
      const result = await work((detail) => {
        entry.detail = detail;
        if (isTty) drawLive();
      });
      running.delete(name);
      line(`${paint("green", "✓")} ${name}  ${paint("dim", seconds(entry.startedAt))}`);
      return result;
    } catch (error) {
      running.delete(name);
      line(`${paint("red", "✗")} ${name}  ${paint("dim", seconds(entry.startedAt))}`);
      throw error;
    } finally {
      if (running.size === 0 && ticker) {
        clearInterval(ticker);
        ticker = null;
        clear();
      }
    }
  }

  return { line, step, paint, isTty, didWork: () => didWork };
}

/** Prints what went wrong and what to do, and ends the process. */
function fail(terminal, error) {
  terminal.line("");
  terminal.line(
    terminal.paint(
      "red",
      error instanceof SetupError ? error.message : `Unexpected: ${error.stack || error}`,
    ),
  );
  if (error.advice) terminal.line(`→ ${error.advice}`);
  process.exit(1);
}

module.exports = { createTerminal, fail, SetupError };
