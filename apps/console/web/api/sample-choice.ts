import type { Finding } from '#moderation/label.js';
import type { Tier } from '#moderation/words.js';

/** Which scores: of a label and tier, of the assets of a window that does not move. Times are RFC 3339. */
export interface SampleChoice {
  readonly label: Finding;
  readonly tier: Tier;
  readonly receivedFrom: string;
  readonly receivedBefore: string;
  /** A client's name; undefined: all of them. */
  readonly client?: string | undefined;
}
