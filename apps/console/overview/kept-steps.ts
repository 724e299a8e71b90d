import { Tally } from '#moderation/overview/cells.js';
import { stepsOf, type Span } from '#moderation/overview/windows.js';

/** What fills the tallies of steps of one length, one after the other. */
export type Fill = (tallies: ReadonlyMap<number, Tally>, stepMs: number) => Promise<void>;

/** What was written down for a step is in the database by then, whoever wrote it. */
const SETTLED_AFTER_MS = 120_000;
/** No statement looks at more than this: of a million assets a week it is a few hundred milliseconds. */
const STRETCH_MS_MAX = 4 * 3_600_000;

/** The steps of one window. What is long past is counted once: it does not change any more. */
export class KeptSteps {
  private readonly settled = new Map<number, Tally>();

  constructor(private readonly fill: Fill) {}

  /** The tally of each step of a span, the oldest first. @throws DatabaseLate; what was counted until then is kept */
  async read(span: Span): Promise<Tally[]> {
    for (const atMs of this.settled.keys()) if (atMs < span.fromMs) this.settled.delete(atMs);
    const starts = stepsOf(span);
    const missing = starts.filter((atMs) => !this.settled.has(atMs));
    const fresh = new Map<number, Tally>();
    const atOnce = Math.floor(STRETCH_MS_MAX / span.stepMs);
    for (let index = 0; index < missing.length; index += atOnce) {
      const part = new Map(missing.slice(index, index + atOnce).map((atMs) => [atMs, new Tally()]));
      await this.fill(part, span.stepMs);
      for (const [atMs, tally] of part) {
        const isSettled = atMs + span.stepMs + SETTLED_AFTER_MS <= span.untilMs;
        (isSettled ? this.settled : fresh).set(atMs, tally);
      }
    }
    return starts.map((atMs) => this.settled.get(atMs) ?? fresh.get(atMs) ?? new Tally());
  }
}
