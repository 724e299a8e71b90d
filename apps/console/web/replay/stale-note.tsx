import type { ReactNode } from 'react';

import type { ReplayAnswer } from '#contracts/replay-answer.js';
import type { PolicyDocument } from '#moderation/policy.js';

import { Icon } from '../ui/icon.js';
import { isSamePolicy } from './same-policy.js';

interface StaleProps {
  readonly replay: ReplayAnswer;
  readonly liveVersion: number;
  /** What the draft says now; undefined for a version. */
  readonly document: PolicyDocument | undefined;
  readonly isEdited: boolean;
}

/** Says when a replay is about something else than what would be published now. */
export function StaleNote({ replay, liveVersion, document, isEdited }: StaleProps): ReactNode {
  const isOtherDraft = document !== undefined && replay.document !== null && !isSamePolicy(document, replay.document);
  const faults = [
    isOtherDraft ? 'The draft was saved with other values since.' : '',
    isEdited ? 'The draft has changes that are not saved; a replay is about what is saved.' : '',
    replay.against === liveVersion ? '' : `It compares with version ${replay.against}; version ${liveVersion} is live.`,
  ].filter(Boolean);
  if (faults.length === 0) return null;
  return (
    <div className="note warn">
      <Icon name="alert" />
      <div>
        <p>
          <strong>This replay is out of date.</strong> Replay again to see what would change now.
        </p>
        {faults.map((fault) => (
          <p key={fault}>{fault}</p>
        ))}
      </div>
    </div>
  );
}
