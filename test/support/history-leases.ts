import { randomUUID } from 'node:crypto';
import { expect } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { TRAFFIC_CLASSES, type Verdict } from '#moderation/words.js';
import { FinalStore } from '#persistence/final-store.js';
import { PendingFinalStore, type Lease, type LeasedAsset } from '#persistence/pending-final-store.js';
import { PolicyStore } from '#persistence/policy-store.js';
import { pick, type ModelAsset } from './history-model.js';
import { directly, type Asking } from './history-pause.js';
import { resultOf } from './history-rows.js';
import type { HistoryUploads } from './history-uploads.js';

const HOUR_MS = 3_600_000;
const PASSED = `UPDATE pending_final SET lease_expires_at = now() - interval '1 second'`;

/** What a worker says of all that it holds. */
interface Settling {
  readonly verdict: Verdict;
  /** The tries are used up. */
  readonly dies?: boolean;
}

/** Leases of the heavy tier's workers in the stores and in the model, side by side. */
export class HistoryLeases {
  /** Every lease there ever was: a worker that was presumed dead still knows its own. */
  private readonly tokens: string[] = [];
  private readonly pending: PendingFinalStore;
  private readonly policies: PolicyStore;

  constructor(
    private readonly database: DataSource,
    private readonly uploads: HistoryUploads,
  ) {
    this.pending = new PendingFinalStore(database);
    this.policies = new PolicyStore(database);
  }

  /** Whose turn it is. */
  token(turn: number): string | undefined {
    return pick(this.tokens, turn);
  }

  /** A worker asks for some assets, whether they are to be had or not. @returns its token */
  async take(wanted: readonly ModelAsset[]): Promise<string> {
    const token = randomUUID();
    this.tokens.push(token);
    const free = wanted.filter(({ mayBeLeased }) => mayBeLeased);
    const leased = await this.pending.lease(
      wanted.map(({ id }) => id),
      token,
      HOUR_MS,
    );
    for (const asset of free) asset.leaseTo(token);
    expect(leased.map(({ assetId, attempts }) => ({ id: assetId, attempts })).sort(byId)).toEqual(
      free.map(({ id, attempts }) => ({ id, attempts })),
    );
    return token;
  }

  /**
   * A worker takes what waits, class by class: so many of those that go in company, and as many of the others, each by
   * itself.
   *
   * @returns its tokens
   */
  async pull(most: number): Promise<string[]> {
    const before = this.tokens.length;
    for (const of of TRAFFIC_CLASSES) {
      const free = this.assets.filter(({ mayBeLeased, trafficClass }) => mayBeLeased && trafficClass === of);
      const [fresh, tried] = [free.filter(goesInCompany), free.filter((asset) => !goesInCompany(asset))];
      const under = this.newLease();
      const leased = await this.pending.leaseFresh(of, most, under);
      expectLeased(leased, { from: fresh, most: freshOf(fresh, most), token: under.token });
      for (let n = 0; n < Math.min(most, tried.length); n += 1) {
        const { token, ms } = this.newLease();
        expectLeased(await this.pending.leaseTried(of, { token, ms }), { from: tried, most: 1, token });
      }
    }
    return this.tokens.slice(before);
  }

  /** A worker writes what it found out about every asset there is; only those it holds may change. */
  async settle(
    token: string | undefined,
    { verdict, dies = false }: Settling,
    asking: Asking = directly(this.database),
  ): Promise<void> {
    if (token === undefined) return;
    const { version } = await this.policies.live();
    const results = this.assets.map(({ id }) => resultOf(id, { verdict, policyVersion: version, dies }));
    const { answer, again } = await asking((database) => new FinalStore(database).settle(token, results, Date.now()));
    const held = this.heldUnder(token);
    const settled = answer.map(({ assetId }) => assetId).sort();
    // what it was not told of was written before, all of it
    if (!again || settled.length > 0) expect(settled).toEqual(held.map(({ id }) => id));
    for (const asset of held) {
      if (dies) asset.die();
      else asset.settle(verdict);
    }
  }

