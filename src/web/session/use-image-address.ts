import { useCallback } from "react";
import { type ImageAddress, imageAddress } from "../markdown/image-address.ts";
import { useSession } from "./hooks.ts";

/** For the notebook of this page; the same function as long as its path is the same. */
export function useImageAddress(): ImageAddress {
  const path = useSession((state) => state.path);
  return useCallback((address) => imageAddress(path, address), [path]);
}
