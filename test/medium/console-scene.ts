import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { uuidv7 } from 'uuidv7';
import type { DataSource } from 'typeorm';
import { SCOPES, type Role } from '#contracts/access.js';
import type { Preprocessing } from '#contracts/prepared-image.js';
import { judgeFinal, judgeProvisional, marginOf } from '#moderation/judge.js';
import { labelScores } from '#moderation/label-scores.js';
import type { Label } from '#moderation/label.js';
import { STARTING_POLICY } from '#moderation/policy.js';
import { AccessStore } from '#persistence/access-store.js';
import { FinalStore, type HeavyResult, type Settled } from '#persistence/final-store.js';
import { ModelVersionStore } from '#persistence/model-version-store.js';
import { PendingFinalStore } from '#persistence/pending-final-store.js';
import { PolicyStore } from '#persistence/policy-store.js';
import { SubmissionStore, type Submission } from '#persistence/submission-store.js';
import { readSettings } from '#settings/settings.js';
import { createLogger } from '#telemetry/logger.js';
import { startConsole } from '../../apps/console/start-console.js';
import { migratedDatabase } from '../support/migrated-database.js';

export const FAST = 'fast_model/1.0.0';
export const HEAVY = 'heavy_model/1.0.0';
export const CLAIM_MS = 60_000;
/** When the scene's clock starts. */
export const NOON = Date.UTC(2026, 5, 1, 12);

const CLASSES = ['drawing', 'hentai', 'neutral', 'porn', 'sexy'];
const LABELS: Label[] = ['neutral.drawing', 'sexual.explicit.drawn', 'neutral', 'sexual.explicit', 'sexual.suggestive'];
const PREPROCESSING: Preprocessing = {
  size: 224,
  resize: 'bilinear-align-corners',
  framesScoredMax: 3,
  backgrounds: ['white', 'black'],
};

/** An answer of the console. */
export interface Answer<T> {
  readonly status: number;
  readonly type: string;
  readonly body: T;
}

export interface SceneOptions {
  /** Whether one is live. */
  readonly policy?: boolean;
  readonly settings?: Readonly<Record<string, string>>;
}

/** The console on a database of its own, with what the other services would have written. */
export class ConsoleScene {
  nowMs = NOON;
  readonly submissions: SubmissionStore;
  readonly pending: PendingFinalStore;
  readonly finals: FinalStore;
  readonly policies: PolicyStore;
  private closing: (() => Promise<void>)[] = [];
  private port = 0;

  private constructor(
    readonly database: DataSource,
    readonly databaseUrl: string,
    private readonly clientId: string,
  ) {
    this.submissions = new SubmissionStore(database);
    this.pending = new PendingFinalStore(database);
    this.finals = new FinalStore(database);
    this.policies = new PolicyStore(database);
  }

  /** @param settings beside those of every scene; policies need no replay unless they say so */
  static async open({ policy = true, settings = {} }: SceneOptions = {}): Promise<ConsoleScene> {
    const made = await migratedDatabase(5);
    const { url, database } = made;
    const access = new AccessStore(database);
    const scene = new ConsoleScene(database, url, await access.ensureClient('shop'));
    if (policy) await scene.policies.ensureLive({ document: STARTING_POLICY, note: 'first', author: 'setup' });
    await scene.addKeys(access);
    for (const id of [FAST, HEAVY]) {
      const facts = {
        id,
        sha256: 'ab'.repeat(32),
        labels: LABELS,
        manifest: { classes: CLASSES, preprocessing: PREPROCESSING },
      };
      await new ModelVersionStore(database).register(facts);
    }
    const environment = { DATABASE_URL: url, CONSOLE_PORT: '0', CLAIM_MS: String(CLAIM_MS), LOG_LEVEL: 'silent' };
    const service = await startConsole(
      readSettings({ ...environment, POLICY_REPLAY: 'off', ...settings }, '/'),
      createLogger('console', 'silent'),
      () => scene.nowMs,
    );
    scene.port = service.port;
    scene.closing = [() => service.close(), () => made.drop()];
    return scene;
  }

  /** Where the console listens. */
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Empties tables, and those that refer to them, and sets the clock back. */
  async empty(tables: string): Promise<void> {
    await this.database.query(`TRUNCATE ${tables} CASCADE`);
    this.nowMs = NOON;
  }

  async close(): Promise<void> {
    for (const close of this.closing) await close();
  }

