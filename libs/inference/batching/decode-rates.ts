import type { MediaType } from '#contracts/media-type.js';
import { SlidingQuantile } from './sliding-quantile.js';

/** How many of a client's last decodes of a media type count. */
const WINDOW = 40;
const SHARE = 0.95;
/** Of fewer the slowest counts, and what others' pictures took: a guess that is too low costs a process. */
const OBSERVED_MIN = 20;
/** After so long without any the seed holds again: what was slow once is not slow for ever. */
const FORGOTTEN_MS = 60_000;
/** Rates of more clients and media types than this are not kept: those noted last are. */
const RATES_MAX = 1_000;

/** Decodes of one client's pictures of one media type, as multiples of their seeds. */
interface Rate {
  readonly mediaType: MediaType;
  readonly ratios: SlidingQuantile;
  notedAtMs: number;
}

/** A costly picture: whose, of which type, and what decoding it takes by its seed, more than 0. */
export interface Seeded {
  readonly clientId: string;
  readonly mediaType: MediaType;
  readonly seedMs: number;
}

/**
 * What decoding costly pictures really takes here, as a multiple of its seed: p95 of a client's last forty of a media
 * type, of the last minute. Of a client with few of them what the clients with many have in common counts, too, so that
 * one client's slow pictures turn away none of the others'. Ordinary pictures are none of it, and costly ones none of the
 * `ServiceTimes`.
 */
export class DecodeRates {
  /** By client and media type; what was noted last comes last. */
  private readonly rates = new Map<string, Rate>();

  constructor(private readonly nowMs: () => number) {}

  note({ clientId, mediaType, seedMs }: Seeded, tookMs: number): void {
    const key = keyOf(clientId, mediaType);
    const rate = this.of(key) ?? { mediaType, ratios: new SlidingQuantile(WINDOW, SHARE), notedAtMs: 0 };
    rate.ratios.add(tookMs / seedMs);
    rate.notedAtMs = this.nowMs();
    this.rates.delete(key);
    this.rates.set(key, rate);
    const [oldest] = this.rates.keys();
    if (this.rates.size > RATES_MAX && oldest !== undefined) this.rates.delete(oldest);
  }

  /** What decoding is expected to take, at the worst of twenty. */
  expectedMs({ clientId, mediaType, seedMs }: Seeded): number {
    const own = this.of(keyOf(clientId, mediaType))?.ratios;
    const seen = own?.quantile() ?? 0;
    const isKnown = own !== undefined && own.count >= OBSERVED_MIN;
    return seedMs * (isKnown ? seen : Math.max(seen, this.common(mediaType)));
  }

  /**
   * The median of what is known of the clients and of the seed, which has one vote, and two where that makes them odd: no
   * client moves it alone.
   */
  private common(mediaType: MediaType): number {
    const votes = [1];
    for (const [key, rate] of this.rates) {
      if (!this.isFresh(rate)) this.rates.delete(key);
      else if (rate.mediaType === mediaType && rate.ratios.count >= OBSERVED_MIN) {
        votes.push(rate.ratios.quantile() ?? 1);
      }
    }
    if (votes.length % 2 === 0) votes.push(1);
    return votes.sort((a, b) => a - b)[(votes.length - 1) / 2] ?? 1;
  }

  private of(key: string): Rate | undefined {
    const rate = this.rates.get(key);
    return rate !== undefined && this.isFresh(rate) ? rate : undefined;
  }

  private isFresh({ notedAtMs }: Rate): boolean {
    return this.nowMs() - notedAtMs <= FORGOTTEN_MS;
  }
}

const keyOf = (clientId: string, mediaType: MediaType): string => `${mediaType} ${clientId}`;
