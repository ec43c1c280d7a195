import { bash } from "./bash.ts";
import { csharp, fsharp, powershell } from "./dotnet.ts";
import { javascript } from "./javascript.ts";
import { julia } from "./julia.ts";
import type { ParameterLanguage } from "./language.ts";
import { matlab } from "./matlab.ts";
import { python } from "./python.ts";
import { r } from "./r.ts";
import { scala } from "./scala.ts";

const LANGUAGES: readonly ParameterLanguage[] = [
  python,
  r,
  julia,
  scala,
  bash,
  javascript,
  csharp,
  fsharp,
  powershell,
  matlab,
];

/** Kernel names say more than language names (`.net-fsharp`, `pysparkkernel`), so they are asked first. */
export function findLanguage(kernelName: string | null, language: string | null): ParameterLanguage | null {
  for (const wanted of [kernelName, language]) {
    const name = wanted?.toLowerCase();
    const found = name === undefined ? undefined : LANGUAGES.find(({ names }) => names.includes(name));
    if (found !== undefined) return found;
  }
  return null;
}
