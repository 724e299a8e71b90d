import { textBody } from './body.js';
import type { Call, CallLimits, Connection } from './connection.js';
import type { Delivery, DeliveryState, Endpoint, EventType, NewEndpoint } from './event-answers.js';
import { everyItem } from './pages.js';

/** Where your events are to be sent. */
export interface EndpointFields {
  readonly url: string;
  /** Left out or empty: all. */
  readonly types?: readonly EventType[] | undefined;
}

export interface EndpointChange extends Partial<EndpointFields> {
  readonly state?: Endpoint['state'] | undefined;
}

export interface RotateOptions extends CallLimits {
  readonly force?: boolean | undefined;
}

const PATH = '/v1/webhooks';
const PAGE = 100;

/** Your endpoints for webhooks, and what became of the events that were sent there. */
export class Endpoints {
  constructor(private readonly connection: Connection) {}

  /** The answer has the secret that signatures are made with: it is shown this once. */
  create(fields: EndpointFields, limits: CallLimits = {}): Promise<NewEndpoint> {
    return this.connection.json(asking('POST', PATH, fields), limits);
  }

  /** The oldest first. */
  async list(limits: CallLimits = {}): Promise<readonly Endpoint[]> {
    const call: Call = { method: 'GET', path: PATH, isRepeatable: true };
    return (await this.connection.json<{ items: readonly Endpoint[] }>(call, limits)).items;
  }

  get(id: string, limits: CallLimits = {}): Promise<Endpoint> {
    return this.connection.json({ method: 'GET', path: pathOf(id), isRepeatable: true }, limits);
  }

  change(id: string, change: EndpointChange, limits: CallLimits = {}): Promise<Endpoint> {
    return this.connection.json({ ...asking('PATCH', pathOf(id), change), isRepeatable: true }, limits);
  }

  /** Removes it with its deliveries. */
  async remove(id: string, limits: CallLimits = {}): Promise<void> {
    await this.connection.answer({ method: 'DELETE', path: pathOf(id), isRepeatable: true }, limits);
  }

  /**
   * Makes another secret; for a day requests are signed with both, and there is no third (ConflictError): who has lost the
   * answer can make one with `force`, which ends the one from before that is still in place.
   */
  rotate(id: string, { force, ...limits }: RotateOptions = {}): Promise<NewEndpoint> {
    return this.connection.json(asking('POST', `${pathOf(id)}/rotate${force === true ? '?force=true' : ''}`), limits);
  }

  /** Sends `webhook.test`. @returns the event's id */
  test(id: string, limits: CallLimits = {}): Promise<{ readonly eventId: string }> {
    return this.connection.json(asking('POST', `${pathOf(id)}/test`), limits);
  }

  /** The newest first. */
  deliveries(id: string, { state }: { state?: DeliveryState } = {}, limits: CallLimits = {}): AsyncGenerator<Delivery> {
    return everyItem(this.connection, `${pathOf(id)}/deliveries`, { state, limit: PAGE }, limits);
  }

  /** Sends an event again, under its id. */
  async replay(id: string, eventId: string, limits: CallLimits = {}): Promise<void> {
    const path = `${pathOf(id)}/deliveries/${encodeURIComponent(eventId)}/replay`;
    await this.connection.answer({ ...asking('POST', path), isRepeatable: true }, limits);
  }
}

const pathOf = (id: string): string => `${PATH}/${encodeURIComponent(id)}`;

/** Not to be sent twice, unless said otherwise: what came of the first is not known. */
function asking(method: 'POST' | 'PATCH', path: string, fields?: object): Call {
  const call: Call = { method, path, isRepeatable: false };
  if (fields === undefined) return call;
  return { ...call, headers: { 'content-type': 'application/json' }, body: textBody(JSON.stringify(fields)) };
}
