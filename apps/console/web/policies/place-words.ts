import type { PolicyValue } from '#moderation/policy-leaves.js';
import type { LateDefault } from '#moderation/policy.js';
import type { ProvisionalVerdict } from '#moderation/words.js';

import { CHANGE_NAMES, CLASS_NAMES, isFinding, LABEL_NAMES, TIER_NAMES } from '../words/words.js';
import { CLASSES, EDGES, RULED, TIERS, type Edge } from './places.js';

export const EDGE_NAMES: Readonly<Record<Edge, string>> = { clearBelow: 'Clear below', blockFrom: 'Block from' };

export const LATE_NAMES: Readonly<Record<LateDefault, string>> = {
  provisional_stands: 'Leave it as it is',
  block: 'Block it',
};

export const VERDICT_NAMES: Readonly<Record<ProvisionalVerdict, string>> = { allow: 'Allow', block: 'Block' };

export const RULE_NAMES = {
  apply: 'Apply at once',
  apply_unless_close: 'Ask a human if close',
  ask: 'Ask a human',
} as const;

export const PROVISIONAL_NAMES = {
  uncertain: 'While the heavy model has yet to settle an uncertain image',
  unavailable: 'When the fast model gave no scores',
} as const;

export const BANK_NAMES = {
  machineBlocks: 'What the heavy model blocks goes to the bank of blocked images',
  machineAllows: 'What the heavy model allows goes to the bank of allowed images',
} as const;

const find = <T extends string>(names: readonly T[], name: string | undefined): T | undefined =>
  names.find((one) => one === name);

/** What a place is called: `Explicit · Heavy model · Block from`. */
export function placeName(path: string): string {
  const [part = '', first = '', second = '', third = ''] = path.split('/').slice(1);
  const label = isFinding(first) ? LABEL_NAMES[first] : first;
  switch (part) {
    case 'thresholds': {
      const [tier, edge] = [find(TIERS, second), find(EDGES, third)];
      const names = [label, tier === undefined ? second : TIER_NAMES[tier]];
      return [...names, edge === undefined ? third : EDGE_NAMES[edge]].join(' · ');
    }
    case 'provisional':
      return first === 'uncertain' ? PROVISIONAL_NAMES.uncertain : PROVISIONAL_NAMES.unavailable;
    case 'banks':
      return first === 'machineBlocks' ? BANK_NAMES.machineBlocks : BANK_NAMES.machineAllows;
    case 'finalWithinMs':
      return `${className(first)} · Final within`;
    case 'ifLate':
      return `${className(first)} · When the final is late`;
    case 'transitions': {
      const transition = find(RULED, first);
      const about = isFinding(second) ? LABEL_NAMES[second] : second;
      return `${transition === undefined ? first : CHANGE_NAMES[transition]} · ${about}`;
    }
    default:
      return path;
  }
}

function className(name: string): string {
  const found = find(CLASSES, name);
  return found === undefined ? name : CLASS_NAMES[found];
}

/** What a place says, for people. */
export function valueText(path: string, value: PolicyValue): string {
  if (typeof value === 'object') {
    const close = value.do === 'apply_unless_close' ? `: within ${scoreText(value.margin)} of a threshold` : '';
    return `${RULE_NAMES[value.do]}${close}`;
  }
  if (typeof value === 'number') return path.startsWith('/finalWithinMs/') ? durationText(value) : scoreText(value);
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  return value === 'provisional_stands' || path.startsWith('/ifLate/')
    ? LATE_NAMES[value === 'block' ? 'block' : 'provisional_stands']
    : VERDICT_NAMES[value === 'block' ? 'block' : 'allow'];
}

const UNITS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
] as const;

/** A promise as it is, in the largest unit of which it is a whole number; seconds else. @param ms 0 or more */
export function durationText(ms: number): string {
  const whole = UNITS.find(([unitMs]) => ms > 0 && ms % unitMs === 0);
  return whole === undefined ? `${ms / 1_000} s` : `${ms / whole[0]} ${whole[1]}`;
}

/** A score or a threshold: two digits, and more where there are more. */
export const scoreText = (value: number): string => {
  const short = value.toFixed(2);
  return Number(short) === value ? short : String(value);
};
