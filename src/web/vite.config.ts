import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { frameBundles } from "../../scripts/lib/build/frame-bundles.ts";

/** The page is built into `dist/web`, which the server serves. One copy of yjs, else two histories never merge. */
export default defineConfig(({ command }) => {
  // A build that a test starts would else be React's development build, 60 kB more.
  if (command === "build") process.env.NODE_ENV = "production";
  return {
    root: fileURLToPath(new URL(".", import.meta.url)),
    plugins: [react(), frameBundles()],
    resolve: {
      alias: {
        // `base-manager` brings a sanitiser of its own; ours does that work (`outputs/widgets/clean-html.ts`).
        "sanitize-html": fileURLToPath(new URL("outputs/widgets/no-sanitiser.ts", import.meta.url)),
      },
      dedupe: ["yjs", "@codemirror/state", "@codemirror/view", "@lezer/common", "@lezer/highlight"],
    },
    css: { modules: { localsConvention: "camelCaseOnly" } },
    build: {
      outDir: fileURLToPath(new URL("../../dist/web", import.meta.url)),
      emptyOutDir: true,
      target: "es2023",
      // A data: font or image would need a wider content security policy than the page has.
      assetsInlineLimit: 0,
      manifest: true,
      modulePreload: { polyfill: false },
    },
  };
});
