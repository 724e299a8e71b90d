import { ValidateBy } from 'class-validator';

import type { CaseTransition } from './review-query.js';
import { HumanVerdict } from './review-decision.js';

/** As many as the setting `BULK_DECISIONS_MAX` can allow. */
export const BULK_DECISIONS_BOUND = 500;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const REVISION_MAX = 2_147_483_647;

const choicesSchema = (required: readonly string[]): object => ({
  type: 'array',
  minItems: 1,
  maxItems: BULK_DECISIONS_BOUND,
  items: {
    type: 'object',
    properties: {
      id: { type: 'string', format: 'uuid' },
      expectedRevision: { type: 'integer', minimum: 1, maximum: REVISION_MAX },
    },
    required,
    additionalProperties: false,
  },
});

/** A case, and the newest revision of its asset that was looked at. */
export interface BulkChoice {
  readonly id: string;
  /** Of the list, or of the preview. Left out of a preview: whatever it is. */
  readonly expectedRevision?: number;
}

/** Cases, each once. @param mayMiss whether what was looked at of them may be left out */
const Choices = (mayMiss: boolean): PropertyDecorator =>
  ValidateBy({
    name: 'reviews',
    constraints: [{ schema: choicesSchema(mayMiss ? ['id'] : ['id', 'expectedRevision']) }],
    validator: {
      validate: (value: unknown) => choicesFit(value, mayMiss),
      defaultMessage: () =>
        `must be 1 to ${BULK_DECISIONS_BOUND} of { id, expectedRevision${mayMiss ? '?' : ''} }, each id once`,
    },
  });

/** What the same decision about many cases would do: of `POST /api/reviews/bulk/preview`. */
export class BulkPreviewBody extends HumanVerdict {
  /** Each case once; at most as many as the setting `BULK_DECISIONS_MAX` says. */
  @Choices(true)
  reviews!: BulkChoice[];
}

/** The same decision about many cases: of `POST /api/reviews/bulk`. */
export class BulkDecisionBody extends HumanVerdict {
  /** Each case once, with the revision that was looked at; at most as many as the setting `BULK_DECISIONS_MAX` says. */
  @Choices(false)
  reviews!: Required<BulkChoice>[];
}

/**
 * Why one case of many is left out: `revision_changed`: there is a newer revision than was looked at; `not_found`: there is
 * no such case.
 */
export const BULK_REFUSALS = [
  'not_found',
  'already_decided',
  'withdrawn',
  'claimed_by_other',
  'claimed_in_other_tab',
  'assigned_to_other',
  'escalated',
  'held',
  'revision_changed',
] as const;
export type BulkRefusal = (typeof BULK_REFUSALS)[number];

/** What a bulk decision would do to one case, or did. */
export interface BulkItemAnswer {
  readonly id: string;
  /** Null where there is no such case. */
  readonly assetId: string | null;
  /** The newest of the asset: to be sent back as `expectedRevision`; once decided, that of the decision. */
  readonly revision: number | null;
  /** `changes`: what is served changes; `confirms`: it does not; `refused`: this case is left as it is. */
  readonly outcome: 'changes' | 'confirms' | 'refused';
  /** Null unless refused. */
  readonly why: BulkRefusal | null;
  /** What the case is about; null where there is none. */
  readonly transition: CaseTransition | null;
}

/** How many of each. */
export interface BulkCounts {
  readonly changes: number;
  readonly confirms: number;
  readonly refused: number;
}

/** What a bulk decision would do: nothing is written. */
export interface BulkPreviewAnswer {
  readonly counts: BulkCounts;
  readonly items: readonly BulkItemAnswer[];
  /** Cases that one bulk decision may be about. */
  readonly limit: number;
}

/** What a bulk decision did: all that is not refused is decided, in one transaction. */
export interface BulkDecidedAnswer {
  /** For `POST /api/bulk-decisions/{id}/undo`. */
  readonly id: string;
  readonly counts: BulkCounts;
  readonly items: readonly BulkItemAnswer[];
}

/** What undoing a bulk decision did. The cases are open again. */
export interface BulkUndoneAnswer {
  readonly id: string;
  readonly undone: number;
  /** Those somebody has decided since, has undone already, or whose asset is erased: left as they are. */
  readonly kept: number;
}

function choicesFit(value: unknown, mayMiss: boolean): boolean {
  if (!Array.isArray(value) || value.length === 0 || value.length > BULK_DECISIONS_BOUND) return false;
  const choices: unknown[] = value;
  if (!choices.every(isChoice)) return false;
  if (!mayMiss && choices.some(({ expectedRevision }) => expectedRevision === undefined)) return false;
  return new Set(choices.map(({ id }) => id)).size === choices.length;
}

function isChoice(value: unknown): value is BulkChoice {
  if (typeof value !== 'object' || value === null) return false;
  const { id, expectedRevision, ...rest } = value as Record<string, unknown>;
  if (Object.keys(rest).length > 0 || typeof id !== 'string' || !UUID.test(id)) return false;
  if (expectedRevision === undefined) return true;
  const revision = Number.isInteger(expectedRevision) ? Number(expectedRevision) : 0;
  return revision >= 1 && revision <= REVISION_MAX;
}
