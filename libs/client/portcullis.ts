import type { Asset, Revision, Stage, Transition, Verdict } from './answers.js';
import { Batches } from './batches.js';
import { Connection, type CallLimits } from './connection.js';
import { Endpoints } from './endpoints.js';
import { ErasedError } from './problem-errors.js';
import type { EventOf, EventType } from './event-answers.js';
import { EventHub } from './event-hub.js';
import { followEvents, type EventOptions } from './event-stream.js';
import { printable } from './new-key.js';
import { everyItem } from './pages.js';
import type { ImageSource } from './sources.js';
import { submit, type SubmitOptions } from './submit.js';
import type { Fetch } from './transport.js';
import { waitForFinal, type WaitOptions } from './wait-for-final.js';

export interface PortcullisOptions {
  /** Of the upload service. */
  readonly url: string | URL;
  /** One of your client's keys. */
  readonly key: string;
  /** For every call, unless that says otherwise: two minutes, retries and their waits included. */
  readonly timeoutMs?: number | undefined;
  /** Six; 1: nothing is tried again. */
  readonly attemptsMax?: number | undefined;
  /** One minute: an attempt that takes longer counts as a broken connection. */
  readonly attemptMs?: number | undefined;
  /** A stream of up to so many bytes is held in memory, so that it can be sent again (8 MB). 0: none is. */
  readonly bufferBytesMax?: number | undefined;
  /** Another `fetch`, such as one that goes through a proxy. */
  readonly fetch?: Fetch | undefined;
}

/** What a list of assets may be narrowed to. */
export interface AssetFilter {
  readonly stage?: Stage | undefined;
  readonly verdict?: Verdict | undefined;
  readonly transition?: Transition | undefined;
  readonly served?: boolean | undefined;
  readonly externalId?: string | undefined;
  readonly uploaderId?: string | undefined;
  readonly receivedFrom?: Date | undefined;
}

const DEFAULTS = { timeoutMs: 120_000, attemptsMax: 6, attemptMs: 60_000 };
const BUFFER_BYTES_MAX = 8_000_000;
const PAGE = 100;
const LIVE_MS_MAX = 5_000;

/**
 * The upload service of Portcullis. Every call rejects with a PortcullisError: an error of the service as the class of its
 * `code` (`OverloadedError`, `UndecodableError` …), ConnectionError, DeadlineError; an aborted call with its signal's reason.
 */
export class Portcullis {
  /** Many images at once. */
  readonly batches: Batches;
  /** Where events are sent to. */
  readonly webhooks: Endpoints;
  private readonly connection: Connection;
  private readonly hub: EventHub;
  private readonly bufferBytesMax: number;

  /** @throws TypeError when the URL or the key is none */
  constructor({
    url,
    key,
    fetch = globalThis.fetch,
    bufferBytesMax = BUFFER_BYTES_MAX,
    ...options
  }: PortcullisOptions) {
    const limits = {
      timeoutMs: options.timeoutMs ?? DEFAULTS.timeoutMs,
      attemptsMax: options.attemptsMax ?? DEFAULTS.attemptsMax,
      attemptMs: options.attemptMs ?? DEFAULTS.attemptMs,
    };
    const base = new URL(url).href.replace(/\/+$/, '');
    // browsers' fetch wants to be called as nobody's method
    const ask: Fetch = (to, init) => fetch(to, init);
    this.connection = new Connection({ url: base, key: printable(key.trim(), 'key'), fetch: ask, limits });
    this.hub = new EventHub(this.connection);
    this.bufferBytesMax = bufferBytesMax;
    this.batches = new Batches(this.connection, bufferBytesMax);
    this.webhooks = new Endpoints(this.connection);
  }

  /**
   * Hands in one image and returns its provisional decision. Tried again after 409 `still-running`, 429, 503 and broken
   * connections, with one idempotency key: however often it was sent, it is one asset. A stream that is longer than
   * `bufferBytesMax` cannot be read twice: it is sent once.
   */
  submit(source: ImageSource, options: SubmitOptions = {}): Promise<Asset> {
    return submit(this.connection, source, options, this.bufferBytesMax);
  }

  /** Whether an upload service answers at all. */
  async isThere(limits: CallLimits = {}): Promise<boolean> {
    const call = { method: 'GET', path: '/health/live', isRepeatable: true } as const;
    try {
      await this.connection.answer(call, { attemptsMax: 1, timeoutMs: LIVE_MS_MAX, ...limits });
      return true;
    } catch {
      limits.signal?.throwIfAborted();
      return false;
    }
  }

  /** An asset with the decision in force. */
  get(id: string, limits: CallLimits = {}): Promise<Asset> {
    return this.connection.json({ method: 'GET', path: pathOf(id), isRepeatable: true }, limits);
  }

  /** Every decision on an asset, first to newest. */
  async revisions(id: string, limits: CallLimits = {}): Promise<readonly Revision[]> {
    const call = { method: 'GET', path: `${pathOf(id)}/revisions`, isRepeatable: true } as const;
    return (await this.connection.json<{ items: readonly Revision[] }>(call, limits)).items;
  }

  /** Your assets, newest first, read page by page. */
  list({ receivedFrom, ...filter }: AssetFilter = {}, limits: CallLimits = {}): AsyncGenerator<Asset> {
    const fields = { ...filter, receivedFrom: receivedFrom?.toISOString(), limit: PAGE };
    return everyItem(this.connection, '/v1/assets', fields, limits);
  }

  /** Waits until an asset has its final decision, five minutes unless said otherwise. */
  waitForFinal(id: string, options: WaitOptions = {}): Promise<Asset> {
    return waitForFinal(this.connection, this.hub, id, options);
  }

  /** What becomes of your assets and endpoints, from now on or behind `lastEventId`: nothing is missed or comes twice. */
  events<T extends EventType = EventType>(options: EventOptions<T> = {}): AsyncGenerator<EventOf<T>> {
    return followEvents(this.connection, options);
  }

  /** Erases an asset for good: its bytes and what is personal about it. What is erased already stays so. */
  async erase(id: string, limits: CallLimits = {}): Promise<void> {
    try {
      await this.connection.answer({ method: 'DELETE', path: pathOf(id), isRepeatable: true }, limits);
    } catch (error) {
      if (!(error instanceof ErasedError)) throw error;
    }
  }
}

const pathOf = (id: string): string => `/v1/assets/${encodeURIComponent(id)}`;
