import type { ReactNode } from 'react';

import { useNow } from './now.js';
import { asLocal, asUtc, inWords, partsOf } from './times.js';

/** A point in time: local, with UTC on hover. */
export function When({ at }: { readonly at: string }): ReactNode {
  const nowMs = useNow();
  return (
    <time dateTime={at} title={asUtc(at)}>
      {asLocal(at, nowMs)}
    </time>
  );
}

/** What the service says, with its points in time as people read them. */
export const Told = ({ text }: { readonly text: string }): ReactNode =>
  partsOf(text).map((part, index) =>
    'at' in part ? <When key={index} at={part.at} /> : <span key={index}>{part.text}</span>,
  );

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
