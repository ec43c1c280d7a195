/** Which WebSocket addresses are a kernel's; apart, so that nothing else is loaded to tell. */
const PATH = /^\/api\/kernels\/([\w-]+)\/channels(?:\?|$)/;

export function isKernelChannels(url: string): boolean {
  return PATH.test(url);
}

/** Empty: it is none. */
export function kernelIdIn(url: string): string {
  return PATH.exec(url)?.[1] ?? "";
}
