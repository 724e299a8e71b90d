import type { Finding } from '#moderation/label.js';
import type { PolicyDocument } from '#moderation/policy.js';
import type { PolicyValue } from '#moderation/policy-leaves.js';
import type { Tier, TrafficClass } from '#moderation/words.js';

/** What can stand at a place, which is how it is edited and told. */
export type PlaceKind = 'score' | 'duration' | 'verdict' | 'switch' | 'late' | 'rule';

export const TIERS = ['fast', 'heavy'] as const satisfies readonly Tier[];
export const CLASSES = ['urgent', 'normal', 'bulk'] as const satisfies readonly TrafficClass[];
export const EDGES = ['clearBelow', 'blockFrom'] as const;
export const RULED = ['late_block', 'late_release'] as const;

export type Edge = (typeof EDGES)[number];
export type Ruled = (typeof RULED)[number];

export const thresholdPath = (label: Finding, tier: Tier, edge: Edge): string => `/thresholds/${label}/${tier}/${edge}`;
export const rulePath = (transition: Ruled, label: Finding): string => `/transitions/${transition}/${label}`;

const KINDS: Readonly<Record<string, PlaceKind>> = {
  thresholds: 'score',
  provisional: 'verdict',
  banks: 'switch',
  finalWithinMs: 'duration',
  ifLate: 'late',
  transitions: 'rule',
};

/** What kind of thing stands at a path. */
export const kindOf = (path: string): PlaceKind => KINDS[path.split('/')[1] ?? ''] ?? 'score';

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const isValue = (value: unknown): value is PolicyValue =>
  typeof value === 'number' ||
  typeof value === 'boolean' ||
  typeof value === 'string' ||
  (isRecord(value) && typeof value['do'] === 'string');

/** What a policy says at a place; undefined where there is none. */
export function valueAt(document: PolicyDocument, path: string): PolicyValue | undefined {
  const found = path
    .split('/')
    .slice(1)
    .reduce<unknown>((part, name) => (isRecord(part) ? part[name] : undefined), document);
  return isValue(found) ? found : undefined;
}

/** A policy that says something else at one place. */
export function withValue(document: PolicyDocument, path: string, value: PolicyValue): PolicyDocument {
  return { ...document, ...replaced(document, path.split('/').slice(1), value) };
}

function replaced(part: object, [name = '', ...rest]: readonly string[], value: PolicyValue): object {
  if (rest.length === 0) return { ...part, [name]: value };
  const inner: unknown = Reflect.get(part, name);
  return isRecord(inner) ? { ...part, [name]: replaced(inner, rest, value) } : part;
}

/** Whether two places say the same. */
export const isSame = (one: PolicyValue | undefined, other: PolicyValue | undefined): boolean =>
  textOfRule(one) === textOfRule(other);

const textOfRule = (value: PolicyValue | undefined): string =>
  typeof value === 'object' ? `${value.do} ${'margin' in value ? value.margin : ''}` : String(value);
