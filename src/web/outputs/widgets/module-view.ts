/** In the place of a widget whose code is not here. */
import { DOMWidgetView } from "@jupyter-widgets/base";

export class ModuleView extends DOMWidgetView {
  protected readonly moduleName: string = "";
  protected readonly moduleVersion: string = "";

  override render(): void {
    super.render();
    this.el.classList.add("jupyter-widgets", "widget-failed");
    const version = /\d+(?:\.\d+)*/.exec(this.moduleVersion)?.[0];
    const name = document.createElement("code");
    name.textContent = version === undefined ? this.moduleName : `${this.moduleName} ${version}`;
    this.el.append(
      "This widget needs the module ",
      name,
      ", which is not part of Loopbook. Its Python half works; to see it, open the notebook in JupyterLab with that module installed.",
    );
  }
}
