/**
 * Which class makes a model or draws a view. Those of ipywidgets are of our own bundle and run nothing of the
 * notebook's; where they would put its markup into the page as it is, ours clean it first. Modules that are not here
 * are named instead of drawn.
 */
import * as base from "@jupyter-widgets/base";
import * as controls from "@jupyter-widgets/controls";
import { AnyModel, AnyView } from "./any-widget.ts";
import { CapturedModel, CapturedView } from "./captured-output.ts";
import { CleanHTMLMathView, CleanHTMLView } from "./clean-views.ts";
import { ModuleView } from "./module-view.ts";
import { OwnPlayModel } from "./own-play.ts";

type WidgetClass = typeof base.WidgetModel | typeof base.WidgetView;

const OURS: Readonly<Record<string, WidgetClass>> = {
  HTMLView: CleanHTMLView,
  HTMLMathView: CleanHTMLMathView,
  PlayModel: OwnPlayModel,
};

// The library writes what a notebook may have named into markup.
base.ErrorWidgetView.prototype.render = function render(this: base.ErrorWidgetView): void {
  const { msg } = this.generateErrorMessage();
  this.el.classList.add("jupyter-widgets", "widget-failed");
  this.el.textContent = `This widget cannot be shown. ${msg ?? ""}`;
};

export async function loadWidgetClass(name: string, module: string, version: string): Promise<WidgetClass> {
  if (module === "@jupyter-widgets/controls")
    return (own(OURS, name) ?? own(controls, name)) || unknown(name);
  if (module === "@jupyter-widgets/base") return own(base, name) || unknown(name);
  if (module === "@jupyter-widgets/output") return name === "OutputModel" ? CapturedModel : CapturedView;
  if (module === "anywidget") return name === "AnyModel" ? AnyModel : AnyView;
  if (/Model$/.test(name)) return base.DOMWidgetModel;
  return class extends ModuleView {
    protected override readonly moduleName = module;
    protected override readonly moduleVersion = version;
  };
}

function own(classes: object, name: string): WidgetClass | undefined {
  if (!/(?:Model|View)$/.test(name) || !Object.hasOwn(classes, name)) return undefined;
  return (classes as Readonly<Record<string, WidgetClass>>)[name];
}

function unknown(name: string): never {
  throw new Error(`ipywidgets' ${name} is not one that Loopbook knows.`);
}
