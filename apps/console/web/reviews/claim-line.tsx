import type { ReactNode } from 'react';

import type { ReviewDetailAnswer } from '#contracts/review-answer.js';

import { ApiError } from '../api/api-error.js';
import { useSession } from '../session/use-session.js';
import { Icon } from '../ui/icon.js';
import { useNow } from '../ui/now.js';
import { asClock } from '../ui/times.js';
import { Told, When } from '../ui/when.js';
import { STATE_NAMES } from '../words/words.js';
import { Whose } from './badges.js';
import type { Claim } from './use-claim.js';

/** Whose case this is, and for how long. */
export function ClaimLine({
  detail,
  claim,
}: {
  readonly detail: ReviewDetailAnswer;
  readonly claim: Claim;
}): ReactNode {
  const { name } = useSession();
  if (claim.state === 'mine' && claim.until !== undefined) return <Mine claim={claim} until={claim.until} />;
  if (claim.state === 'asking') return <p className="claim soft">Taking it …</p>;
  if (detail.state === 'decided') {
    return (
      <p className="claim foreign">
        <Icon name="check" /> Decided by {detail.decidedBy === name ? 'you' : (detail.decidedBy ?? 'somebody')}{' '}
        {detail.decidedAt === null ? null : <When at={detail.decidedAt} />}
      </p>
    );
  }
  if (detail.state === 'withdrawn')
    return <p className="claim">Nothing is left to decide: a later final settled it.</p>;
  if (claim.state === 'done') return <p className="claim soft">Done</p>;
  return (
    <div className="claim warn" role="alert">
      <Icon name="alert" />
      <span className="foreign">
        {claim.error === undefined ? (
          <>
            {STATE_NAMES[detail.state]}: <Whose item={detail} me={name} />
          </>
        ) : (
          <Refused error={claim.error} isAskedAgain={claim.isAskedAgain} />
        )}
      </span>
      {claim.isToTake ? (
        <button type="button" className="button little" onClick={claim.take}>
          {claim.isElsewhere ? 'Take it here' : 'Take it'}
        </button>
      ) : null}
    </div>
  );
}

const Refused = ({ error, isAskedAgain }: { readonly error: Error; readonly isAskedAgain: boolean }): ReactNode => (
  <>
    <Told text={error.message} />{' '}
    <span className="soft">
      {isAskedAgain ? 'It is asked for again by itself.' : error instanceof ApiError ? error.advice : ''}
    </span>
  </>
);

function Mine({ claim, until }: { readonly claim: Claim; readonly until: string }): ReactNode {
  const leftMs = Math.max(0, Date.parse(until) - useNow());
  return (
    <div className="claim mine">
      <Icon name="check" />
      <span>
        Yours for <strong>{asClock(leftMs)}</strong> <span className="soft small">· renews by itself</span>
      </span>
      <button type="button" className="button plain little" onClick={claim.giveBack}>
        Give back
      </button>
    </div>
  );
}
