import type { ReactNode } from 'react';
import { Link } from 'wouter';

import type { ListedAsset } from '#contracts/asset-list-answer.js';

import { VerdictBadge } from '../reviews/badges.js';
import { When } from '../ui/when.js';
import { CLASS_NAMES, LABEL_NAMES, reasonText, SOURCE_NAMES, TRANSITION_NAMES } from '../words/words.js';

/** The cells of an asset in a list: when, which, whose, what was decided, and what there is to do. */
export const AssetCells = ({ asset }: { readonly asset: ListedAsset }): ReactNode => (
  <>
    <td className="narrow">
      <When at={asset.at} />
    </td>
    <td>
      <Link href={`/assets/${asset.id}`} className="foreign">
        {asset.externalId ?? <span className="mono">{asset.id}</span>}
      </Link>
    </td>
    <td>
      <span className="cell-two">
        <span className="cut foreign" title={asset.clientName}>
          {asset.clientName}
        </span>
        <span className="soft small">{CLASS_NAMES[asset.class]}</span>
      </span>
    </td>
    <td>
      <Decided asset={asset} />
    </td>
    <td>
      <Standing asset={asset} />
    </td>
  </>
);

/** What was decided at once, and what is in the end. */
function Decided({ asset: { provisional, final, transition } }: { readonly asset: ListedAsset }): ReactNode {
  return (
    <span className="cell-two">
      <span>
        <VerdictBadge verdict={provisional.verdict} />
        {final === null ? null : (
          <>
            <span aria-hidden="true"> → </span>
            <span className="unseen">, in the end: </span>
            <VerdictBadge verdict={final.verdict} />
          </>
        )}{' '}
        <span className="soft small asset-change">{transition === null ? '' : TRANSITION_NAMES[transition]}</span>
      </span>
      <span className="soft small">
        {[sourceText(provisional), ...(final === null ? [] : [sourceText(final)])].join(' → ')}
      </span>
    </span>
  );
}

type Word = Pick<ListedAsset['provisional'], 'source' | 'reasons'> & { readonly policyLabel?: string | null };

/** Who decided; what nobody looked at says why. */
function sourceText({ source, reasons }: Word): string {
  const why = source === 'default' ? reasons.map(reasonText).join(', ') : '';
  return why === '' ? SOURCE_NAMES[source] : `${SOURCE_NAMES[source]}: ${why}`;
}

function Standing({ asset }: { readonly asset: ListedAsset }): ReactNode {
  const { waiting, late, review, deadLetterId, erased, final } = asset;
  const label = final?.policyLabel ?? null;
  return (
    <span className="asset-now small">
      {erased ? <span className="badge">Erased</span> : null}
      {waiting ? <span className="badge">{final === null ? 'Awaits its final' : 'Tried again'}</span> : null}
      {late ? <span className="badge warn">Late</span> : null}
      {deadLetterId === null ? null : <span className="badge warn">Dead letter</span>}
      {review === null ? null : <Link href={`/reviews/${review.id}`}>{review.open ? 'Needs review' : 'Its case'}</Link>}
      {label === null ? null : <span className="soft">{LABEL_NAMES[label]}</span>}
    </span>
  );
}
