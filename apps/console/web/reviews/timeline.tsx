import type { ReactNode } from 'react';

import type { CaseStepAnswer, ReviewDetailAnswer, ReviewRevision } from '#contracts/review-answer.js';

import { isAtLeast, useSession } from '../session/use-session.js';
import { inWords } from '../ui/times.js';
import { When } from '../ui/when.js';
import { LABEL_NAMES, reasonText, SOURCE_NAMES, STEP_NAMES, TRANSITION_NAMES } from '../words/words.js';
import { VerdictBadge } from './badges.js';
import { useUndo } from './use-undo.js';

type Entry = { readonly at: string; readonly key: string; readonly draw: () => ReactNode };

/** What happened to the asset and to the case, the newest first: who, what, why. */
export function Timeline({ detail }: { readonly detail: Pick<ReviewDetailAnswer, 'decisions' | 'steps'> }): ReactNode {
  const { name } = useSession();
  const decisions: Entry[] = detail.decisions.map((one) => ({
    at: one.decidedAt,
    key: `revision-${one.revision}`,
    draw: () => <Revision revision={one} me={name} />,
  }));
  const steps: Entry[] = detail.steps
    // the decision itself says more
    .filter(({ did }) => did !== 'decide' && did !== 'undo')
    .map((one, index) => ({ at: one.at, key: `step-${index}`, draw: () => <Step step={one} me={name} /> }));
  const entries = [...decisions, ...steps].sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
  return (
    <ol className="timeline">
      {entries.map(({ key, at, draw }) => (
        <li key={key}>
          {draw()}
          <span className="soft small">
            <When at={at} />
          </span>
        </li>
      ))}
    </ol>
  );
}

function Revision({ revision, me }: { readonly revision: ReviewRevision; readonly me: string }): ReactNode {
  const undo = useUndo();
  // of others' decisions only a senior takes one back
  const isSenior = isAtLeast('senior', useSession().role);
  const { actor, source, verdict, policyLabel, note, reasons, transition, exposureMs, wrongfulHoldMs, cause } =
    revision;
  const who = actor === null ? SOURCE_NAMES[source] : actor === me ? 'You' : actor;
  return (
    <div>
      <p>
        <VerdictBadge verdict={verdict} /> <strong className="foreign">{who}</strong>
        {policyLabel === null ? null : <> · {LABEL_NAMES[policyLabel]}</>}
        {cause === 'undo' ? ' took the decision back' : ''}
        <span className="soft small"> · {revision.stage}</span>
      </p>
      {note === null ? null : <p className="foreign quote">{note}</p>}
      {actor === null && reasons.length > 0 ? <p className="soft small">{reasons.map(reasonText).join('; ')}</p> : null}
      {transition === null ? null : (
        <p className="soft small">
          {TRANSITION_NAMES[transition]}
          {exposureMs === null ? '' : `, served for ${inWords(exposureMs)}`}
          {wrongfulHoldMs === null ? '' : `, withheld for ${inWords(wrongfulHoldMs)}`}
        </p>
      )}
      {revision.undoable && (actor === me || isSenior) ? (
        <button type="button" className="button little" onClick={() => void undo(revision.id)}>
          Undo
        </button>
      ) : null}
    </div>
  );
}

function Step({ step, me }: { readonly step: CaseStepAnswer; readonly me: string }): ReactNode {
  const { actor, did, note, assignee } = step;
  return (
    <div>
      <p>
        <strong className="foreign">{actor === me ? 'You' : actor}</strong> {STEP_NAMES[did]}
        {assignee === null ? null : <span className="foreign"> to {assignee === me ? 'you' : assignee}</span>}
      </p>
      {note === null ? null : <p className="foreign quote">{note}</p>}
    </div>
  );
}
