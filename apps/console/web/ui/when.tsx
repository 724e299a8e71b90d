import type { ReactNode } from 'react';

import { useNow } from './now.js';
import { asLocal, asUtc, inWords } from './times.js';

/** A point in time: local, with UTC on hover. */
export function When({ at }: { readonly at: string }): ReactNode {
  const nowMs = useNow();
  return (
    <time dateTime={at} title={asUtc(at)}>
      {asLocal(at, nowMs)}
    </time>
  );
}

/** How long ago something was, with both times on hover. */
export function Ago({ at }: { readonly at: string }): ReactNode {
  const nowMs = useNow();
  const ms = Math.max(0, nowMs - Date.parse(at));
  return (
    <time dateTime={at} title={`${asLocal(at, nowMs)} · ${asUtc(at)}`}>
      {inWords(ms)} ago
    </time>
  );
}
