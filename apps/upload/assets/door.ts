import { Problem } from '#contracts/problems.js';
import type { TrafficClass } from '#moderation/words.js';

import { Crowd, RETRY_MS, type Guest } from '../crowd.js';
import type { FastTier } from '../fast-tier/fast-tier.js';
import { CostlyDebts } from './costly-debts.js';

export interface DoorOptions {
  readonly tier: Pick<FastTier, 'predict' | 'isFull' | 'miss' | 'capacityPerSecond'>;
  /** What becomes of uploads that the fast tier cannot judge in time. */
  readonly ifShed: 'accept' | 'refuse';
  /**
   * What a look has from the last byte on. Whoever is let in by a forecast with more time than that is received, stored and
   * then not judged.
   */
  readonly lookMs: number;
  readonly nowMs: () => number;
}

/** More uploads at once are refused: each holds a connection, a file and a place in the queue. */
const UPLOADS_MAX = 256;
/** A quarter of them: no client shuts the door to others. */
const CLIENT_UPLOADS_MAX = UPLOADS_MAX / 4;
/** Those that are for the first upload of a client: four clients whose bodies are slow do not shut it either. */
const NEWCOMERS_MIN = UPLOADS_MAX / 8;
/** So few uploads at once are let in whatever is predicted: they cannot take the fast tier's time from others. */
const FEW = 8;
/** An upload that has been arriving for longer comes from a slow client: when it will want to be judged is not known. */
const ARRIVING_MS = 250;
/**
 * Uploads that the fast tier will not judge are let in at this share of its rate, for the heavy tier to settle. Taking one
 * in costs a fifth of judging it and a tenth of a second of the heavy tier: with all of them let in, the time of those that
 * are judged would go into receiving those that are not.
 */
const UNJUDGED_SHARE = 0.1;

/** Who stands at the door. */
export interface Arriving {
  readonly clientId: string;
  readonly trafficClass: TrafficClass;
}

/** Decides before a body is read whether an upload may come in. */
export class Door {
  private readonly inside: Crowd;
  /** Those inside whose last byte is not here. */
  private readonly arriving = new Set<Guest>();
  private readonly costly: CostlyDebts;
  private allowance = 0;
  private filledAtMs: number;

  constructor(private readonly options: DoorOptions) {
    const places = { max: UPLOADS_MAX, clientMax: CLIENT_UPLOADS_MAX, newcomersMin: NEWCOMERS_MIN };
    this.inside = new Crowd({ ...places, nowMs: options.nowMs });
    this.costly = new CostlyDebts(options.nowMs);
    this.filledAtMs = options.nowMs();
  }

  /**
   * Does the work of one upload.
   *
   * @param work is to call `arrived` when the last byte is here
   * @param onShed told when the upload is sent away
   * @throws Problem `overloaded` with the time to come again; whatever `work` throws
   */
  async pass<T>(by: Arriving, work: (arrived: () => void) => Promise<T>, onShed: (reason: string) => void): Promise<T> {
    this.refuseCrowd(by.clientId, onShed);
    this.costly.come(by.clientId);
    if (this.costly.areAny) this.costly.pay(this.costlyPerSecond);
    this.admit(by, onShed);
    const upload = this.inside.enter(by.clientId);
    const arrived = (): void => void this.arriving.delete(upload);
    this.arriving.add(upload);
    try {
      return await work(arrived);
    } finally {
      this.inside.leave(upload);
      arrived();
    }
  }

  /**
   * Takes in an upload of a client whose headers say that it takes too long to be looked at. Those that can be looked at are
   * none of it.
   *
   * @returns the answer to it instead, when the client has had too many of them
   */
  takeCostly(clientId: string, onShed: (reason: string) => void): Problem | undefined {
    this.costly.pay(this.costlyPerSecond);
    const waitMs = this.costly.waitMs(clientId);
    if (waitMs > 0) {
      onShed('client_costly');
      const wording = 'Too many of your pictures take longer to decode than there is time for. Nothing was stored.';
      return overloaded(wording, waitMs);
    }
    this.costly.note(clientId);
    return undefined;
  }

  private refuseCrowd(clientId: string, onShed: (reason: string) => void): void {
    const tooMany = this.inside.refusal(clientId);
    if (tooMany === undefined) return;
    onShed(tooMany.of === 'client' ? 'client_uploads_max' : 'uploads_max');
    const whose = tooMany.of === 'client' ? 'of your uploads' : 'uploads';
    throw overloaded(`Too many ${whose} are arriving at once. Nothing was stored.`, tooMany.retryAfterMs);
  }

  private get costlyPerSecond(): number {
    return UNJUDGED_SHARE * this.options.tier.capacityPerSecond;
  }

  private admit({ clientId, trafficClass }: Arriving, onShed: (reason: string) => void): void {
    if (this.options.ifShed === 'accept' && this.inside.size < FEW) return;
    const { wouldShed, retryAfterMs, capacityPerSecond } = this.options.tier.predict(
      { clientId, trafficClass },
      this.arrivingBefore(clientId),
      this.options.lookMs,
    );
    if (!wouldShed || (this.options.ifShed === 'accept' && this.isAllowed(capacityPerSecond * UNJUDGED_SHARE))) return;
    onShed('predicted');
    this.options.tier.miss({ clientId, trafficClass });
    throw tooBusy(retryAfterMs);
  }

  /**
   * Uploads that will go before one that comes now: its client's own, and of every other client, as clients go in turn, no
   * more than its client then has; none of a client that has as many looks as it may.
   */
  private arrivingBefore(clientId: string): number {
    const sinceMs = this.options.nowMs() - ARRIVING_MS;
    const soon = new Map<string, number>();
    for (const upload of this.arriving) {
      if (upload.cameAtMs >= sinceMs) soon.set(upload.clientId, (soon.get(upload.clientId) ?? 0) + 1);
    }
    const own = soon.get(clientId) ?? 0;
    const before = (id: string, theirs: number): number =>
      this.options.tier.isFull(id) ? 0 : Math.min(theirs, own + 1);
    return [...soon].reduce((sum, [id, theirs]) => sum + (id === clientId ? own : before(id, theirs)), 0);
  }

  /** A bucket that fills at `perSecond` and holds what a second brings. */
  private isAllowed(perSecond: number): boolean {
    const nowMs = this.options.nowMs();
    const filled = this.allowance + ((nowMs - this.filledAtMs) / 1_000) * perSecond;
    this.allowance = Math.min(Math.max(1, perSecond), filled);
    this.filledAtMs = nowMs;
    if (this.allowance < 1) return false;
    this.allowance -= 1;
    return true;
  }
}

const overloaded = (detail: string, retryAfterMs: number): Problem =>
  new Problem('overloaded', detail, { retryAfterMs: Math.max(1, Math.ceil(retryAfterMs)) });

/** Whoever is sent away hears when to come again; after a second where no time is known. */
export const tooBusy = (retryAfterMs = RETRY_MS): Problem =>
  overloaded('The fast tier has more to do than it can do in time. Nothing was stored.', retryAfterMs);