  async end(how: 'expire' | 'give back' | 'hand back', token: string | undefined): Promise<void> {
    if (token === undefined) return;
    const held = this.heldUnder(token);
    const ids = this.assets.map(({ id }) => id);
    if (how === 'give back') await this.pending.giveBack(ids, token, 0, 'it failed');
    if (how === 'hand back') await this.pending.handBack(token, 0);
    if (how === 'expire') await this.database.query(`${PASSED} WHERE lease_token = $1`, [token]);
    for (const asset of held) {
      if (how === 'hand back') asset.attempts -= 1;
      asset.lease = how === 'expire' ? { token, live: false } : null;
    }
  }

  /** The bytes of all that a worker holds are late: it is put off. @param counts it was a try */
  async putOff(token: string | undefined, counts: boolean): Promise<void> {
    if (token === undefined) return;
    const held = this.heldUnder(token);
    const ids = this.assets.map(({ id }) => id);
    if (counts) await this.pending.giveBack(ids, token, HOUR_MS, 'its bytes are late');
    else await this.pending.handBack(token, HOUR_MS);
    for (const asset of held) {
      if (!counts) asset.attempts -= 1;
      asset.lease = { token: null, live: true };
    }
  }

  /** The time has come of all that was put off. */
  async bringBack(): Promise<void> {
    const off = this.assets.filter(({ pending, lease }) => pending && lease?.token === null);
    await this.database.query(`${PASSED} WHERE asset_id = ANY ($1)`, [off.map(({ id }) => id)]);
    for (const asset of off) asset.lease = { token: null, live: false };
  }

  /** All workers are dead. */
  async expireAll(): Promise<void> {
    const held = this.assets.filter(({ pending, lease }) => pending && lease !== null);
    await this.database.query(`${PASSED} WHERE asset_id = ANY ($1)`, [held.map(({ id }) => id)]);
    for (const { lease } of held) if (lease !== null) lease.live = false;
  }

  /** What waits was tried as often as the model says. */
  async check(): Promise<void> {
    const rows: unknown = await this.database.query(
      `SELECT asset_id AS id, attempts FROM pending_final WHERE asset_id = ANY ($1) ORDER BY asset_id`,
      [this.assets.map(({ id }) => id)],
    );
    expect(rows).toEqual(this.assets.filter(({ pending }) => pending).map(({ id, attempts }) => ({ id, attempts })));
  }

  private newLease(): Lease {
    const token = randomUUID();
    this.tokens.push(token);
    return { token, ms: HOUR_MS };
  }

  private get assets(): readonly ModelAsset[] {
    return this.uploads.assets;
  }

  private heldUnder(token: string): ModelAsset[] {
    return this.assets.filter(({ pending, lease }) => pending && lease?.token === token);
  }
}

/** How many of what nobody has tried a batch gets: of what was put off and handed back, half of it at the most. */
function freshOf(fresh: readonly ModelAsset[], most: number): number {
  const putOff = fresh.filter(({ lease }) => lease !== null).length;
  const returned = Math.min(Math.ceil(most / 2), putOff);
  return returned + Math.min(most - returned, fresh.length - putOff);
}

/** Nobody has tried it, or one worker that is dead has: what failed is not under a lease any more. */
const goesInCompany = ({ attempts, lease }: ModelAsset): boolean =>
  attempts === 0 || (attempts === 1 && lease !== null && lease.token !== null);

/** As many as there are, all of them to be had, and each begun once more. */
function expectLeased(
  leased: readonly LeasedAsset[],
  { from, most, token }: { from: readonly ModelAsset[]; most: number; token: string },
): void {
  const free = from.filter(({ mayBeLeased }) => mayBeLeased);
  expect(leased).toHaveLength(Math.min(most, free.length));
  for (const { assetId, attempts } of leased) {
    const asset = free.find(({ id }) => id === assetId);
    asset?.leaseTo(token);
    expect(asset?.attempts).toBe(attempts);
  }
}

const byId = (a: { readonly id: string }, b: { readonly id: string }): number => (a.id < b.id ? -1 : 1);
