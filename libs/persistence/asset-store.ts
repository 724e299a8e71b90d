import type { DataSource } from 'typeorm';
import { IsNull, LessThan, MoreThanOrEqual, Not, type FindOptionsWhere } from 'typeorm';

import { labelScores } from '#moderation/label-scores.js';
import type { Label } from '#moderation/label.js';
import type { Stage, Transition, Verdict } from '#moderation/words.js';

import { briefly } from './briefly.js';
import { AssetEntity } from './entities/asset.entity.js';
import { DecisionEntity } from './entities/decision.entity.js';
import { withDatabase } from './errors.js';

/** What a list may be narrowed to. */
export interface AssetFilter {
  readonly stage?: Stage | undefined;
  readonly verdict?: Verdict | undefined;
  readonly transition?: Transition | undefined;
  readonly served?: boolean | undefined;
  readonly externalId?: string | undefined;
  readonly uploaderId?: string | undefined;
  readonly receivedFrom?: Date | undefined;
}

/** An asset with the decision in force. */
export interface AssetView {
  readonly asset: AssetEntity;
  readonly decision: DecisionEntity;
  /** Scores per label behind the standing decision, worst view; empty where no model stood behind it. */
  readonly scores: readonly { readonly label: Label; readonly score: number }[];
  /** The time its final was promised for has passed, and there was none. */
  readonly late: boolean;
}

/** Reads assets. Every read names the client, so that nobody sees another's. What was erased is not there. */
export class AssetStore {
  constructor(private readonly database: DataSource) {}

  async find(clientId: string, assetId: string): Promise<AssetView | undefined> {
    const where = { clientId, id: assetId, erasedAt: IsNull() };
    const asset = await withDatabase(() => this.database.manager.findOneBy(AssetEntity, where));
    if (asset === null) return undefined;
    const [view] = await this.withDecisions([asset]);
    return view;
  }

  /** All decisions of an asset, first to newest; undefined for an asset that is not this client's. */
  async revisions(clientId: string, assetId: string): Promise<DecisionEntity[] | undefined> {
    return withDatabase(async () => {
      const where = { clientId, id: assetId, erasedAt: IsNull() };
      if (!(await this.database.manager.existsBy(AssetEntity, where))) return undefined;
      return this.database.manager.find(DecisionEntity, { where: { assetId }, order: { revision: 'ASC' } });
    });
  }

  /** Whether an asset was this client's and is erased. */
  wasErased(clientId: string, assetId: string): Promise<boolean> {
    const where = { clientId, id: assetId, erasedAt: Not(IsNull()) };
    return withDatabase(() => this.database.manager.existsBy(AssetEntity, where));
  }

  /** One page, newest first. @param before the last id of the page before; ids are time-ordered */
  async page(clientId: string, filter: AssetFilter, most: number, before?: string): Promise<AssetView[]> {
    const { receivedFrom, ...equal } = filter;
    const where: FindOptionsWhere<AssetEntity> = { clientId, erasedAt: IsNull(), ...withoutUndefined(equal) };
    if (before !== undefined) where.id = LessThan(before);
    if (receivedFrom !== undefined) where.receivedAt = MoreThanOrEqual(receivedFrom);
    const assets = await briefly(this.database, (transaction) =>
      transaction.find(AssetEntity, { where, order: { id: 'DESC' }, take: most }),
    );
    return this.withDecisions(assets);
  }

  /** Those of `assetIds` that no row has. */
  async unknownOf(assetIds: readonly string[]): Promise<string[]> {
    const rows = await withDatabase(() =>
      this.database.query<{ id: string }[]>(
        `SELECT id FROM unnest($1::uuid[]) AS given (id) WHERE NOT EXISTS (SELECT 1 FROM asset WHERE asset.id = given.id)`,
        [assetIds],
      ),
    );
    return rows.map((row) => row.id);
  }

  private async withDecisions(assets: readonly AssetEntity[]): Promise<AssetView[]> {
    const ids = assets.map((asset) => asset.id);
    const revisions = assets.map((asset) => asset.standingRevision);
    const rows = await withDatabase(() => this.database.query<StandingRow[]>(STANDING, [ids, revisions]));
    const byAsset = new Map(rows.map((row) => [row.assetId, row]));
    return assets.flatMap((asset) => {
      const row = byAsset.get(asset.id);
      if (row === undefined) return [];
      const { scores, labels, late, ...decision } = row;
      const byLabel = scores === null || labels === null ? [] : [...labelScores(scores, labels)];
      return [{ asset, decision, scores: byLabel.map(([label, score]) => ({ label, score })), late }];
    });
  }
}

type StandingRow = DecisionEntity & { scores: number[] | null; labels: Label[] | null; late: boolean };

/** `float8` holds a `real` exactly: the very numbers that were judged. */
const STANDING = `
  SELECT d.asset_id AS "assetId", d.revision, d.stage, d.verdict, d.band, d.source, d.reasons,
    d.policy_version AS "policyVersion", d.model_id AS "modelId", d.bank_match AS match, d.supersedes, d.actor, d.policy_label AS "policyLabel",
    d.note, d.decided_at AS "decidedAt", c.scores::float8[] AS scores, m.labels,
    coalesce((SELECT min(f.decided_at) FROM decision f WHERE f.asset_id = d.asset_id AND f.stage = 'final'), now())
      > a.final_by AS late
  FROM unnest($1::uuid[], $2::integer[]) AS standing (asset_id, revision)
  JOIN asset a ON a.id = standing.asset_id
  JOIN decision d USING (asset_id, revision)
  LEFT JOIN classification c ON c.asset_id = d.asset_id AND c.model_id = d.model_id
  LEFT JOIN model_version m ON m.id = d.model_id`;

function withoutUndefined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const defined = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(defined) as { [K in keyof T]: Exclude<T[K], undefined> };
}
