/** What runs inside a frame, bundled as one text (`scripts/lib/build/frame-bundles.ts`). */
declare module "frame:*" {
  export const code: string;
}
