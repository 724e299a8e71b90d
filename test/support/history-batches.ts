import { randomUUID } from 'node:crypto';
import { expect } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { uuidv7 } from 'uuidv7';
import { BulkStore } from '#persistence/bulk-store.js';
import { BulkWorkStore, type BulkWork, type ItemOutcome } from '#persistence/bulk-work-store.js';
import { keyOf } from '../../apps/upload/batches/bulk-source.js';
import { pick, type BatchStep, type Step } from './history-model.js';
import type { HistoryUploads } from './history-uploads.js';

const HOUR_MS = 3_600_000;
const EVERYTHING = { archives: [], shared: false, full: [] };

interface ModelItem {
  readonly number: number;
  state: 'waiting' | 'accepted' | 'failed' | 'cancelled';
  attempts: number;
  /** Who took it last, and whether nobody else may take it yet. */
  lease: { readonly token: string; readonly live: boolean } | null;
  /** What it became when it was handed in first: it never becomes anything else. */
  handedIn: string | null;
  assetId: string | null;
}

interface ModelBatch {
  readonly id: string;
  readonly key: string | null;
  readonly items: readonly ModelItem[];
  state: 'running' | 'done' | 'cancelled';
}

/** What a worker took at a time; it still knows that when it was presumed dead. */
interface Taken {
  readonly token: string;
  readonly batch: ModelBatch;
  readonly work: readonly BulkWork[];
}

/** Batches of addresses in the stores and in the model, side by side. */
export class HistoryBatches {
  private readonly batches: ModelBatch[] = [];
  private readonly taken: Taken[] = [];
  private readonly store: BulkStore;
  private readonly work: BulkWorkStore;

  constructor(
    private readonly database: DataSource,
    private readonly clientId: string,
    private readonly uploads: HistoryUploads,
  ) {
    this.store = new BulkStore(database);
    this.work = new BulkWorkStore(database);
  }

  /** None is left at work by another sequence. */
  static async prepare(database: DataSource): Promise<void> {
    await database.query(`UPDATE bulk_submission SET state = 'cancelled', finished_at = now() WHERE state = 'running'`);
  }

  /** @param world names this sequence: keys are its own */
  async take(step: BatchStep, world: string): Promise<void> {
    switch (step.do) {
      case 'batch':
        return this.submit(step, world);
      case 'take items':
        return this.lease(step.most);
      case 'hand in':
        return this.handIn(step);
      case 'lose items':
        return this.lose(step.turn);
      case 'cancel batch':
        return this.cancel(step.turn);
      case 'end batches':
        return this.end();
    }
  }

  /** An asset is erased: its item says which it was, also where nobody has said so yet, and is in nobody's hands. */
  forget(assetId: string): void {
    for (const item of this.batches.flatMap(({ items }) => items)) {
      if (item.handedIn !== assetId) continue;
      item.state = 'accepted';
      item.assetId = assetId;
      item.lease = null;
    }
  }

  /** Every item is as the model has it, and every batch. */
  async check(): Promise<void> {
    const ids = this.batches.map(({ id }) => id);
    const rows = await this.database.query<unknown[]>(
      `SELECT s.id, s.state AS batch, i.number, i.state, i.attempts, i.asset_id AS "assetId"
       FROM bulk_submission s JOIN bulk_item i ON i.submission_id = s.id WHERE s.id = ANY ($1) ORDER BY s.id, i.number`,
      [ids],
    );
    expect(rows).toEqual(
      this.batches.flatMap(({ id, state: batch, items }) =>
        items.map(({ number, state, attempts, assetId }) => ({ id, batch, number, state, attempts, assetId })),
      ),
    );
  }

  private async submit({ items: count, key: short }: Extract<Step, { do: 'batch' }>, world: string): Promise<void> {
    const id = uuidv7();
    const key = short === null ? null : `${world} batch ${short}`;
    const items = Array.from({ length: count }, (_, index) => ({
      ...{ url: `http://a.example/${index}`, entry: null, externalId: null, uploaderId: null, metadata: null },
    }));
    const row = { id, clientId: this.clientId, kind: 'urls', fingerprint: Buffer.from('x'), items } as const;
    const created = await this.store.create({ ...row, key: key ?? undefined });
    const isTaken = key !== null && this.batches.some((batch) => batch.key === key);
    expect(created).toBe(isTaken ? 'key_taken' : 'created');
    if (isTaken) return;
    const begun = { state: 'waiting', attempts: 0, lease: null, handedIn: null, assetId: null } as const;
    this.batches.push({ id, key, state: 'running', items: items.map((_, index) => ({ number: index + 1, ...begun })) });
  }

