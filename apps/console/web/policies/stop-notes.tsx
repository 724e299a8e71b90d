import type { ReactNode } from 'react';

import type { PolicyAnswer } from '#contracts/policy-answer.js';

import { Icon } from '../ui/icon.js';
import { When } from '../ui/when.js';

/** Why a time passed without it: as publishing would have been refused. */
const MISSED_WORDS: Readonly<Record<string, string>> = {
  stale_base: 'another version went live before',
  not_replayed: 'nobody had looked at what it would change',
  not_approved: 'nobody had approved it',
  not_allowed: 'whoever set the time may not publish any more',
};

/** What stands in a version's way for good, or once did. */
export function StopNotes({ policy }: { readonly policy: PolicyAnswer }): ReactNode {
  const { refusedBy, refusedAt, refusedBecause, missed, publishAt } = policy;
  if (refusedBy !== null) {
    return (
      <div className="note block">
        <Icon name="alert" />
        <div>
          <p className="foreign">
            <strong>{refusedBy} refused it</strong>
            {refusedAt === null ? null : (
              <span className="soft">
                , <When at={refusedAt} />
              </span>
            )}
          </p>
          <p className="foreign policy-note">{refusedBecause}</p>
        </div>
      </div>
    );
  }
  if (missed === null) return null;
  return (
    <div className="note warn">
      <Icon name="alert" />
      <p>
        <strong>It was not published at its time</strong>
        {publishAt === null ? null : (
          <>
            {' '}
            (<When at={publishAt} />)
          </>
        )}
        : {MISSED_WORDS[missed] ?? missed.replaceAll('_', ' ')}.
      </p>
    </div>
  );
}
