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

  constructor(
    private readonly scores: Pick<ScoreStore, 'page'>,
    private readonly nowMs: () => number,
  ) {}

  /** @param key of the window, where it moves with time @throws DatabaseLate */
  read(key: string, window: ScoreWindow): Promise<Sampled> {
    const nowMs = this.nowMs();
    for (const [one, { readAtMs }] of this.kept) {
      if (nowMs - readAtMs >= KEPT_MS || this.kept.size > KEPT_MAX) this.kept.delete(one);
    }
    const known = this.kept.get(key);
    if (known !== undefined) return known.sampled;
    const sampled = this.sample(window);
    sampled.catch(() => this.kept.delete(key));
    this.kept.set(key, { sampled, readAtMs: nowMs });
    return sampled;
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
