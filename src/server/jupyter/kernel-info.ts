import type { KernelInfo } from "../../kernel/kernel.ts";
import type { JsonObject } from "../../util/json.ts";

/** A `kernel_info_reply` out of what the kernel told when it started. */
export function kernelInfoContent(info: KernelInfo): JsonObject {
  return {
    status: "ok",
    protocol_version: info.protocolVersion,
    implementation: info.implementation,
    implementation_version: info.implementationVersion,
    banner: info.banner,
    language_info: info.languageInfo,
    help_links: [],
    supported_features: [...info.supportedFeatures],
  };
}
