import type { ReactNode } from 'react';

import type { ReviewAnswer, SlaAnswer } from '#contracts/review-answer.js';
import type { Verdict } from '#moderation/words.js';

import { useNow } from '../ui/now.js';
import { asLocal, asUtc, inWords } from '../ui/times.js';
import { When } from '../ui/when.js';
import { CHANGE_NAMES, LABEL_NAMES, STATE_NAMES, VERDICT_DONE } from '../words/words.js';

const CHANGE_TONES = { late_block: 'block', late_release: 'allow', needs_review: 'accent' } as const;
const VERDICT_TONES: Readonly<Record<Verdict, string>> = { allow: 'allow', block: 'block', review: 'accent' };

export const ChangeBadge = ({ change }: Pick<ReviewAnswer, 'change'>): ReactNode => (
  <span className={`badge ${CHANGE_TONES[change]}`}>{CHANGE_NAMES[change]}</span>
);

export const VerdictBadge = ({ verdict }: { readonly verdict: Verdict }): ReactNode => (
  <span className={`badge ${VERDICT_TONES[verdict]}`}>{VERDICT_DONE[verdict]}</span>
);

/** What the machine found, in words. */
export const Labels = ({ labels }: Pick<ReviewAnswer, 'labels'>): ReactNode =>
  labels.length === 0 ? (
    <span className="soft">No finding</span>
  ) : (
    labels.map((label) => LABEL_NAMES[label]).join(' · ')
  );

const SLA_TONES: Readonly<Record<SlaAnswer['color'], string>> = { green: 'allow', amber: 'warn', red: 'block' };

/** How much time is left, by colour and in words; the words go on with the clock. */
export function Sla({ sla }: { readonly sla: SlaAnswer }): ReactNode {
  const nowMs = useNow();
  const leftMs = Date.parse(sla.dueAt) - nowMs;
  const text = leftMs >= 0 ? `due in ${inWords(leftMs)}` : `overdue by ${inWords(-leftMs)}`;
  const tone = leftMs < 0 ? SLA_TONES.red : SLA_TONES[sla.color];
  return (
    <span className={`badge ${tone}`} title={`${asLocal(sla.dueAt, nowMs)} · ${asUtc(sla.dueAt)}`}>
      {text}
    </span>
  );
}

/** With whom a case is, or whom it waits for. */
export function Whose({ item, me }: { readonly item: ReviewAnswer; readonly me: string }): ReactNode {
  const who = (name: string): string => (name === me ? 'you' : name);
  if (item.state === 'claimed' && item.claimedBy !== null)
    return <span className="foreign">with {who(item.claimedBy)}</span>;
  if (item.state === 'held' && item.heldUntil !== null) {
    return (
      <span className="soft">
        put off until <When at={item.heldUntil} />
      </span>
    );
  }
  if (item.assignedTo !== null) return <span className="foreign">for {who(item.assignedTo)}</span>;
  if (item.state === 'escalated') return <span>for a senior</span>;
  return <span className="soft">{item.skipped ? 'you skipped it' : STATE_NAMES[item.state].toLowerCase()}</span>;
}
