import { Problem } from '#contracts/problems.js';
import { joinSamples, type LabelSample } from '#moderation/statistics/label-sample.js';
import type { ScoreStore, ScoreWindow } from '#persistence/score-store.js';
import type { UsageStore } from '#persistence/usage-store.js';

const PAGE = 2_000;
/** Enough for an interval of half a per cent; and 2 MB. */
const ASSETS_MAX = 50_000;
/** People wait for it. */
const READING_MS_MAX = 8_000;
/** Whoever moves a threshold asks again and again. */
const KEPT_MS = 30_000;
/** So do people with a window that has ended, in which only decisions come and go: they are to compare the same assets. */
const ENDED_KEPT_MS = 600_000;
const KEPT_MAX = 6;
/** Others need connections too. */
const READ_AT_ONCE_MAX = 3;

/** The newest assets of a window. */
export interface Sampled {
  readonly sample: LabelSample;
  /** There are more in the window. */
  readonly truncated: boolean;
  /** When the sample begins: before the first asset of all there was no quiet time. */
  readonly sinceMs: number;
  /** Core seconds that a look of the heavy tier took since then; null where none was measured. */
  readonly heavySecondsPerAsset: number | null;
  readonly readAtMs: number;
}

interface Kept {
  readonly sampled: Promise<Sampled>;
  readonly untilMs: number;
}

interface SampleParts {
  readonly scores: Pick<ScoreStore, 'page' | 'firstReceived'>;
  readonly usage: Pick<UsageStore, 'sum'>;
  /** Now. */
  readonly nowMs: () => number;
  /** Milliseconds from any time on, which never go back. */
  readonly passedMs: () => number;
}

/** Reads samples of scores, and keeps the last few for a moment. */
export class SampleScores {
  private readonly kept = new Map<string, Kept>();
  private underWay = 0;

  constructor(private readonly parts: SampleParts) {}

  /**
   * @param key of the window, where it moves with time
   * @param hasEnded the window does not move
   * @throws Problem `overloaded` while others are read; DatabaseLate
   */
  async read(key: string, window: ScoreWindow, hasEnded: boolean): Promise<Sampled> {
    const nowMs = this.parts.passedMs();
    for (const [one, { untilMs }] of this.kept) {
      if (nowMs >= untilMs || this.kept.size > KEPT_MAX) this.kept.delete(one);
    }
    const known = this.kept.get(key);
    if (known !== undefined) return known.sampled;
    if (this.underWay >= READ_AT_ONCE_MAX) {
      throw new Problem('overloaded', 'Scores of other windows are being read: come back in a few seconds.');
    }
    const sampled = this.counted(window);
    sampled.catch(() => this.kept.delete(key));
    this.kept.set(key, { sampled, untilMs: nowMs + (hasEnded ? ENDED_KEPT_MS : KEPT_MS) });
    return sampled;
  }

  private async counted(window: ScoreWindow): Promise<Sampled> {
    this.underWay += 1;
    try {
      return await this.sample(window);
    } finally {
      this.underWay -= 1;
    }
  }

  private async sample(window: ScoreWindow): Promise<Sampled> {
    const { scores, nowMs, passedMs } = this.parts;
    const [readAtMs, untilMs] = [nowMs(), passedMs() + READING_MS_MAX];
    const pages: LabelSample[] = [];
    let assets = 0;
    let cursor: string | undefined;
    for (;;) {
      const { sample, next, reachedMs } = await scores.page(window, PAGE, cursor);
      pages.push(sample);
      assets += sample.columns.count;
      const truncated = next !== null;
      if (!truncated || assets >= ASSETS_MAX || passedMs() >= untilMs) {
        const sinceMs = await this.sinceMs(window, truncated ? reachedMs : null);
        const heavySecondsPerAsset = await this.heavySeconds(sinceMs, window.before);
        return { sample: joinSamples(pages), truncated, sinceMs, heavySecondsPerAsset, readAtMs };
      }
      cursor = next;
    }
  }

  /** @param reachedMs when the oldest asset came that was looked at; null where all of the window were */
  private async sinceMs({ from, before, clientId }: ScoreWindow, reachedMs: number | null): Promise<number> {
    const first = reachedMs ?? (await this.parts.scores.firstReceived(clientId))?.getTime();
    return Math.min(before.getTime(), Math.max(from.getTime(), first ?? 0));
  }

  /** The busy time of the tier, divided by what it answered, tells what one look takes. */
  private async heavySeconds(sinceMs: number, before: Date): Promise<number | null> {
    const used = (await this.parts.usage.sum(new Date(sinceMs), before)).filter(({ tier }) => tier === 'heavy');
    const items = used.reduce((sum, one) => sum + one.items, 0);
    const busyMs = used.reduce((sum, one) => sum + one.busyCoreMs, 0);
    return items > 0 ? busyMs / items / 1_000 : null;
  }
}
