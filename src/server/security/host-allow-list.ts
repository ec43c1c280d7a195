/**
 * Which `Host` headers this server answers to. A page of a stranger can make a browser talk to 127.0.0.1 under the
 * stranger's own name (DNS rebinding), but cannot make it send another name than that in `Host`.
 */
const LOOPBACK = ["127.0.0.1", "localhost", "[::1]"];

export interface HostAllowList {
  allowsHost(host: string | undefined): boolean;
  /** Whether `Origin` names the very host that was asked. */
  isSameOrigin(origin: string, host: string | undefined): boolean;
}

/**
 * @param port the port that is listened on.
 * @param more further names, such as that of a reverse proxy: `lab.example.org` (any port) or `lab.example.org:8443`.
 */
export function hostAllowList(port: number, more: readonly string[] = []): HostAllowList {
  const exact = new Set(LOOPBACK.map((name) => `${name}:${port}`));
  // A browser leaves the port of the scheme out.
  if (port === 80) for (const name of LOOPBACK) exact.add(name);
  const anyPort = new Set<string>();
  for (const entry of more.map((name) => name.toLowerCase())) {
    (/:\d+$/.test(entry) ? exact : anyPort).add(entry);
  }
  const allowsHost = (host: string | undefined): boolean => {
    const name = host?.toLowerCase();
    return name !== undefined && (exact.has(name) || anyPort.has(name.replace(/:\d+$/, "")));
  };
  return {
    allowsHost,
    // `https` too: a proxy in front may speak it while we do not.
    isSameOrigin: (origin, host) =>
      allowsHost(host) && (origin === `http://${host}` || origin === `https://${host}`),
  };
}
