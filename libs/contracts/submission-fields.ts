import { Transform } from 'class-transformer';
import { IsIn, IsOptional, ValidateBy } from 'class-validator';

import { TRAFFIC_CLASSES, type TrafficClass } from '#moderation/words.js';

import { isPlainText, PlainText } from './plain-text.js';

export type Metadata = Readonly<Record<string, string | number | boolean>>;

const METADATA_ENTRIES_MAX = 20;
const METADATA_TEXT_MAX = 500;
const METADATA_KEY_MAX = 40;
/** What `isMetadata` asks, as JSON Schema. */
const METADATA_SCHEMA = {
  type: 'object',
  maxProperties: METADATA_ENTRIES_MAX,
  propertyNames: { minLength: 1, maxLength: METADATA_KEY_MAX },
  additionalProperties: { type: ['string', 'number', 'boolean'], maxLength: METADATA_TEXT_MAX },
  examples: [{ board: 'cats' }],
};
/** Longer than any installation promises. */
export const DEADLINE_MS_MAX = 60_000;

/** What a client may say about an image, however it is handed in. */
export class ItemFields {
  /** The client's own name for the asset. */
  @IsOptional()
  @PlainText(255)
  externalId?: string;

  /** The client's own name for who uploaded it. */
  @IsOptional()
  @PlainText(255)
  uploaderId?: string;

  /** Whatever else the client wants to find with the asset again. */
  @IsOptional()
  @ValidateBy({
    name: 'metadata',
    constraints: [{ schema: METADATA_SCHEMA }],
    validator: {
      validate: isMetadata,
      defaultMessage: () =>
        `must be a flat object of at most ${METADATA_ENTRIES_MAX} texts (up to ${METADATA_TEXT_MAX} characters), numbers or booleans`,
    },
  })
  metadata?: Metadata;
}

/** What a client may say about an upload, beside its bytes. */
export class SubmissionFields extends ItemFields {
  /** How soon the final decision comes; normal unless told. */
  @IsOptional()
  @IsIn(TRAFFIC_CLASSES, { message: `must be one of ${TRAFFIC_CLASSES.join(', ')}` })
  class?: TrafficClass;

  /**
   * The decision is of no use to the client later than this many milliseconds after its last byte. It may only shorten
   * what the installation promises.
   */
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => toDeadline(value))
  @ValidateBy({
    name: 'deadlineMs',
    constraints: [{ schema: { type: 'integer', minimum: 1, maximum: DEADLINE_MS_MAX } }],
    validator: {
      validate: (value: unknown) => isDeadline(value),
      defaultMessage: () => `must be whole milliseconds from 1 to ${DEADLINE_MS_MAX}`,
    },
  })
  deadlineMs?: number;
}

function isMetadata(value: unknown): value is Metadata {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const entries = Object.entries(value);
  return entries.length <= METADATA_ENTRIES_MAX && entries.every(([key, entry]) => isKey(key) && isEntry(entry));
}

const isKey = (key: string): boolean => key.length >= 1 && key.length <= METADATA_KEY_MAX && isPlainText(key);

const isEntry = (entry: unknown): boolean =>
  (typeof entry === 'string' && entry.length <= METADATA_TEXT_MAX && isPlainText(entry)) ||
  (typeof entry === 'number' && Number.isFinite(entry)) ||
  typeof entry === 'boolean';

/** Whole milliseconds that a client may give a decision. */
export const isDeadline = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= DEADLINE_MS_MAX;

/** What queries, forms and headers say in digits as a number; anything else as it came, for `isDeadline` to refuse. */
export const toDeadline = (value: unknown): unknown =>
  typeof value === 'string' && /^[1-9]\d{0,5}$/.test(value) ? Number(value) : value;
