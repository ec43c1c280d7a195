import { type RefObject, useEffect } from "react";

/** Where the scroll bar stands for more than its own pixels, the wheel still moves the text by its own. */
export function useSteadyWheel(view: RefObject<HTMLDivElement | null>, factor: number): void {
  useEffect(() => {
    const element = view.current;
    if (!element || factor === 1) return;
    let rest = 0;
    const onWheel = (event: WheelEvent): void => {
      if (event.ctrlKey || event.deltaY === 0) return;
      event.preventDefault();
      rest += event.deltaY / factor;
      const step = Math.trunc(rest);
      rest -= step;
      element.scrollTop += step;
    };
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => element.removeEventListener("wheel", onWheel);
  }, [view, factor]);
}
