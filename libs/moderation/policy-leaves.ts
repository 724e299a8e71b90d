import { FINDINGS } from './label.js';
import {
  LATE_DEFAULTS,
  RULED_TRANSITIONS,
  type LateDefault,
  type PolicyDocument,
  type TransitionRule,
} from './policy.js';
import { PROVISIONAL_VERDICTS, TIERS, TRAFFIC_CLASSES, type ProvisionalVerdict } from './words.js';

/** What a policy says at one place. A rule is one thing: half of it means nothing. */
export type PolicyValue = number | boolean | ProvisionalVerdict | LateDefault | TransitionRule;

/** Is shown every place of a document, and says what the copy has there. `is` tells what may stand at that place. */
type Visit = <T extends PolicyValue>(path: string, value: T, is: (value: PolicyValue) => value is T) => T;

const isNumber = (value: PolicyValue): value is number => typeof value === 'number';
const isBoolean = (value: PolicyValue): value is boolean => typeof value === 'boolean';
const isVerdict = (value: PolicyValue): value is ProvisionalVerdict =>
  PROVISIONAL_VERDICTS.some((verdict) => verdict === value);
const isLateDefault = (value: PolicyValue): value is LateDefault => LATE_DEFAULTS.some((one) => one === value);
const isRule = (value: PolicyValue): value is TransitionRule => typeof value === 'object';

/**
 * A copy of a policy, place by place and always in the same order.
 *
 * @param visit gets each place as a JSON pointer (RFC 6901), such as `/thresholds/sexual.explicit/fast/blockFrom`
 */
export function mapPolicy(document: PolicyDocument, visit: Visit): PolicyDocument {
  const { thresholds, provisional, banks, finalWithinMs, ifLate, transitions } = document;
  return {
    thresholds: each(FINDINGS, thresholds, (label, tiers) =>
      each(TIERS, tiers, (tier, { clearBelow, blockFrom }) => ({
        clearBelow: visit(`/thresholds/${label}/${tier}/clearBelow`, clearBelow, isNumber),
        blockFrom: visit(`/thresholds/${label}/${tier}/blockFrom`, blockFrom, isNumber),
      })),
    ),
    provisional: {
      uncertain: visit('/provisional/uncertain', provisional.uncertain, isVerdict),
      unavailable: visit('/provisional/unavailable', provisional.unavailable, isVerdict),
    },
    banks: {
      machineBlocks: visit('/banks/machineBlocks', banks.machineBlocks, isBoolean),
      machineAllows: visit('/banks/machineAllows', banks.machineAllows, isBoolean),
    },
    finalWithinMs: each(TRAFFIC_CLASSES, finalWithinMs, (name, ms) => visit(`/finalWithinMs/${name}`, ms, isNumber)),
    ifLate: each(TRAFFIC_CLASSES, ifLate, (name, effect) => visit(`/ifLate/${name}`, effect, isLateDefault)),
    transitions: each(RULED_TRANSITIONS, transitions, (transition, rules) =>
      each(FINDINGS, rules, (label, rule) => visit(`/transitions/${transition}/${label}`, rule, isRule)),
    ),
  };
}

/** Every place of a policy with what stands there. */
export function policyLeaves(document: PolicyDocument): ReadonlyMap<string, PolicyValue> {
  const leaves = new Map<string, PolicyValue>();
  mapPolicy(document, (path, value) => {
    leaves.set(path, value);
    return value;
  });
  return leaves;
}

/** Whether two places say the same. */
export function sameValue(one: PolicyValue | undefined, other: PolicyValue | undefined): boolean {
  if (typeof one !== 'object' || typeof other !== 'object') return one === other;
  return one.do === other.do && marginIn(one) === marginIn(other);
}

const marginIn = (rule: TransitionRule): number | undefined => ('margin' in rule ? rule.margin : undefined);

const each = <K extends string, V>(
  names: readonly K[],
  record: Readonly<Record<K, V>>,
  of: (name: K, value: V) => V,
): Record<K, V> => ({ ...record, ...Object.fromEntries(names.map((name) => [name, of(name, record[name])])) });
