import { Tally } from '#moderation/overview/cells.js';
import { stepsOf, type Span } from '#moderation/overview/windows.js';
import { DatabaseLate } from '#persistence/errors.js';

/** What fills the tallies of steps of one length, one after the other. */
export type Fill = (tallies: ReadonlyMap<number, Tally>, stepMs: number) => Promise<void>;

/** When decisions were that were taken back since a time, all in epoch milliseconds. */
export type Undone = (sinceMs: number) => Promise<readonly number[]>;

/** What was written down for a step is in the database by then, whoever wrote it, unless the database was away. */
const SETTLED_AFTER_MS = 120_000;
/** What no upload service could write for so long it has given up. */
const GIVEN_UP_AFTER_MS = 24 * 3_600_000;
/** How much a statement looks at: less where the database is late for more. Each divides those before it. */
const STRETCHES_MS: readonly [number, ...number[]] = [4 * 3_600_000, 3_600_000, 900_000, 60_000];

/** The steps of one window. What is long past is counted once: it changes only where a decision of then is taken back. */
export class KeptSteps {
  private readonly settled = new Map<number, Tally>();
  /** When it was last seen that the database is away: what was to be written then may come later. */
  private faultMs = -Infinity;
  /** Until when it is known what was taken back. */
  private lookedMs = 0;

  constructor(
    private readonly fill: Fill,
    private readonly undone: Undone,
  ) {}

  /**
   * The tally of each step of a span, the oldest first.
   *
   * @throws DatabaseLate, when it is late for the shortest stretch; whole steps that were settled until then are kept
   */
  async read(span: Span): Promise<Tally[]> {
    for (const atMs of this.settled.keys()) if (atMs < span.fromMs) this.settled.delete(atMs);
    await this.forgetUndone(span);
    const starts = stepsOf(span);
    const counted = new Map(starts.map((atMs) => [atMs, this.settled.get(atMs) ?? new Tally()]));
    const missing = starts.filter((atMs) => !this.settled.has(atMs));
    try {
      for (const run of runsOf(missing, span.stepMs)) await this.count(run, counted, span);
    } catch (error) {
      this.faultMs = span.untilMs;
      throw error;
    }
    return [...counted.values()];
  }

  /** An undo may be in the database as late as anything else: what was looked at of the last of them is looked at again. */
  private async forgetUndone({ stepMs, untilMs }: Span): Promise<void> {
    const undone = this.settled.size === 0 ? [] : await this.undone(this.lookedMs - SETTLED_AFTER_MS);
    for (const atMs of undone) this.settled.delete(Math.floor(atMs / stepMs) * stepMs);
    this.lookedMs = untilMs;
  }

  /** Adds up missing steps, which lie one after the other. */
  private async count(missing: readonly number[], counted: ReadonlyMap<number, Tally>, span: Span): Promise<void> {
    const { stepMs } = span;
    let [atMs = 0] = missing;
    const endMs = atMs + missing.length * stepMs;
    let [stretchMs] = STRETCHES_MS;
    while (atMs < endMs) {
      const lengthMs = Math.min(stretchMs, endMs - atMs);
      const part = await this.filled(atMs, lengthMs, Math.min(stepMs, stretchMs));
      if (part === undefined) {
        stretchMs = shorterThan(lengthMs) ?? stretchMs;
        continue;
      }
      for (const [beginMs, tally] of part) counted.get(beginMs - (beginMs % stepMs))?.addAll(tally);
      atMs += lengthMs;
      this.settle(counted, atMs, span);
    }
  }

  /** Tallies of a stretch; undefined where the database is late for it and a shorter one may do. */
  private async filled(atMs: number, lengthMs: number, stepMs: number): Promise<Map<number, Tally> | undefined> {
    const begins = Array.from({ length: lengthMs / stepMs }, (_, index) => atMs + index * stepMs);
    const part = new Map(begins.map((beginMs) => [beginMs, new Tally()]));
    try {
      await this.fill(part, stepMs);
      return part;
    } catch (error) {
      if (error instanceof DatabaseLate && shorterThan(lengthMs) !== undefined) return undefined;
      throw error;
    }
  }

  /** Keeps the steps that have been counted to their ends, if nothing more can come to them. */
  private settle(counted: ReadonlyMap<number, Tally>, countedUntilMs: number, { stepMs, untilMs }: Span): void {
    for (const [atMs, tally] of counted) {
      const endMs = atMs + stepMs;
      if (endMs > countedUntilMs) return;
      const isWritten = Math.max(endMs, this.faultMs) + SETTLED_AFTER_MS <= untilMs;
      if (isWritten || endMs + GIVEN_UP_AFTER_MS <= untilMs) this.settled.set(atMs, tally);
    }
  }
}

/** Steps, the oldest first, as stretches of such as lie one after the other. */
function runsOf(steps: readonly number[], stepMs: number): number[][] {
  const runs: number[][] = [];
  for (const atMs of steps) {
    const run = runs.at(-1);
    if (run?.at(-1) === atMs - stepMs) run.push(atMs);
    else runs.push([atMs]);
  }
  return runs;
}

const shorterThan = (lengthMs: number): number | undefined => STRETCHES_MS.find((one) => one < lengthMs);
