import type { ReactNode } from 'react';
import { Link } from 'wouter';

import type { AssetDetailAnswer } from '#contracts/asset-list-answer.js';

import { When } from '../ui/when.js';
import { CLASS_NAMES } from '../words/words.js';

/** What is known of an asset beside its picture. */
export function AssetFacts({ detail }: { readonly detail: AssetDetailAnswer }): ReactNode {
  const { asset, clientName, finalBy, deadLetterId } = detail;
  return (
    <section aria-labelledby="facts">
      <h2 id="facts">Facts</h2>
      <dl className="pairs small">
        <dt>Asset</dt>
        <dd className="mono foreign">{asset.id}</dd>
        <dt>Client</dt>
        <dd className="foreign">{clientName}</dd>
        <dt>Class</dt>
        <dd>{CLASS_NAMES[asset.class]}</dd>
        {asset.uploaderId === null ? null : (
          <>
            <dt>Uploader</dt>
            <dd className="foreign">{asset.uploaderId}</dd>
          </>
        )}
        <dt>Received</dt>
        <dd>
          <When at={asset.receivedAt} />
        </dd>
        <dt>Final promised by</dt>
        <dd>
          <When at={finalBy} /> {detail.late ? <span className="badge warn">Late</span> : null}
        </dd>
        <dt>Now</dt>
        <dd>{standingText(detail)}</dd>
        {deadLetterId === null ? null : (
          <>
            <dt>Dead letter</dt>
            <dd>
              <Link href="/dead-letters">Number {deadLetterId}</Link>
            </dd>
          </>
        )}
      </dl>
    </section>
  );
}

function standingText({ asset, waiting, erased, ifLate, decisions }: AssetDetailAnswer): string {
  if (erased) return 'Erased: only its decisions are left';
  const shown = asset.served ? 'Served' : 'Withheld';
  if (!waiting) return shown;
  if (decisions.some(({ stage }) => stage === 'final')) return `${shown}; is tried again`;
  const then = ifLate === 'block' ? 'it is blocked if that is late' : 'that stands until then';
  return `${shown}; awaits its final, and ${then}`;
}
