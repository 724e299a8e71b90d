import { Component, type ReactNode } from 'react';

import { Empty } from './empty.js';

/** Keeps the rest of the console when one page breaks, or a part of it cannot be loaded. */
export class Boundary extends Component<{ readonly children: ReactNode }, { readonly isBroken: boolean }> {
  override state = { isBroken: false };

  static getDerivedStateFromError(): { readonly isBroken: boolean } {
    return { isBroken: true };
  }

  override render(): ReactNode {
    if (!this.state.isBroken) return this.props.children;
    return (
      <div role="alert">
        <Empty icon="alert" title="This page cannot be shown">
          <p>The console may be out of reach, or these pages made an error. Nothing that was decided is lost.</p>
          <button type="button" className="button" onClick={() => window.location.reload()}>
            Load it anew
          </button>
        </Empty>
      </div>
    );
  }
}
