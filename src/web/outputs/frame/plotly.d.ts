/** The part of Plotly that frames use; its package has no types. */
declare module "plotly.js-dist-min" {
  interface Plotly {
    react(place: HTMLElement, figure: object): Promise<unknown>;
    toImage(figure: object, options: object): Promise<string>;
  }
  const plotly: Plotly;

  export { plotly as default };
}
