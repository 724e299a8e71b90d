import { release } from '../api/reviews.js';

/** A claim as it is drawn. */
export interface Held {
  /** `none`: this case is not to be taken as it is; `done`: it is settled or given away. */
  readonly state: 'none' | 'asking' | 'mine' | 'refused' | 'released' | 'done';
  /** When it runs out unless it is renewed. */
  readonly until: string | undefined;
  /** Why it was refused. */
  readonly error: Error | undefined;
}

export const UNASKED: Held = { state: 'none', until: undefined, error: undefined };

/** What is so of a claim at this moment, whatever is drawn. */
export interface ClaimNow {
  isMine: boolean;
  /** When it runs out unless it is renewed, epoch milliseconds. */
  untilMs: number;
  /** It may stand: it was asked for, and neither refused nor given back since. */
  isAsked: boolean;
  /** How often something was asked: an answer to what is not the last means nothing any more. */
  asks: number;
  isAsking: boolean;
  /** Resolves when the last one that was asked for has been answered, whatever was said. */
  answer: Promise<void>;
  /** A decision is under way, which needs it. */
  isKept: boolean;
  isLeft: boolean;
}

export const NOTHING_ASKED: Readonly<ClaimNow> = {
  isMine: false,
  untilMs: 0,
  isAsked: false,
  asks: 0,
  isAsking: false,
  answer: Promise.resolve(),
  isKept: false,
  isLeft: false,
};

/** It is nobody's business here any more: answers that are still to come say nothing. */
export function forgetClaim(now: ClaimNow): void {
  Object.assign(now, { isMine: false, isAsked: false, isAsking: false, asks: now.asks + 1 });
}

/** What may stand is given back, whether or not it was answered: what comes later than this is refused. */
export function giveBack(id: string, now: ClaimNow): void {
  if (now.isAsked) void release(id).catch(() => undefined);
  forgetClaim(now);
}
