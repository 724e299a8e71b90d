import type { AssetEventType, DISABLED_EVENT, DisabledWhy, TEST_EVENT } from '#moderation/events/event-types.js';
import type { Finding } from '#moderation/label.js';
import type { Source, Stage, Transition, Verdict } from '#moderation/words.js';

/** A decision as an event tells it. Scores and thresholds are nowhere in it. */
export interface EventDecision {
  readonly revision: number;
  readonly stage: Stage;
  readonly verdict: Verdict;
  readonly source: Source;
  /** Whether the asset may be shown while this decision is in force. */
  readonly served: boolean;
  /** What the decision's reasons are about. */
  readonly labels: readonly Finding[];
  readonly decidedAt: string;
}

/** What has become true of an asset. */
export interface AssetEventData {
  readonly assetId: string;
  readonly externalId: string | null;
  /** The revision that came into force: higher is later, of one asset. Numbers may be missing, none comes twice. */
  readonly sequence: number;
  readonly previous: EventDecision;
  readonly current: EventDecision;
  /** Null where the decision is not final: what was promised for a late final holds. */
  readonly transition: Transition | null;
  /** Milliseconds a late_block was served; null for every other transition. */
  readonly exposureMs: number | null;
}

/** Which of the client's endpoints gets nothing any more. What happens from then on is not kept for it. */
export interface EndpointDisabledData {
  readonly endpointId: string;
  readonly url: string;
  /** It is gone (410), has failed for days on end, or an admin of the service wants it so. */
  readonly why: Exclude<DisabledWhy, 'by_client'>;
  readonly disabledAt: string;
}

/** Body of a webhook, and `data` of a server-sent event. Its id stands in the header `webhook-id`, or in `id:`. */
export type EventPayload =
  | { readonly type: AssetEventType; readonly timestamp: string; readonly data: AssetEventData }
  | { readonly type: typeof DISABLED_EVENT; readonly timestamp: string; readonly data: EndpointDisabledData }
  | { readonly type: typeof TEST_EVENT; readonly timestamp: string; readonly data: { readonly message: string } };

/** An event as it is stored. */
export type StoredEvent = { readonly id: string } & EventPayload;

/** The same text for the same event, at every try and in every stream. */
export const payloadText = ({ type, timestamp, data }: StoredEvent): string =>
  JSON.stringify({ type, timestamp, data });
