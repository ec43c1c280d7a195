import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { permits } from "../../people/access.ts";
import type { Rights } from "../../people/party.ts";
import { LoopbookError } from "../../util/errors.ts";
import type { Jupyter } from "./jupyter.ts";

/** Whose REST API this is; clients choose by it what they ask for. */
const API_VERSION = "2.17.0";

const meQuery = z.object({ permissions: z.string().optional() });

/** Who the server is and who asks, and what it has not. */
export function serverInfoRoutes(app: FastifyInstance, { context }: Jupyter): void {
  app.get("/api", { config: { needs: "look" } }, () => ({
    version: API_VERSION,
    loopbook: context.version,
  }));

  app.get("/api/me", { config: { needs: "look" } }, (request) => {
    const { party, rights } = request.access;
    const { permissions } = meQuery.parse(request.query);
    return {
      identity: {
        username: party.who,
        name: party.displayName,
        display_name: party.displayName,
        initials: initialsOf(party.displayName),
        avatar_url: null,
        color: null,
      },
      permissions: permissions === undefined ? {} : granted(permissions, rights),
    };
  });

  app.get("/api/terminals", { config: { needs: "look" } }, () => []);

  app.post("/api/terminals", { config: { needs: "execute" } }, () => {
    throw new LoopbookError("no-such-route", "Loopbook offers no terminals.");
  });
}

/** Of what is asked for, what these rights cover. @throws LoopbookError `bad-request`. */
function granted(asked: string, rights: Rights): Record<string, string[]> {
  const wanted = parsed(asked);
  const found: Record<string, string[]> = {};
  for (const [resource, actions] of Object.entries(wanted)) {
    if (!Array.isArray(actions)) continue;
    found[resource] = actions.filter(
      (action) => typeof action === "string" && covers(rights, resource, action),
    ) as string[];
  }
  return found;
}

function covers(rights: Rights, resource: string, action: string): boolean {
  if (resource === "terminals") return false;
  if (action === "read") return permits(rights, "look");
  return permits(rights, resource === "contents" && action === "write" ? "edit" : "execute");
}

function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw new LoopbookError(
    "bad-request",
    "`permissions` is a JSON object of resources and the actions asked for.",
  );
}

function initialsOf(name: string): string {
  const words = name.split(/\s+/).filter((word) => word !== "");
  return words
    .map((word) => [...word][0]?.toUpperCase() ?? "")
    .slice(0, 2)
    .join("");
}
