import { isFinding, type Finding } from './label.js';
import type { Judgement, Reason } from './judge.js';
import type { PastDecision } from './history.js';
import { RULED_TRANSITIONS, type RuledTransition, type TransitionRule, type TransitionRules } from './policy.js';
import { reconcile } from './reconcile.js';
import { isHuman, served, standing } from './standing.js';

/** A decision as the rules need to know it: with what it said against the asset. */
export interface ReasonedDecision extends PastDecision {
  readonly reasons: readonly Reason[];
}

/** A machine's final as the tier judged it, before the rules have been asked. */
export interface Proposed {
  readonly judgement: Judgement;
  /** Distance of the scores from the nearest operating point, 0..1. */
  readonly margin: number;
  /** Left out: every transition applies at once. */
  readonly rules?: TransitionRules | undefined;
}

/** The rules that can hold a transition back. */
export type HoldingRule = Exclude<TransitionRule['do'], 'apply'>;

/** What is written in the end, and why. */
export interface Ruling {
  readonly judgement: Judgement;
  /** What the final would change; null where it changes nothing that a rule is about. */
  readonly change: RuledTransition | null;
  /** What the change is about: the labels that block now, or those that withheld it until now. */
  readonly labels: readonly Finding[];
  /** The rule that leaves the change to a human; null where it comes into force. */
  readonly heldBy: HoldingRule | null;
}

/**
 * What a machine's final comes to under the rules of the policy. One whose change of what is served a rule holds back
 * becomes `review`: it keeps its band and reasons, says that it waits for a human, and changes nothing that is served.
 * The strictest rule of all labels concerned counts; a change without a label applies. The rules are about the model's
 * word: what a bank knows applies at once, and after a human decision there is nothing to rule on.
 */
export function ruleOn({ judgement, margin, rules }: Proposed, history: readonly ReasonedDecision[]): Ruling {
  const change = changeOf(judgement, history);
  if (change === null) return { judgement, change, labels: [], heldBy: null };
  const labels = change === 'late_block' ? blockingLabels(judgement.reasons) : withheldFor(history);
  const heldBy = rules === undefined || judgement.source !== 'heavy' ? null : strictest(rules[change], labels, margin);
  return { judgement: heldBy === null ? judgement : held(judgement), change, labels, heldBy };
}

const held = (judgement: Judgement): Judgement => ({
  ...judgement,
  verdict: 'review',
  reasons: [...judgement.reasons, { code: 'awaits_moderator' }],
});

/** The change of what is served that a final makes, of those that rules are about. */
function changeOf({ verdict }: Judgement, history: readonly ReasonedDecision[]): RuledTransition | null {
  const before = standing(history);
  if (before === undefined || isHuman(before.source)) return null;
  const { transition } = reconcile({ served: served(history), sinceMs: 0 }, verdict, 0);
  return RULED_TRANSITIONS.find((one) => one === transition) ?? null;
}

function strictest(
  rules: TransitionRules[RuledTransition],
  labels: readonly Finding[],
  margin: number,
): HoldingRule | null {
  const concerned = labels.map((label) => rules[label]);
  if (concerned.some((rule) => rule.do === 'ask')) return 'ask';
  const close = concerned.some((rule) => rule.do === 'apply_unless_close' && margin < rule.margin);
  return close ? 'apply_unless_close' : null;
}

/** A label that is only uncertain beside one that violates does not block. */
export const blockingLabels = (reasons: readonly Reason[]): Finding[] =>
  labelsOf(reasons.filter(({ code }) => code === 'violating'));

/** What the blocks named that have withheld the asset since it was last allowed, or ever. */
function withheldFor(history: readonly ReasonedDecision[]): Finding[] {
  const newestFirst = [...history].sort((a, b) => b.revision - a.revision);
  const lastAllow = newestFirst.findIndex(({ verdict }) => verdict === 'allow');
  const since = lastAllow === -1 ? newestFirst : newestFirst.slice(0, lastAllow);
  return labelsOf(since.filter(({ verdict }) => verdict === 'block').flatMap(({ reasons }) => reasons));
}

const labelsOf = (reasons: readonly Reason[]): Finding[] => [
  ...new Set(reasons.flatMap(({ label }) => (label !== undefined && isFinding(label) ? [label] : []))),
];