  /** A worker takes what it gets: items of one batch, as many as are free. */
  private async lease(most: number): Promise<void> {
    const token = randomUUID();
    const free = this.batches.filter(({ state }) => state === 'running').filter(({ items }) => items.some(isFree));
    const work = await this.work.lease(token, HOUR_MS, most, EVERYTHING);
    const batch = free.find(({ id }) => id === work[0]?.submissionId);
    expect(batch === undefined).toBe(free.length === 0);
    if (batch === undefined) {
      expect(work).toEqual([]);
      return;
    }
    const wanted = work.map(({ number }) => batch.items[number - 1]).filter((item) => item !== undefined);
    expect(wanted.filter(isFree)).toHaveLength(Math.min(most, batch.items.filter(isFree).length));
    expect(new Set(work.map(({ submissionId, number }) => `${submissionId} ${number}`)).size).toBe(wanted.length);
    for (const item of wanted) {
      item.lease = { token, live: true };
      item.attempts += 1;
    }
    this.taken.push({ token, batch, work });
  }

  /** A worker hands in one of the items that it took, if it is told so, and says how that ended, if it lives for as long. */
  private async handIn({ turn, how, verdict }: Extract<Step, { do: 'hand in' }>): Promise<void> {
    const taken = pick(this.taken, turn);
    const work = taken?.work[turn % taken.work.length];
    const item = taken?.batch.items[(work?.number ?? 0) - 1];
    if (taken === undefined || work === undefined || item === undefined) return;
    const outcome = how === 'later' || how === 'failed' ? OUTCOMES[how] : await this.accept(work, item, verdict);
    if (how === 'die') return;
    await this.work.settle(taken.token, work, outcome);
    if (item.lease?.token !== taken.token) return;
    if (outcome.kind !== 'later' && (item.state === 'waiting' || item.state === 'cancelled')) {
      item.state = outcome.kind;
      item.assetId = outcome.kind === 'accepted' ? outcome.assetId : null;
    } else if (item.state !== 'waiting') return;
    item.lease = null;
  }

  private async accept(work: BulkWork, item: ModelItem, verdict: 'allow' | 'block'): Promise<ItemOutcome> {
    const assetId = await this.uploads.accept({ verdict, ifLate: 'provisional_stands', overdue: false }, keyOf(work));
    item.handedIn ??= assetId;
    expect(assetId).toBe(item.handedIn);
    return { kind: 'accepted', assetId, verdict };
  }

  /** A worker is presumed dead: others may take what it has. */
  private async lose(turn: number): Promise<void> {
    const taken = pick(this.taken, turn);
    if (taken === undefined) return;
    await this.database.query(
      `UPDATE bulk_item SET ready_at = now() - interval '1 second' WHERE lease_token = $1 AND state = 'waiting'`,
      [taken.token],
    );
    for (const item of taken.batch.items) {
      if (item.lease?.token === taken.token) item.lease = { token: taken.token, live: false };
    }
  }

  private async cancel(turn: number): Promise<void> {
    const batch = pick(
      this.batches.filter(({ state }) => state === 'running'),
      turn,
    );
    if (batch === undefined) return;
    await this.store.cancel(this.clientId, batch.id);
    batch.state = 'cancelled';
    for (const item of batch.items) if (item.state === 'waiting') item.state = 'cancelled';
  }

  private async end(): Promise<void> {
    const ended = this.batches.filter(
      ({ state, items }) => state === 'running' && items.every((item) => item.state !== 'waiting'),
    );
    expect((await this.work.finish()).sort()).toEqual(ended.map(({ id }) => id));
    for (const batch of ended) batch.state = 'done';
  }
}

const isFree = ({ state, lease }: ModelItem): boolean => state === 'waiting' && lease?.live !== true;

const OUTCOMES: Readonly<Record<'failed' | 'later', ItemOutcome>> = {
  failed: { kind: 'failed', problem: { code: 'url-unreachable', detail: 'gone' } },
  later: { kind: 'later', afterMs: 0, shed: false },
};
