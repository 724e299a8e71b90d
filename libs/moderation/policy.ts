import { FINDINGS, type Finding } from './label.js';
import {
  TIERS,
  TRAFFIC_CLASSES,
  type ProvisionalVerdict,
  type Source,
  type Tier,
  type TrafficClass,
  type Transition,
  type Verdict,
} from './words.js';

/** The operating points of one label in one tier: clear below `clearBelow`, violating from `blockFrom`, uncertain between. */
export interface Thresholds {
  readonly clearBelow: number;
  readonly blockFrom: number;
}

/** What becomes of an asset whose final was promised for a time that has passed. */
export const LATE_DEFAULTS = ['provisional_stands', 'block'] as const;
export type LateDefault = (typeof LATE_DEFAULTS)[number];

/** The transitions that change what is served, and so may be held until a human has looked. */
export const RULED_TRANSITIONS = ['late_block', 'late_release'] as const satisfies Transition[];
export type RuledTransition = (typeof RULED_TRANSITIONS)[number];

/** What a transition does about a label: `margin` is the least distance, 0..1, of the scores from any operating point. */
export type TransitionRule =
  { readonly do: 'apply' } | { readonly do: 'apply_unless_close'; readonly margin: number } | { readonly do: 'ask' };

export type TransitionRules = Readonly<Record<RuledTransition, Readonly<Record<Finding, TransitionRule>>>>;

/** What a policy version says. Immutable once stored; a change is a new version. */
export interface PolicyDocument {
  readonly thresholds: Readonly<Record<Finding, Readonly<Record<Tier, Thresholds>>>>;
  readonly provisional: {
    /** The verdict while the heavy tier has yet to settle an uncertain asset. */
    readonly uncertain: ProvisionalVerdict;
    /** The verdict when the fast tier gave no scores: it failed, is not ready or is full. */
    readonly unavailable: ProvisionalVerdict;
  };
  /** Which of the machine's finals the banks learn from; they always learn from human ones. */
  readonly banks: {
    /** Blocked assets go to `decided.block`. */
    readonly machineBlocks: boolean;
    /** Allowed assets go to `decided.allow`. */
    readonly machineAllows: boolean;
  };
  /** The promise behind `finalBy`: milliseconds from receipt to the final decision. */
  readonly finalWithinMs: Readonly<Record<TrafficClass, number>>;
  /** What is done, until the final is there, when the promise is broken. */
  readonly ifLate: Readonly<Record<TrafficClass, LateDefault>>;
  /** Which of the machine's changes of mind apply at once, and which ask a human first. */
  readonly transitions: TransitionRules;
}

type LaterPart = 'banks' | 'ifLate' | 'transitions';

/** A document as it may have been stored: parts that came later may be missing. */
export type StoredPolicyDocument = Omit<PolicyDocument, LaterPart> & Partial<Pick<PolicyDocument, LaterPart>>;

export interface Policy {
  readonly version: number;
  readonly document: PolicyDocument;
}

/** One thing wrong with a policy document; `pointer` is a JSON pointer (RFC 6901) into it. */
export interface PolicyFault {
  readonly pointer: string;
  readonly detail: string;
}

interface MachineFinal {
  readonly verdict: Verdict;
  readonly source: Source;
}

const FINAL_WITHIN_MS = { min: 1_000, max: 30 * 86_400_000 };

/** Where a document does not say it: a machine's error must not decide about what it has never seen. */
export const STARTING_BANKS: PolicyDocument['banks'] = { machineBlocks: false, machineAllows: false };

/** Where a document does not say it: a broken promise changes nothing that is served. */
export const STARTING_IF_LATE: PolicyDocument['ifLate'] = {
  urgent: 'provisional_stands',
  normal: 'provisional_stands',
  bulk: 'provisional_stands',
};

const APPLY_EVERY: TransitionRules[RuledTransition] = {
  'sexual.explicit': { do: 'apply' },
  'sexual.explicit.drawn': { do: 'apply' },
  'sexual.suggestive': { do: 'apply' },
};

