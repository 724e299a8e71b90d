import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsOptional, IsUUID, ValidateIf } from 'class-validator';

import type { ReasonCode } from '#moderation/judge.js';
import { FINDINGS, type Finding } from '#moderation/label.js';
import { OVERVIEW_WINDOWS, type OverviewWindow } from '#moderation/overview/windows.js';
import {
  PROVISIONAL_VERDICTS,
  TRAFFIC_CLASSES,
  TRANSITIONS,
  type ProvisionalVerdict,
  type Source,
  type TrafficClass,
  type Transition,
} from '#moderation/words.js';

import { WholeNumber } from './page-query.js';
import { PlainText } from './plain-text.js';
import { PointInTime } from './point-in-time.js';

/**
 * What a list of assets is of, and which of their times it is by, the newest first. `received`: what came in, by when;
 * `provisional`: by their provisional decisions; `final`: by the machine's ordinary finals; `reconciled`: by what changed
 * them, or confirmed them, so often as that was; `opened`: by when their cases were opened; `decided`: by when people decided
 * their cases. Of this moment, the oldest first: `waiting`: for their final; `review`: for a human; `dead_letter`: with a
 * dead letter that is open, the newest of those first.
 */
export const ASSET_LISTS = [
  'received',
  'provisional',
  'final',
  'reconciled',
  'opened',
  'decided',
  'waiting',
  'review',
  'dead_letter',
] as const;
export type AssetList = (typeof ASSET_LISTS)[number];

/** What a provisional decision may come from. */
export const PROVISIONAL_SOURCES = ['fast', 'hash', 'default'] as const satisfies Source[];
export type ProvisionalSource = (typeof PROVISIONAL_SOURCES)[number];

/** Why the policy's default decided: for lack of time, or of a model. */
export const DEFAULT_REASONS = ['shed', 'fast_tier_failed', 'fast_tier_not_ready'] as const satisfies ReasonCode[];
export type DefaultReason = (typeof DEFAULT_REASONS)[number];

/** Of assets that both tiers scored: all, or those of which both, or one alone, found a label to violate. */
export const SEEN_BY = ['compared', 'both', 'fast', 'heavy'] as const;
export type SeenBy = (typeof SEEN_BY)[number];

const PAGE_MAX = 100;
const PAGE_DEFAULT = 50;
/** Twice what the longest cursor needs. */
const CURSOR_CHARACTERS_MAX = 120;
/** Ten years. */
const DURATION_MS_MAX = 315_360_000_000;

const oneOf = (words: readonly string[]): { message: string } => ({ message: `must be one of ${words.join(', ')}` });

/** What `GET /api/assets` may be narrowed to, and where a page begins. What is left out does not narrow. */
export class AssetListQuery {
  @IsIn(ASSET_LISTS, oneOf(ASSET_LISTS))
  list: AssetList = 'received';

  /** As the overview has it, until now. `since` and `until` go before it. */
  @IsOptional()
  @IsIn(OVERVIEW_WINDOWS, oneOf(OVERVIEW_WINDOWS))
  window?: OverviewWindow;

  /** From then on, by the list's time. */
  @IsOptional()
  @PointInTime()
  since?: Date;

  /** Before then. */
  @IsOptional()
  @PointInTime()
  until?: Date;

  @IsOptional()
  @IsIn(TRAFFIC_CLASSES, oneOf(TRAFFIC_CLASSES))
  class?: TrafficClass;

  /** The client's id. */
  @IsOptional()
  @IsUUID(undefined, { message: 'must be the id of a client' })
  client?: string;

  /** Of the provisional decision. */
  @IsOptional()
  @IsIn(PROVISIONAL_VERDICTS, oneOf(PROVISIONAL_VERDICTS))
  verdict?: ProvisionalVerdict;

  /** Of the provisional decision. */
  @IsOptional()
  @IsIn(PROVISIONAL_SOURCES, oneOf(PROVISIONAL_SOURCES))
  source?: ProvisionalSource;

  /** Why the policy's default decided at first. */
  @IsOptional()
  @IsIn(DEFAULT_REASONS, oneOf(DEFAULT_REASONS))
  reason?: DefaultReason;

  /** In `reconciled` that of the reconciliation, in lists of cases that of the case, otherwise the asset's newest. */
  @IsOptional()
  @IsIn(TRANSITIONS, oneOf(TRANSITIONS))
  transition?: Transition;

  /** What the final decision in force says against the asset; with `seenBy`, the label that was seen. */
  @ValidateIf(({ label, seenBy }: AssetListQuery) => label !== undefined || needsLabel(seenBy))
  @IsIn(FINDINGS, oneOf(FINDINGS))
  label?: Finding;

  /** All but `compared` are about a `label`. */
  @IsOptional()
  @IsIn(SEEN_BY, oneOf(SEEN_BY))
  seenBy?: SeenBy;

  /** The final was not there, or is not, by the time that it was promised for. */
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean({ message: 'must be true or false' })
  late?: boolean;

  /** It was served wrongly for at least so long. */
  @IsOptional()
  @WholeNumber(0, DURATION_MS_MAX)
  exposedFromMs?: number;

  /** It was withheld wrongly for at least so long. */
  @IsOptional()
  @WholeNumber(0, DURATION_MS_MAX)
  heldFromMs?: number;

  /** The `next` of the page before. */
  @IsOptional()
  @PlainText(CURSOR_CHARACTERS_MAX)
  cursor?: string;

  @WholeNumber(1, PAGE_MAX)
  limit: number = PAGE_DEFAULT;
}

const needsLabel = (seenBy: SeenBy | undefined): boolean => seenBy !== undefined && seenBy !== 'compared';
