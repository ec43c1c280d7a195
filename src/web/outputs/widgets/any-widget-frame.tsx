import { useCallback, useMemo, useSyncExternalStore } from "react";
import * as z from "zod/mini";
import { OutputFrame, type Talk } from "../frame/output-frame.tsx";
import { type AnyModel, stateFor } from "./any-widget.ts";
import type { WidgetManager } from "./widget-manager.ts";
import styles from "./widget-view.module.css";

const load = (): Promise<string> => import("frame:anywidget").then(({ code }) => code);

const wordSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("save"), changed: z.record(z.string(), z.unknown()) }),
  z.object({
    type: z.literal("send"),
    content: z.unknown(),
    buffers: z.array(z.union([z.instanceof(ArrayBuffer), z.custom<ArrayBufferView>(ArrayBuffer.isView)])),
  }),
]);

/** Draws a widget by the notebook's own code, in a frame; its model stays here. */
export function AnyWidgetFrame({ model, manager }: { model: AnyModel; manager: WidgetManager }) {
  const status = useSyncExternalStore(manager.onChange, () => manager.statusOf(model.model_id));
  const code = useSyncExternalStore(
    useCallback(
      (listener) => {
        model.on("change:_esm change:_css", listener);
        return () => model.off("change:_esm change:_css", listener);
      },
      [model],
    ),
    () => JSON.stringify([textOf(model.get("_esm")), textOf(model.get("_css"))]),
  );
  // Other values are told as they change.
  const payload = useMemo(() => {
    const [esm = "", css = ""] = JSON.parse(code) as string[];
    return { esm, css, state: stateFor(model) };
  }, [model, code]);
  const talk = useCallback((say: (word: unknown) => void) => talkOf(model, say), [model]);
  if (status === "saved") {
    return (
      <p className={styles.note}>
        The code of this widget is not run: it came with the file. Run the cell to bring it to life.
      </p>
    );
  }
  return (
    <OutputFrame
      key={code}
      kind="scripts"
      title="Widget"
      load={load}
      payload={payload}
      guess={60}
      talk={talk}
      fallback={<p className={styles.note}>This widget cannot be shown.</p>}
    />
  );
}

function talkOf(model: AnyModel, say: (word: unknown) => void): Talk {
  let isOwn = false;
  const onChange = (): void => {
    if (!isOwn) say({ type: "state", state: stateFor(model, Object.keys(model.changed)) });
  };
  const onCustom = (content: unknown, buffers: readonly unknown[] = []): void =>
    say({ type: "custom", content, buffers: [...buffers] });
  model.on("change", onChange);
  model.on("msg:custom", onCustom);
  return {
    hear: (word) => {
      const parsed = wordSchema.safeParse(word);
      if (!parsed.success) return;
      if (parsed.data.type === "send") {
        model.send(parsed.data.content as never, undefined, parsed.data.buffers as ArrayBufferView[]);
        return;
      }
      const shared = Object.entries(parsed.data.changed).filter(
        ([name]) => !name.startsWith("_") && name !== "layout" && name !== "style",
      );
      isOwn = true;
      model.set(Object.fromEntries(shared));
      isOwn = false;
      model.save_changes();
    },
    end: () => {
      model.off("change", onChange);
      model.off("msg:custom", onCustom);
    },
  };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
