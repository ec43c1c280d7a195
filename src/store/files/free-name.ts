/** Names beside one that is taken. Pure. */

/** More are not tried for. */
const MAX_TRIES = 1_000;

/** `a/b.tar.gz` → `a/b 2.tar.gz`, `a/b 3.tar.gz`, … */
export function* freeNames(name: string): Generator<string> {
  const slash = name.lastIndexOf("/") + 1;
  const own = name.slice(slash);
  const extension = /^.+?((?:\.tar)?\.[^.]{1,12})$/.exec(own)?.[1] ?? "";
  const stem = own.slice(0, own.length - extension.length).replace(/ \d{1,4}$/, "");
  for (let number = 2; number <= MAX_TRIES; number += 1)
    yield `${name.slice(0, slash)}${stem} ${number}${extension}`;
}