  /** Asks as the holder of a key, or without one. */
  async ask<T = Record<string, unknown>>(
    holder: string | undefined,
    method: string,
    path: string,
    body?: unknown,
    contentType = 'application/json',
  ): Promise<Answer<T>> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        ...(holder === undefined ? {} : { authorization: `Bearer ${secretOf(holder)}` }),
        ...(body === undefined ? {} : { 'content-type': contentType }),
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const type = response.headers.get('content-type') ?? '';
    const isJson = /\bjson\b/.test(type) && text !== '';
    return { status: response.status, type, body: (isJson ? JSON.parse(text) : text) as T };
  }

  /** An accepted upload with its provisional decision, taken now by the fast tier. @returns the asset's id */
  async upload(scores: Scores, differing: Partial<Submission> = {}): Promise<string> {
    const policy = await this.policies.live();
    const values = valuesOf(scores);
    const assetId = uuidv7();
    await this.submissions.accept({
      assetId,
      clientId: this.clientId,
      externalId: 'article-7',
      uploaderId: 'user-9',
      trafficClass: 'normal',
      metadata: { page: 3 },
      sha256: 'cd'.repeat(32),
      bytes: 1_234,
      mediaType: 'image/png',
      width: 640,
      height: 480,
      frames: 1,
      degraded: [],
      receivedAtMs: this.nowMs - 40,
      decidedAtMs: this.nowMs,
      finalByMs: this.nowMs + 600_000,
      dueAtMs: this.nowMs + 30_000,
      judgement: judgeProvisional(policy, { scores: labelScores(values, LABELS), degraded: [] }),
      policyVersion: policy.version,
      classification: { modelId: FAST, scores: values, views: 1 },
      idempotency: null,
      ...differing,
    });
    return assetId;
  }

  /** What the heavy tier makes of an asset under the live policy. */
  async heavyResult(assetId: string, scores: Scores): Promise<HeavyResult> {
    const policy = await this.policies.live();
    const values = valuesOf(scores);
    const byLabel = labelScores(values, LABELS);
    return {
      assetId,
      judgement: judgeFinal(policy, { scores: byLabel, degraded: [] }),
      policyVersion: policy.version,
      classification: { modelId: HEAVY, scores: values, views: 1 },
      margin: marginOf(policy, 'heavy', byLabel),
      dead: null,
    };
  }

  /** Leases an asset and settles the heavy tier's result on it, now. */
  async settle(result: HeavyResult): Promise<Settled | undefined> {
    const token = randomUUID();
    await this.pending.lease([result.assetId], token, 60_000);
    return (await this.finals.settle(token, [result], this.nowMs))[0];
  }

  /** An asset that the heavy tier leaves to a human, and its case. */
  async openCase(
    fast: Scores,
    heavy: Scores,
    differing: Partial<Submission> = {},
  ): Promise<{ assetId: string; reviewId: string }> {
    const assetId = await this.upload(fast, differing);
    await this.settle(await this.heavyResult(assetId, heavy));
    const rows = await this.rows<{ id: string }>(`SELECT id FROM review WHERE asset_id = $1`, [assetId]);
    const reviewId = rows[0]?.id;
    if (reviewId === undefined) throw new Error('the heavy tier did not leave this asset to a human');
    return { assetId, reviewId };
  }

  /** What whoever has just looked at a case sends along with a decision. */
  async looked(reviewId: string): Promise<{ readonly expectedRevision: number }> {
    const rows = await this.rows<{ revisions: number }>(
      `SELECT a.revisions FROM review r JOIN asset a ON a.id = r.asset_id WHERE r.id::text = $1`,
      [reviewId],
    );
    return { expectedRevision: rows[0]?.revisions ?? 1 };
  }

  rows<T>(statement: string, values: unknown[] = []): Promise<T[]> {
    return this.database.query<T[]>(statement, values);
  }

  private async addKeys(access: AccessStore): Promise<void> {
    const people: [string, Role][] = [
      ['anna', 'moderator'],
      ['ben', 'moderator'],
      ['chief', 'admin'],
    ];
    for (const [holder, role] of people) {
      await access.addKey({ secret: secretOf(holder), role, clientId: null, holder, scopes: [] });
    }
    await access.addKey({
      secret: secretOf('shop'),
      role: 'client',
      clientId: this.clientId,
      holder: 'shop',
      scopes: SCOPES.filter((scope) => scope !== 'admin'),
    });
  }
}

/** A scene for the tests of a file: opened before them, closed after them. @param emptied tables, before each of them */
export function sceneForAll(emptied?: string): () => ConsoleScene {
  let scene: ConsoleScene | undefined;
  const opened = (): ConsoleScene => {
    if (scene === undefined) throw new Error('the scene is there from the first hook on');
    return scene;
  };
  beforeAll(async () => {
    scene = await ConsoleScene.open();
  });
  if (emptied !== undefined) beforeEach(() => opened().empty(emptied));
  afterAll(() => scene?.close());
  return opened;
}

/** Scores of the classes porn (`explicit`) and sexy (`suggestive`); what is left over is neutral. */
export interface Scores {
  readonly explicit?: number;
  readonly suggestive?: number;
}

/** In the order of CLASSES. */
const valuesOf = ({ explicit = 0, suggestive = 0 }: Scores): number[] => [
  0,
  0,
  1 - Math.min(1, explicit + suggestive),
  explicit,
  suggestive,
];

/** The key of somebody of the scene. */
export const secretOf = (holder: string): string => `pk_${holder}_0123456789abcdef`;
