import { Component, type ReactNode } from "react";

interface RendererBoundaryProps {
  /** What is drawn where the renderer fails, or its chunk does not come. */
  readonly fallback: ReactNode;
  /** What is rendered; another value is another try. */
  readonly of: unknown;
  readonly children: ReactNode;
}

interface RendererBoundaryState {
  readonly of: unknown;
  readonly hasFailed: boolean;
}

/** A renderer that fails takes nothing with it: the output is drawn in its other forms. */
export class RendererBoundary extends Component<RendererBoundaryProps, RendererBoundaryState> {
  override state: RendererBoundaryState = { of: this.props.of, hasFailed: false };

  static getDerivedStateFromError(): Partial<RendererBoundaryState> {
    return { hasFailed: true };
  }

  static getDerivedStateFromProps(
    props: RendererBoundaryProps,
    state: RendererBoundaryState,
  ): RendererBoundaryState | null {
    return props.of === state.of ? null : { of: props.of, hasFailed: false };
  }

  override render(): ReactNode {
    return this.state.hasFailed ? this.props.fallback : this.props.children;
  }
}
