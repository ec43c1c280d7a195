import { describe, expect, test } from "vitest";
import type { KernelSpec } from "../../kernel/kernel.ts";
import { commandFor } from "./kernel-process.ts";
import { isIpykernel, mayUseSubshells, transportFor } from "./spec-abilities.ts";

function aSpec(argv: string[], more: Partial<KernelSpec> = {}): KernelSpec {
  const rest = { env: {}, interruptMode: "signal", metadata: {}, resourceDir: "/specs/x" } as const;
  return { name: "x", displayName: "X", language: "x", argv, ...rest, ...more };
}

describe("what a kernelspec can do", () => {
  test.each([
    [["/env/bin/python3.12", "-m", "ipykernel_launcher", "-f", "{connection_file}"], "ipc", true, true],
    [["python", "-Xfrozen_modules=off", "-m", "ipykernel_launcher"], "ipc", true, true],
    [["/usr/bin/python", "-m", "bash_kernel", "-f", "{connection_file}"], "ipc", false, false],
    [["/usr/bin/python", "-m", "remote_ikernel", "--host", "gpu"], "tcp", false, false],
    [["R", "--slave", "-e", "IRkernel::main()"], "tcp", false, true],
    [["/opt/julia/bin/julia", "kernel.jl", "{connection_file}"], "tcp", false, true],
    [["xpython", "-f", "{connection_file}"], "tcp", false, true],
  ] as const)("%j: %s", (argv, transport, isIpython, subshells) => {
    const spec = aSpec([...argv]);
    expect(transportFor(spec, "linux")).toBe(transport);
    expect(transportFor(spec, "win32")).toBe("tcp");
    expect(isIpykernel(spec)).toBe(isIpython);
    expect(mayUseSubshells(spec)).toBe(subshells);
  });

  test("its metadata may say otherwise", () => {
    const spec = aSpec(["R"], { metadata: { loopbook: { transport: "ipc", subshells: false } } });
    expect([transportFor(spec, "linux"), mayUseSubshells(spec)]).toEqual(["ipc", false]);
  });

  test("its command: placeholders replaced, others left, environment expanded, the caller's last", () => {
    const spec = aSpec(["{prefix}/bin/k", "-f", "{connection_file}", "{resource_dir}/init", "{other}"], {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how a kernel.json writes it
      env: { A: "${HOME}/a", B: "$HOME:$NO_SUCH", C: "spec" },
    });
    const command = commandFor(spec, "/run/k1.json", {
      prefix: "/env",
      extraArguments: ["--more"],
      env: { C: "caller" },
      ourEnv: { HOME: "/home/ana" },
    });
    expect(command.argv).toEqual(["/env/bin/k", "-f", "/run/k1.json", "/specs/x/init", "{other}", "--more"]);
    expect(command.env).toEqual({
      HOME: "/home/ana",
      A: "/home/ana/a",
      B: "/home/ana:$NO_SUCH",
      C: "caller",
      JPY_PARENT_PID: String(process.pid),
    });
  });
});
