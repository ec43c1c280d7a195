/** A widget of the notebook in an output: drawn by ipywidgets' own views, live as long as its kernel is. */
import { Widget } from "@lumino/widgets";
import {
  type ReactNode,
  useContext,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import { createPortal } from "react-dom";
import { isJsonObject } from "../../../util/json.ts";
import { KeptScope } from "../../notebook/kept-state.ts";
import { useModel, useSession } from "../../session/hooks.ts";
import { useStore } from "../../session/store.ts";
import { OutputArea } from "../output-area.tsx";
import type { RendererProps } from "../renderers.ts";
import { AnyModel } from "./any-widget.ts";
import { AnyWidgetFrame } from "./any-widget-frame.tsx";
import { CapturedModel } from "./captured-output.ts";
import { drawnPlaces } from "./drawn-places.ts";
import { nameControls } from "./name-controls.ts";
import "./widget-theme.css";
import { type WidgetManager, type WidgetStatus, widgetsOf } from "./widget-manager.ts";
import styles from "./widget-view.module.css";

/** A model that is not there is waited for so long before somebody is told. */
const PATIENCE_MS = 1_500;

export function WidgetOutput({ value, fallback }: RendererProps) {
  const id = isJsonObject(value) && typeof value.model_id === "string" ? value.model_id : "";
  const manager = widgetsOf(useModel());
  const status = useSyncExternalStore(manager.onChange, () => manager.statusOf(id));
  const isMissing = useLasting(status === "unknown");
  if (status === "waiting" || (status === "unknown" && !isMissing)) {
    return <div className={styles.awaited} aria-busy="true" />;
  }
  if (status === "unknown") {
    return (
      <>
        <p className={styles.note}>
          This widget is not there any more, and the notebook does not keep it. Run the cell to make it anew.
        </p>
        {fallback}
      </>
    );
  }
  // Made anew where its other half is another.
  return (
    <DrawnWidget key={status === "saved" ? "saved" : "made"} id={id} status={status} manager={manager} />
  );
}

function DrawnWidget({ id, status, manager }: { id: string; status: WidgetStatus; manager: WidgetManager }) {
  const root = useRef<HTMLDivElement>(null);
  const scope = useContext(KeptScope);
  const [host] = useState(() => Symbol(id));
  const [failure, setFailure] = useState<string | null>(null);
  const cellId = useMemo(() => scope.split("/")[0] ?? null, [scope]);
  useLayoutEffect(() => {
    const element = root.current;
    if (!element) return;
    let isGone = false;
    let end = (): void => {};
    manager
      .get_model(id)
      .then((model) => manager.create_view(model, { place: { cellId, host } }))
      .then((view) => {
        if (isGone) {
          view.remove();
          return;
        }
        Widget.attach(view.luminoWidget, element);
        const stopNaming = nameControls(element);
        end = () => {
          stopNaming();
          view.luminoWidget.dispose();
        };
      })
      .catch((error: unknown) => {
        if (!isGone) setFailure(error instanceof Error ? error.message : String(error));
      });
    return () => {
      isGone = true;
      end();
    };
  }, [manager, id, cellId, host]);
  return (
    <div className={styles.widget}>
      <div ref={root} className={`${styles.host} loopbook-widgets`} data-widget={status} />
      <Places host={host} manager={manager} />
      {failure !== null && <p className={styles.note}>This widget cannot be shown: {failure}.</p>}
      <Notes status={status} manager={manager} />
    </div>
  );
}

function Notes({ status, manager }: { status: WidgetStatus; manager: WidgetManager }) {
  const isSlow = useStore(manager.unanswered.isSlow);
  const refusal = useStore(manager.refusal);
  const mayExecute = useSession((state) => state.rights.execute);
  const isBusy = useSession((state) => state.kernel.state === "busy");
  const text =
    status === "saved"
      ? "Not live: this is how the notebook keeps it. Run the cell to bring it to life."
      : status === "gone"
        ? "Not live: the kernel that made it was restarted or has ended. Run the cell to make it anew."
        : !mayExecute
          ? "You look on: what you move here stays on your page."
          : refusal !== null
            ? refusal
            : isSlow && isBusy
              ? "The kernel is busy with a cell. What you changed takes effect when it has ended."
              : null;
  return (
    <p className={styles.note} role="status" hidden={text === null}>
      {text}
    </p>
  );
}

/** What the page draws inside this widget: what its Output widgets captured, and frames of those with their own code. */
function Places({ host, manager }: { host: symbol; manager: WidgetManager }) {
  const places = useStore(drawnPlaces);
  return places
    .filter((place) => place.host === host)
    .map(({ element, model }) => {
      const drawn =
        model instanceof CapturedModel ? (
          <CapturedOutputs model={model} />
        ) : model instanceof AnyModel ? (
          <InScope of={model.model_id}>
            <AnyWidgetFrame model={model} manager={manager} />
          </InScope>
        ) : null;
      return createPortal(drawn, element, model.model_id);
    });
}

function InScope({ of, children }: { of: string; children: ReactNode }) {
  const scope = useContext(KeptScope);
  return <KeptScope.Provider value={`${scope}/${of}`}>{children}</KeptScope.Provider>;
}

function CapturedOutputs({ model }: { model: CapturedModel }) {
  const outputs = useSyncExternalStore(model.onOutputs, model.outputs);
  return (
    <InScope of={model.model_id}>
      <OutputArea outputs={outputs} running={false} />
    </InScope>
  );
}

/** Whether it has been so for a while. */
function useLasting(is: boolean): boolean {
  const [lasts, setLasts] = useState(false);
  useEffect(() => {
    setLasts(false);
    if (!is) return;
    const timer = setTimeout(() => setLasts(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [is]);
  return is && lasts;
}
