import { MEDIA_TYPES, type MediaType } from '#contracts/media-type.js';
import { SlidingQuantile } from './sliding-quantile.js';

/** How many of the last decodes of a media type count. */
const WINDOW = 100;
const SHARE = 0.95;
/** Of fewer the slowest counts, and the seed: a guess that is too low costs a process. */
const OBSERVED_MIN = 20;
/** After so long without any the seed holds again: what was slow once is not slow for ever. */
const FORGOTTEN_MS = 60_000;

class Rate {
  private readonly ratios = new SlidingQuantile(WINDOW, SHARE);
  private notedAtMs = -Infinity;

  note(ratio: number, nowMs: number): void {
    this.forget(nowMs);
    this.ratios.add(ratio);
    this.notedAtMs = nowMs;
  }

  ratio(nowMs: number): number {
    this.forget(nowMs);
    const seen = this.ratios.quantile() ?? 1;
    return this.ratios.count < OBSERVED_MIN ? Math.max(1, seen) : seen;
  }

  private forget(nowMs: number): void {
    if (nowMs - this.notedAtMs > FORGOTTEN_MS) this.ratios.clear();
  }
}

/**
 * What decoding costly pictures really takes here, as a multiple of its seed, by media type: p95 of the last hundred of the
 * last minute. Ordinary pictures are none of it, and costly ones none of the `ServiceTimes`.
 */
export class DecodeRates {
  private readonly rates: ReadonlyMap<MediaType, Rate> = new Map(MEDIA_TYPES.map((type) => [type, new Rate()]));

  constructor(private readonly nowMs: () => number) {}

  /** @param seedMs what it was to take by its seed, more than 0 */
  note(mediaType: MediaType, seedMs: number, tookMs: number): void {
    this.rates.get(mediaType)?.note(tookMs / seedMs, this.nowMs());
  }

  /** What decoding is expected to take, at the worst of twenty. */
  expectedMs(mediaType: MediaType, seedMs: number): number {
    return seedMs * (this.rates.get(mediaType)?.ratio(this.nowMs()) ?? 1);
  }
}
