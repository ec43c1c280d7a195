/** Stands for `sanitize-html`, which `@jupyter-widgets/base-manager` imports and our manager does not call. */
const nothing = (): string => "";

export { nothing as default };