/** Where a document does not say it: the final label has its effect at once. */
export const STARTING_TRANSITIONS: TransitionRules = { late_block: APPLY_EVERY, late_release: APPLY_EVERY };

/** What a new installation starts with: block what is near certain, let the heavy tier settle the rest. */
export const STARTING_POLICY: PolicyDocument = {
  thresholds: {
    'sexual.explicit': { fast: { clearBelow: 0.3, blockFrom: 0.75 }, heavy: { clearBelow: 0.35, blockFrom: 0.7 } },
    'sexual.explicit.drawn': {
      fast: { clearBelow: 0.3, blockFrom: 0.75 },
      heavy: { clearBelow: 0.35, blockFrom: 0.7 },
    },
    'sexual.suggestive': { fast: { clearBelow: 0.5, blockFrom: 0.95 }, heavy: { clearBelow: 0.6, blockFrom: 0.95 } },
  },
  provisional: { uncertain: 'allow', unavailable: 'block' },
  banks: STARTING_BANKS,
  finalWithinMs: { urgent: 60_000, normal: 600_000, bulk: 86_400_000 },
  ifLate: STARTING_IF_LATE,
  transitions: STARTING_TRANSITIONS,
};

/** A stored document with the defaults of what it does not say. */
export const completePolicy = (stored: StoredPolicyDocument): PolicyDocument => ({
  banks: STARTING_BANKS,
  ifLate: STARTING_IF_LATE,
  transitions: STARTING_TRANSITIONS,
  ...stored,
});

/** Whether the banks learn from a machine's final: never from one that they decided themselves. */
export function feedsBank({ banks }: PolicyDocument, { verdict, source }: MachineFinal): boolean {
  if (source !== 'heavy') return false;
  return (verdict === 'block' && banks.machineBlocks) || (verdict === 'allow' && banks.machineAllows);
}

const isShare = (value: number): boolean => Number.isFinite(value) && value >= 0 && value <= 1;

/** Every fault of a document whose shape is already right; an empty list means that it decides every score vector. */
export function policyFaults(document: PolicyDocument): PolicyFault[] {
  const thresholds = FINDINGS.flatMap((label) =>
    TIERS.flatMap((tier) => thresholdFaults(`/thresholds/${label}/${tier}`, document.thresholds[label][tier])),
  );
  const promises = TRAFFIC_CLASSES.filter((name) => {
    const within = document.finalWithinMs[name];
    return !(within >= FINAL_WITHIN_MS.min && within <= FINAL_WITHIN_MS.max);
  }).map((name) => ({
    pointer: `/finalWithinMs/${name}`,
    detail: `must lie between ${FINAL_WITHIN_MS.min} and ${FINAL_WITHIN_MS.max} milliseconds`,
  }));
  return [...thresholds, ...promises, ...ruleFaults(document.transitions)];
}

function ruleFaults(transitions: TransitionRules): PolicyFault[] {
  return RULED_TRANSITIONS.flatMap((transition) =>
    FINDINGS.flatMap((label): PolicyFault[] => {
      const rule = transitions[transition][label];
      if (rule.do !== 'apply_unless_close' || isShare(rule.margin)) return [];
      return [{ pointer: `/transitions/${transition}/${label}/margin`, detail: 'must lie between 0 and 1' }];
    }),
  );
}

function thresholdFaults(pointer: string, { clearBelow, blockFrom }: Thresholds): PolicyFault[] {
  const faults: PolicyFault[] = [];
  if (!isShare(clearBelow)) faults.push({ pointer: `${pointer}/clearBelow`, detail: 'must lie between 0 and 1' });
  if (!isShare(blockFrom)) faults.push({ pointer: `${pointer}/blockFrom`, detail: 'must lie between 0 and 1' });
  if (faults.length === 0 && clearBelow > blockFrom) {
    faults.push({ pointer: `${pointer}/clearBelow`, detail: 'must not exceed blockFrom' });
  }
  return faults;
}
