import { Component, type ReactNode } from "react";
import { messageOf } from "../../util/errors.ts";
import { StatePage } from "./state-page.tsx";

/** A bug in a part of the page must not leave a white screen. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { readonly message: string | null }> {
  override state: { readonly message: string | null } = { message: null };

  static getDerivedStateFromError(error: unknown): { message: string } {
    return { message: messageOf(error) };
  }

  override render(): ReactNode {
    if (this.state.message === null) return this.props.children;
    return (
      <StatePage
        title="This page has met a mistake of ours"
        text={`Nothing of your notebook is lost: it is kept by the server. (${this.state.message})`}
        action={{ label: "Load the page again", run: () => window.location.reload() }}
      />
    );
  }
}
