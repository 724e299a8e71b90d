import { FINDINGS, type Finding } from './label.js';
import {
  TIERS,
  TRAFFIC_CLASSES,
  type ProvisionalVerdict,
  type Source,
  type Tier,
  type TrafficClass,
  type Verdict,
} from './words.js';

/** The operating points of one label in one tier: clear below `clearBelow`, violating from `blockFrom`, uncertain between. */
export interface Thresholds {
  readonly clearBelow: number;
  readonly blockFrom: number;
}

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
}

/** A document as it may have been stored: parts that came later may be missing. */
export type StoredPolicyDocument = Omit<PolicyDocument, 'banks'> & Partial<Pick<PolicyDocument, 'banks'>>;

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
};

/** A stored document with the defaults of what it does not say. */
export const completePolicy = (stored: StoredPolicyDocument): PolicyDocument => ({ banks: STARTING_BANKS, ...stored });

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
  return [...thresholds, ...promises];
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
