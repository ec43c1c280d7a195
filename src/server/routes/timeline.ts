import type { FastifyInstance } from "fastify";
import { type TimelineView, timelineQuery } from "../../api/timeline.ts";
import type { ServerContext } from "../context.ts";
import { sessionOf } from "../notebook-view.ts";
import { collectTimeline } from "../timeline/collect-timeline.ts";

export function timelineRoutes(app: FastifyInstance, context: ServerContext): void {
  app.get<{ Params: { id: string } }>(
    "/api/notebooks/:id/timeline",
    { config: { needs: "look" } },
    (request): Promise<TimelineView> => {
      const query = timelineQuery.parse(request.query);
      return collectTimeline(context.host, sessionOf(context, request.params.id), query);
    },
  );
}
