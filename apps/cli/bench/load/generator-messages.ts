import type { RequestPlan } from './request-plan.js';
import type { RunLog } from './run-log.js';

/** What the generator's process is told first: whom it uploads to, and what. */
export interface OpenGenerator {
  readonly kind: 'open';
  /** Address of the service. */
  readonly url: string;
  readonly key: string;
  /** Files of photographs by size. */
  readonly photographs: Readonly<Record<string, readonly string[]>>;
}

/** Sends the requests of a plan. One run at a time. */
export interface RunGenerator {
  readonly kind: 'run';
  readonly plan: RequestPlan;
  readonly answerMsMax: number;
}

export type ToGenerator = OpenGenerator | RunGenerator;

export type FromGenerator =
  | { readonly kind: 'opened' }
  | { readonly kind: 'progress'; readonly sent: number }
  | { readonly kind: 'ran'; readonly log: RunLog }
  | { readonly kind: 'broken'; readonly why: string };

const TO_KINDS: readonly unknown[] = ['open', 'run'] satisfies ToGenerator['kind'][];
const FROM_KINDS: readonly unknown[] = ['opened', 'progress', 'ran', 'broken'] satisfies FromGenerator['kind'][];

/** Both ends are one build: the kind tells the rest. */
export const isToGenerator = (message: unknown): message is ToGenerator => hasKind(message, TO_KINDS);

export const isFromGenerator = (message: unknown): message is FromGenerator => hasKind(message, FROM_KINDS);

const hasKind = (message: unknown, kinds: readonly unknown[]): boolean =>
  typeof message === 'object' && message !== null && 'kind' in message && kinds.includes(message.kind);
