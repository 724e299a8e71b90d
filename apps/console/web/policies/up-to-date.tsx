import type { ReactNode } from 'react';

import type { PolicyAnswer } from '#contracts/policy-answer.js';

import { isAtLeast, useSession } from '../session/use-session.js';
import { Icon } from '../ui/icon.js';
import { BeginDraft } from './begin-draft.js';
import { StopNotes } from './stop-notes.js';

interface UpToDateProps {
  readonly policy: PolicyAnswer;
  readonly live: PolicyAnswer;
}

/** Says that another version went live since one was written, and leads to where both are brought together. */
export function UpToDate({ policy, live }: UpToDateProps): ReactNode {
  const { role } = useSession();
  const { version, baseVersion } = policy;
  return (
    <section className="stops" aria-label="Overtaken">
      <StopNotes policy={policy} />
      <div className="note warn">
        <Icon name="alert" />
        <div>
          <p>
            <strong>Version {live.version} went live since this was written.</strong>
          </p>
          <p>
            Version {version} follows {baseVersion === null ? 'nothing' : `version ${baseVersion}`}, and publishing it
            would take back what version {live.version} changed.
          </p>
          {isAtLeast('admin', role) && baseVersion !== null ? (
            <p>
              <BeginDraft from={policy} keepsNote liveVersion={baseVersion} below="/merge" isMain>
                Bring both together
              </BeginDraft>
            </p>
          ) : null}
        </div>
      </div>
    </section>
  );
}
