/** Branded ids, made in one place. Ids are made by the caller and travel in the command. */
type Branded<Brand extends string> = string & { readonly __brand: Brand };

/** A cell's id: nbformat 4.5's `id` where the file has one, else one that the live document assigns. */
export type CellId = Branded<"CellId">;
/** One open notebook (its room); its path is a property and may change. */
export type NotebookId = Branded<"NotebookId">;
/** One run: an execution of a pipeline, shown in one notebook. */
export type RunId = Branded<"RunId">;
/** One kernel process as we started it; a restart keeps the id. */
export type KernelId = Branded<"KernelId">;
/** One execution of one cell. */
export type ExecutionId = Branded<"ExecutionId">;
/** The whole of one output, in the store of its notebook. */
export type OutputRef = Branded<"OutputRef">;

const ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz";

/** Random bytes that nobody has had yet: asking the platform is dear beside what a token takes. */
const pool = new Uint8Array(1024);
let left = 0;

/** `length` random characters of [0-9a-z] from the platform's cryptographic source. */
export function randomToken(length: number): string {
  let token = "";
  while (token.length < length) {
    if (left === 0) {
      crypto.getRandomValues(pool);
      left = pool.length;
    }
    left--;
    const byte = pool[left] ?? 255;
    // No byte is given out twice, also not to who reads our memory later.
    pool[left] = 0;
    // 252 = 7 × 36: bytes above are dropped so that every character is equally likely.
    if (byte < 252) token += ALPHABET[byte % 36];
  }
  return token;
}

export const CellId = {
  /** Eight characters, as Jupyter's own writers make them. */
  create: (): CellId => randomToken(8) as CellId,
  of: (id: string): CellId => id as CellId,
};
export const NotebookId = {
  create: (): NotebookId => `nb_${randomToken(12)}` as NotebookId,
  of: (id: string): NotebookId => id as NotebookId,
};
export const RunId = {
  create: (): RunId => `run_${randomToken(10)}` as RunId,
  of: (id: string): RunId => id as RunId,
};
export const KernelId = { create: (): KernelId => `kernel_${randomToken(12)}` as KernelId };
export const ExecutionId = { create: (): ExecutionId => `exec_${randomToken(12)}` as ExecutionId };
export const OutputRef = {
  create: (): OutputRef => `out_${randomToken(16)}` as OutputRef,
  /** Refs come from addresses and from files, too, and name files: nothing else may. */
  isOne: (text: string): text is OutputRef => /^out_[0-9a-z]{16}$/.test(text),
};
