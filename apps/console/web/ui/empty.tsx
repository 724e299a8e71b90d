import type { ReactNode } from 'react';

import { Icon, type IconName } from './icon.js';

/** Says that there is nothing, and why, where people look for something. */
export function Empty({
  icon,
  title,
  children,
}: {
  readonly icon: IconName;
  readonly title: string;
  readonly children?: ReactNode;
}): ReactNode {
  return (
    <div className="empty">
      <Icon name={icon} size={40} />
      <h3>{title}</h3>
      <div className="soft">{children}</div>
    </div>
  );
}

/** Holds the place of what is on its way. */
export function Loading({ rows = 6, what }: { readonly rows?: number; readonly what: string }): ReactNode {
  return (
    <div className="loading" role="status">
      <span className="unseen">Loading {what}</span>
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="skeleton" />
      ))}
    </div>
  );
}
