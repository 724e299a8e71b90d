import { IsIn, IsOptional } from 'class-validator';

import { PlainText, SaysSomething } from './plain-text.js';
import { PointInTime } from './point-in-time.js';
import { HOLDER_CHARACTERS_MAX, ReviewScope } from './review-query.js';

export const REASON_CHARACTERS_MAX = 1_000;

/** Which of a person's tabs asks: a claim is the tab's that took it. Programs leave it out, and are one tab together. */
export const TAB_HEADER = 'x-portcullis-tab';
/** What a tab calls itself: at random, the same for all pages that it shows. */
export const TAB = /^[\w-]{16,64}$/;
/** Which of its requests this is, by a number that rises: they may arrive in another order than a tab sends them. */
export const TURN_HEADER = 'x-portcullis-turn';
export const TURN = /^\d{1,9}$/;

/** Where the next case may come from: the open ones (left out), what waits for a senior, or what is assigned to oneself. */
const NEXT_STATES = ['open', 'escalated', 'mine'] as const;
export type NextState = (typeof NEXT_STATES)[number];

/** Of which part of the queue to take the head: `POST /api/reviews/next`. */
export class NextReviewBody extends ReviewScope {
  @IsOptional()
  @IsIn(NEXT_STATES, { message: `must be one of ${NEXT_STATES.join(', ')}` })
  state?: NextState;
}

/** Why a case is put back, or goes to a senior. */
export class ReasonBody {
  /** In the moderator's words; kept with the case. */
  @SaysSomething()
  @PlainText(REASON_CHARACTERS_MAX, { lines: true })
  reason!: string;
}

/** Puts a case off. */
export class HoldBody extends ReasonBody {
  /** At most 30 days ahead. */
  @PointInTime()
  until!: Date;
}

/** Gives a case to somebody. */
export class AssignBody {
  /** The sign-in name of a person who may decide, or who holds a key that may. */
  @PlainText(HOLDER_CHARACTERS_MAX)
  assignee!: string;

  @IsOptional()
  @PlainText(REASON_CHARACTERS_MAX, { lines: true })
  reason?: string | null;
}

/** Takes a hold, an escalation or an assignment back; or takes back a decision. */
export class OptionalReasonBody {
  @IsOptional()
  @PlainText(REASON_CHARACTERS_MAX, { lines: true })
  reason?: string | null;
}
