import { Problem } from '#contracts/problems.js';
import { joinSamples, type LabelSample } from '#moderation/statistics/label-sample.js';
import type { ScoreStore, ScoreWindow } from '#persistence/score-store.js';

const PAGE = 2_000;
/** Enough for an interval of half a per cent; and 2 MB. */
const ASSETS_MAX = 50_000;
/** People wait for it. */
const READING_MS_MAX = 8_000;
/** Whoever moves a threshold asks again and again. */
const KEPT_MS = 30_000;
const KEPT_MAX = 4;
/** Others need connections too. */
const READ_AT_ONCE_MAX = 3;

/** The newest assets of a window. */
export interface Sampled {
  readonly sample: LabelSample;
  /** There are more in the window. */
  readonly truncated: boolean;
  /** When the oldest that was looked at was received; null where there was none. */
  readonly oldestMs: number | null;
}

interface Kept {
  readonly sampled: Promise<Sampled>;
  readonly readAtMs: number;
}

/** Reads samples of scores, and keeps the last few for a moment. */
export class SampleScores {
  private readonly kept = new Map<string, Kept>();
  private underWay = 0;

  constructor(
    private readonly scores: Pick<ScoreStore, 'page'>,
    private readonly nowMs: () => number,
  ) {}

  /**
   * @param key of the window, where it moves with time
   * @throws Problem `overloaded` while others are read; DatabaseLate
   */
  async read(key: string, window: ScoreWindow): Promise<Sampled> {
    const nowMs = this.nowMs();
    for (const [one, { readAtMs }] of this.kept) {
      if (nowMs - readAtMs >= KEPT_MS || this.kept.size > KEPT_MAX) this.kept.delete(one);
    }
    const known = this.kept.get(key);
    if (known !== undefined) return known.sampled;
    if (this.underWay >= READ_AT_ONCE_MAX) {
      throw new Problem('overloaded', 'Scores of other windows are being read: come back in a few seconds.');
    }
    const sampled = this.counted(window);
    sampled.catch(() => this.kept.delete(key));
    this.kept.set(key, { sampled, readAtMs: nowMs });
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
    const untilMs = this.nowMs() + READING_MS_MAX;
    const pages: LabelSample[] = [];
    let assets = 0;
    let cursor: string | undefined;
    for (;;) {
      const { sample, next, reachedMs } = await this.scores.page(window, PAGE, cursor);
      pages.push(sample);
      assets += sample.columns.count;
      const isEnd = next === null;
      if (isEnd || assets >= ASSETS_MAX || this.nowMs() >= untilMs) {
        return { sample: joinSamples(pages), truncated: !isEnd, oldestMs: reachedMs };
      }
      cursor = next;
    }
  }
}
