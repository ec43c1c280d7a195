import { useEffect, useState } from "react";
import type { JsonValue } from "../../util/json.ts";
import { usePage } from "../notebook/page-context.ts";
import type { RendererProps } from "../outputs/renderers.ts";
import { useSelected } from "../session/store.ts";
import { GroupCard } from "./group-card.tsx";
import { QuestionCard } from "./question-card.tsx";
import { questionsOf } from "./questions-model.ts";

/** A question where it stands in the notebook, live. What the server does not know is shown as the file has it. */
export function QuestionOutput({ value, fallback }: RendererProps) {
  const face = faceOf(value);
  const model = questionsOf(usePage());
  const isReady = useSelected(model.state, ({ status }) => status !== "loading");
  const question = useSelected(model.state, ({ questions }) => questions.get(face?.id ?? ""));
  const [isUnknown, setUnknown] = useState(false);
  const wanted = face !== null && face.group === null && question === undefined ? face.id : null;
  useEffect(() => {
    if (wanted === null || !isReady) return;
    let isHere = true;
    void model.fetch(wanted).then((isKnown) => isHere && setUnknown(!isKnown));
    return () => {
      isHere = false;
    };
  }, [model, wanted, isReady]);
  if (face === null || isUnknown) return fallback;
  if (face.group !== null) return <GroupCard runId={face.runId} group={face.group} fallback={fallback} />;
  if (question === undefined) return <div aria-busy="true">{fallback}</div>;
  return <QuestionCard question={question} />;
}

interface Face {
  readonly id: string;
  readonly runId: string;
  /** It stands for all of its group. */
  readonly group: string | null;
}

function faceOf(value: JsonValue): Face | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  const { id, runId, asked, progress } = value;
  if (typeof id !== "string" || typeof runId !== "string") return null;
  if (typeof progress !== "object" || progress === null) return { id, runId, group: null };
  const group = typeof asked === "object" && asked !== null && !Array.isArray(asked) ? asked.group : null;
  return { id, runId, group: typeof group === "string" ? group : null };
}
