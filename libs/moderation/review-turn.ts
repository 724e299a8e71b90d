/** The tab that last claimed a case or gave it back, and in which of its turns; null: none that counts them. */
export interface Asked {
  readonly askedIn: string | null;
  readonly askedTurn: number | null;
}

/** From where somebody asks. */
export interface Asking {
  /** Which of their tabs asks: a claim is one tab's. Left out: none, as programs have it. */
  readonly tab?: string | undefined;
  /** Of the tab: what it asks later has a larger number. Left out: nobody counts. */
  readonly turn?: number | undefined;
}

/** Whether a tab asks that numbers what it asks, in its order. */
export const countsTurns = <T extends Asking>(who: T): who is T & { readonly tab: string; readonly turn: number } =>
  who.tab !== undefined && who.turn !== undefined;

/**
 * Whether the tab that asks has claimed the case, or given it back, after it asked this: requests of one tab may overtake
 * each other, and what it wanted last is what it wants.
 */
export const isOvertaken = ({ askedIn, askedTurn }: Asked, who: Asking): boolean =>
  countsTurns(who) && who.tab === askedIn && askedTurn !== null && who.turn < askedTurn;

/** The case, knowing in which of its turns a tab asked; nothing of whoever does not count them. */
export const askedBy = <T extends Asked>(review: T, who: Asking): T =>
  countsTurns(who) ? { ...review, askedIn: who.tab, askedTurn: who.turn } : review;
