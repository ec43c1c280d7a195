import { describe, expect, test } from "vitest";
import { counterFiles, memoryPeakOf, OutOfMemoryCounter } from "./out-of-memory.ts";

/** A /proc and /sys of the test's own. */
function files(contents: Record<string, string>): (path: string) => string | null {
  return (path) => contents[path] ?? null;
}

describe("out of memory", () => {
  test("the kernel's own control group counts, in version 2 and 1, in a container too", () => {
    expect(counterFiles("0::/user.slice/run.scope\n")).toEqual([
      "/sys/fs/cgroup/user.slice/run.scope/memory.events",
      "/sys/fs/cgroup/user.slice/memory.events",
      "/sys/fs/cgroup/memory.events",
    ]);
    expect(counterFiles("4:memory:/docker/abc\n2:cpu,cpuacct:/\n")).toEqual([
      "/sys/fs/cgroup/memory/docker/abc/memory.oom_control",
      "/sys/fs/cgroup/memory/docker/memory.oom_control",
      "/sys/fs/cgroup/memory/memory.oom_control",
    ]);
  });

  test("a kill after the start is seen, those before it are not", () => {
    const disk: Record<string, string> = {
      "/proc/7/cgroup": "0::/job\n",
      "/sys/fs/cgroup/job/memory.events": "low 0\noom 1\noom_kill 3\noom_group_kill 0\n",
      "/proc/vmstat": "oom_kill 9\n",
    };
    const counter = new OutOfMemoryCounter(7, files(disk));
    expect(counter.hasGrown()).toBe(false);
    disk["/proc/vmstat"] = "oom_kill 10\n";
    expect(counter.hasGrown()).toBe(false);
    disk["/sys/fs/cgroup/job/memory.events"] = "oom_kill 4\n";
    expect(counter.hasGrown()).toBe(true);
  });

  test("a process that was put into another group after its start is counted there", () => {
    const disk: Record<string, string> = {
      "/proc/7/cgroup": "0::/\n",
      "/sys/fs/cgroup/memory.events": "oom_kill 5\n",
      "/sys/fs/cgroup/job/memory.events": "oom_kill 2\n",
    };
    const counter = new OutOfMemoryCounter(7, files(disk));
    disk["/proc/7/cgroup"] = "0::/job\n";
    counter.follow();
    disk["/sys/fs/cgroup/memory.events"] = "oom_kill 6\n";
    expect(counter.hasGrown()).toBe(false);
    disk["/sys/fs/cgroup/job/memory.events"] = "oom_kill 3\n";
    expect(counter.hasGrown()).toBe(true);
  });

  test("a process that has ended is in no group any more, but was", () => {
    const disk: Record<string, string> = {
      "/proc/7/cgroup": "4:memory:/job\n",
      "/proc/7/stat": "7 (python (a) ) R 1 7 7 0 -1 4194304 0",
      "/sys/fs/cgroup/memory/job/memory.oom_control": "oom_kill 0\n",
      "/sys/fs/cgroup/memory/memory.oom_control": "oom_kill 0\n",
    };
    const counter = new OutOfMemoryCounter(7, files(disk));
    disk["/sys/fs/cgroup/memory/job/memory.oom_control"] = "oom_kill 1\n";
    disk["/proc/7/cgroup"] = "4:memory:/\n";
    for (const stat of ["R 1 7 7 0 -1 4194308 0", "Z 1 7 7 0 -1 4194304 0"]) {
      disk["/proc/7/stat"] = `7 (python (a) ) ${stat}`;
      counter.follow();
    }
    expect(counter.hasGrown()).toBe(true);
  });

  test("where the group has gone with its process, the one around it tells", () => {
    const disk: Record<string, string> = {
      "/proc/7/cgroup": "0::/a/job\n",
      "/sys/fs/cgroup/a/job/memory.events": "oom_kill 0\n",
      "/sys/fs/cgroup/a/memory.events": "oom_kill 1\n",
    };
    const counter = new OutOfMemoryCounter(7, files(disk));
    delete disk["/sys/fs/cgroup/a/job/memory.events"];
    delete disk["/proc/7/cgroup"];
    expect(counter.hasGrown()).toBe(false);
    disk["/sys/fs/cgroup/a/memory.events"] = "oom_kill 2\n";
    expect(counter.hasGrown()).toBe(true);
  });

  test("without a group the machine's counter is used; where nothing counts, nothing is claimed", () => {
    const disk: Record<string, string> = { "/proc/vmstat": "pgfault 1\noom_kill 0\n" };
    const counter = new OutOfMemoryCounter(7, files(disk));
    disk["/proc/vmstat"] = "pgfault 2\noom_kill 1\n";
    expect(counter.hasGrown()).toBe(true);
    expect(new OutOfMemoryCounter(7, files({})).hasGrown()).toBe(false);
  });

  test("peak memory in bytes", () => {
    expect(memoryPeakOf(7, files({ "/proc/7/status": "Name:\tpython\nVmHWM:\t   2048 kB\n" }))).toBe(
      2_097_152,
    );
    expect(memoryPeakOf(7, files({}))).toBeNull();
  });
});
