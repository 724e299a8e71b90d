import { IsIn, IsOptional, IsUUID } from 'class-validator';

import { FINDINGS, type Finding } from '#moderation/label.js';
import { TRAFFIC_CLASSES, type TrafficClass } from '#moderation/words.js';

import { WholeNumber } from './page-query.js';
import { PlainText } from './plain-text.js';

/**
 * Which cases that are still to decide: `open`: free for whoever comes next; `claimed`: somebody's claim runs; `held`: put
 * off until a time; `escalated`: for seniors and admins; `mine`: claimed by the caller, or assigned to them.
 */
export const QUEUE_STATES = ['open', 'claimed', 'held', 'escalated', 'mine'] as const;
export type QueueState = (typeof QUEUE_STATES)[number];

/** What the machine's final would change, or did: a late block was served until then. */
export const CASE_TRANSITIONS = ['late_block', 'late_release', 'needs_review'] as const;
export type CaseTransition = (typeof CASE_TRANSITIONS)[number];

const PAGE_MAX = 100;
const PAGE_DEFAULT = 50;
/** Twice what the longest cursor needs. */
const CURSOR_CHARACTERS_MAX = 300;
export const HOLDER_CHARACTERS_MAX = 200;
/** Ten years: whatever is older is as old. */
const AGE_MS_MAX = 315_360_000_000;

/** What the queue is narrowed to; what is left out does not narrow. */
export class ReviewScope {
  /** One of what the machine found against the asset. */
  @IsOptional()
  @IsIn(FINDINGS, { message: `must be one of ${FINDINGS.join(', ')}` })
  label?: Finding;

  @IsOptional()
  @IsIn(CASE_TRANSITIONS, { message: `must be one of ${CASE_TRANSITIONS.join(', ')}` })
  transition?: CaseTransition;

  @IsOptional()
  @IsIn(TRAFFIC_CLASSES, { message: `must be one of ${TRAFFIC_CLASSES.join(', ')}` })
  class?: TrafficClass;

  /** The client's id. */
  @IsOptional()
  @IsUUID(undefined, { message: 'must be the id of a client' })
  client?: string;

  /** Open for at least so long. */
  @IsOptional()
  @WholeNumber(0, AGE_MS_MAX)
  olderThanMs?: number;

  /** Whom a case is assigned to: a sign-in name. */
  @IsOptional()
  @PlainText(HOLDER_CHARACTERS_MAX)
  assignee?: string;
}

/** What `GET /api/reviews` may be narrowed to, and where a page begins. */
export class ReviewQuery extends ReviewScope {
  /** Left out: all that are still to decide. */
  @IsOptional()
  @IsIn(QUEUE_STATES, { message: `must be one of ${QUEUE_STATES.join(', ')}` })
  state?: QueueState;

  /** The `next` of the page before. */
  @IsOptional()
  @PlainText(CURSOR_CHARACTERS_MAX)
  cursor?: string;

  @WholeNumber(1, PAGE_MAX)
  limit: number = PAGE_DEFAULT;
}
