import { campaignClaims } from './campaigns/check-campaigns.js';
import type { CausedDecision } from './campaigns/lasting-words.js';
import { resubmissionClaims } from './check-resubmissions.js';
import { undoClaims } from './check-undos.js';
import type { PastDecision } from './history.js';
import { latenessClaims, type RecordedPromise } from './lateness.js';
import { isHuman, served, standing } from './standing.js';
import type { Stage, Transition, Verdict } from './words.js';

/** What an asset's row says of its history. */
export interface Recorded extends RecordedPromise {
  readonly revisions: number;
  readonly standingRevision: number;
  readonly stage: Stage;
  readonly verdict: Verdict;
  readonly served: boolean;
  /** It still waits for its machine final. */
  readonly pending: boolean;
  /** Its work ended without a label once, and somebody wants it tried again. */
  readonly resubmitted: boolean;
  readonly transition: Transition | null;
  /** A human's case on it is still to be decided. */
  readonly inReview: boolean;
  readonly erased: boolean;
  /** It is erased, and something is left of it that is not its decisions. */
  readonly remembered: boolean;
  readonly decisions: readonly RecordedDecision[];
}

export interface RecordedDecision extends PastDecision, CausedDecision {
  readonly supersedes: number | null;
  /** Of its reconciliation with what stood before; null where there is none. */
  readonly transition: Transition | null;
  /** The scores it rests on are there, or it rests on none. */
  readonly scored: boolean;
  /** It names an entry of a bank that is there, or it is not by hash and names none. */
  readonly matched: boolean;
  /** It has its event if it came into force, and none otherwise; or it is older than the events that are kept. */
  readonly announced: boolean;
}

/** Every way in which an asset's row and decisions break the invariants of docs/architecture.md; empty when none is. */
export function historyFaults(recorded: Recorded): string[] {
  const { decisions } = recorded;
  const inForce = standing(decisions);
  if (inForce === undefined) return ['has no decision'];
  const machineFinals = decisions.filter(isOrdinaryFinal).length;
  const claims: [boolean, string][] = [
    [decisions.every(({ revision }, index) => revision === index + 1), 'revisions do not count 1, 2, 3 …'],
    [recorded.revisions === decisions.length, 'the count of revisions is wrong'],
    [recorded.standingRevision === inForce.revision, 'the standing revision is not the one in force'],
    [
      recorded.stage === inForce.stage && recorded.verdict === inForce.verdict,
      'stage or verdict is not the standing one',
    ],
    [recorded.served === served(decisions), 'served is not what the revisions say'],
    [decisions[0]?.stage === 'provisional', 'the first decision is not provisional'],
    [
      decisions.filter(({ stage, cause }) => stage === 'provisional' && cause === null).length === 1,
      'there is more than one provisional decision',
    ],
    [machineFinals <= 1, `there are ${machineFinals} machine finals`],
    [
      recorded.pending || recorded.erased || machineFinals === 1,
      'there is no machine final and nothing waits to make one',
    ],
    [
      !recorded.pending || machineFinals === 0 || recorded.resubmitted,
      'it has its machine final and still waits for one',
    ],
    [!decisions.some(supersedesHuman(decisions)), 'a machine superseded a human'],
    [
      decisions.every(
        ({ stage, supersedes, transition }) =>
          stage === 'provisional' || (transition === null) === (supersedes === null),
      ),
      'a superseding decision was not reconciled',
    ],
    [recorded.transition === newestTransition(decisions), 'the transition is not that of the newest reconciliation'],
    [decisions.every(({ scored }) => scored), 'a decision has lost the scores it rests on'],
    [decisions.every(({ matched }) => matched), 'a decision does not name the known hash it rests on'],
    [decisions.every(({ announced }) => announced), 'a decision in force has no event, or one that is not has one'],
    [
      !(inForce.verdict === 'review' && !recorded.erased) || recorded.inReview,
      'review is its verdict and there is no case',
    ],
    [!recorded.inReview || mayBeReviewed(recorded, inForce), 'there is a case and nothing for a human to decide'],
    [!recorded.erased || !recorded.pending, 'it is erased and still waits for its final'],
    [!recorded.remembered, 'it is erased and not all that named it is gone'],
    ...latenessClaims(recorded),
    ...campaignClaims(decisions),
    ...resubmissionClaims(decisions),
    ...undoClaims(decisions),
  ];
  return claims.flatMap(([holds, fault]) => (holds ? [] : [fault]));
}

/** What waits for a human: a verdict that says so, and what was blocked late, which a human looks at afterwards. */
const mayBeReviewed = ({ erased, decisions }: Recorded, inForce: RecordedDecision): boolean =>
  !erased && (inForce.verdict === 'review' || decisions.some(({ transition }) => transition === 'late_block'));

/** The one that every asset gets from the machine; a dead letter's counts, what becomes of it later does not. */
const isOrdinaryFinal = ({ stage, source, cause }: RecordedDecision): boolean =>
  stage === 'final' && cause === null && !isHuman(source);

const newestTransition = (decisions: readonly RecordedDecision[]): Transition | null =>
  decisions.findLast(({ transition }) => transition !== null)?.transition ?? null;

const supersedesHuman =
  (decisions: Recorded['decisions']) =>
  ({ source, supersedes, cause }: Recorded['decisions'][number]): boolean =>
    !isHuman(source) &&
    cause !== 'undo' &&
    decisions.some((earlier) => earlier.revision === supersedes && isHuman(earlier.source));
