/**
 * Names for screen readers. ipywidgets' views put a label beside a control and seldom join the two; here each control
 * of a widget is named by its description, and says its value as it is read beside it.
 */

const CONTROLS = "input, select, textarea, [role=slider], [role=progressbar], .progress, .jupyter-button";
const WIDGET = ".jupyter-widgets";
const GROUPS = ".widget-radio-box, .widget-toggle-buttons";

/** Keeps the controls inside `root` named. @returns the end of that. */
export function nameControls(root: HTMLElement): () => void {
  const name = (): void => {
    for (const control of root.querySelectorAll<HTMLElement>(CONTROLS)) nameControl(control);
    for (const group of root.querySelectorAll(GROUPS)) nameGroup(group);
    for (const titled of root.querySelectorAll('[title="null"], [title="undefined"]')) {
      titled.removeAttribute("title");
    }
  };
  let isDue = false;
  const observer = new MutationObserver(() => {
    if (isDue) return;
    isDue = true;
    queueMicrotask(() => {
      isDue = false;
      name();
      // What it set itself is no news.
      observer.takeRecords();
    });
  });
  name();
  observer.observe(root, {
    subtree: true,
    childList: true,
    characterData: true,
    attributes: true,
    attributeFilter: ["title", "aria-valuenow", "style", "class"],
  });
  return () => observer.disconnect();
}

function nameControl(control: HTMLElement): void {
  const widget = control.closest<HTMLElement>(WIDGET);
  if (!widget) return;
  if (control.classList.contains("jupyter-button")) {
    nameButton(control);
    return;
  }
  const label = descriptionOf(widget, control);
  if (control.classList.contains("progress")) {
    const bar = control.querySelector<HTMLElement>(".progress-bar");
    const size = bar?.style.width || bar?.style.height || "0%";
    set(control, "role", "progressbar");
    set(control, "aria-valuenow", String(Math.round(Number.parseFloat(size))));
    set(control, "aria-valuemin", "0");
    set(control, "aria-valuemax", "100");
    set(control, "aria-label", label || "Progress");
    return;
  }
  if (control.closest("label")?.textContent?.trim()) return;
  if (control.getAttribute("role") === "slider") {
    const handles = [...widget.querySelectorAll("[role=slider]")];
    const which = handles.length < 2 ? "" : handles[0] === control ? ", from" : ", to";
    set(control, "aria-label", `${label || "Slider"}${which}`);
    const readout = widget.querySelector(".widget-readout")?.textContent?.trim();
    if (readout && handles.length === 1) set(control, "aria-valuetext", readout);
    return;
  }
  set(control, "aria-label", label || nameOfKind(control));
}

function nameGroup(group: Element): void {
  const isRadio = group.classList.contains("widget-radio-box");
  const label = (isRadio ? group.parentElement : group)?.querySelector(":scope > .widget-label");
  set(group, "role", isRadio ? "radiogroup" : "group");
  set(group, "aria-label", label?.textContent?.trim() || "Choice");
}

/** A button that shows only an icon is named by that, or by its tooltip. */
function nameButton(button: HTMLElement): void {
  if (button.textContent?.trim()) return;
  const icon = button.querySelector("i");
  const name = button.title || [...(icon?.classList ?? [])].find((each) => each.startsWith("fa-"))?.slice(3);
  set(button, "aria-label", PLAYER[name ?? ""] ?? (name || "Button").replaceAll("-", " "));
}

const PLAYER: Readonly<Record<string, string>> = {
  play: "Play",
  pause: "Pause",
  stop: "Stop",
  retweet: "Repeat",
};

function descriptionOf(widget: HTMLElement, control: HTMLElement): string {
  const label = widget.querySelector(":scope > .widget-label, :scope > label");
  const text = (label?.textContent ?? "").replace(/[\u200B\s]+/g, " ").trim();
  return text || control.title || control.getAttribute("placeholder") || "";
}

function nameOfKind(control: HTMLElement): string {
  if (control.classList.contains("widget-readout")) return "Value";
  if (control instanceof HTMLSelectElement) return "Choice";
  const kinds: Readonly<Record<string, string>> = {
    checkbox: "Yes or no",
    date: "Date",
    time: "Time",
    file: "File",
    color: "Colour",
    number: "Number",
  };
  return (control instanceof HTMLInputElement && kinds[control.type]) || "Text";
}

function set(element: Element, name: string, value: string): void {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}
