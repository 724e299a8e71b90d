import type { AssetCount, AssetListPage, ListedAsset } from '#contracts/asset-list-answer.js';
import type { AssetListQuery } from '#contracts/asset-list.js';
import { Problem } from '#contracts/problems.js';
import { spanOf } from '#moderation/overview/windows.js';
import type { AssetListFilter } from '#persistence/asset-list-filter.js';
import type { AssetListRow, AssetPlace } from '#persistence/asset-list-statements.js';
import type { AssetListStore } from '#persistence/asset-list-store.js';
import { DatabaseLate } from '#persistence/errors.js';

const CURSOR = /^(\d{1,17})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** Assets that something happened to, page by page. */
export class ListAssets {
  constructor(
    private readonly assets: Pick<AssetListStore, 'page' | 'count'>,
    private readonly nowMs: () => number,
  ) {}

  /** @throws Problem `invalid-request` for a cursor that no page gave; DatabaseLate */
  async list({ limit, cursor, ...narrowed }: AssetListQuery): Promise<AssetListPage> {
    const filter = filterOf(narrowed, this.nowMs());
    const place = cursor === undefined ? undefined : placeOf(cursor);
    const { rows, next } = await this.assets.page(filter, limit, place);
    const { since, until } = filter;
    return {
      items: rows.map(present),
      next: next === undefined ? null : `${next.micros}.${next.id}`,
      count: place === undefined ? await this.count(filter) : null,
      since: since?.toISOString() ?? null,
      until: until?.toISOString() ?? null,
    };
  }

  /** Null where that takes too long: the page is there all the same. */
  private async count(filter: AssetListFilter): Promise<AssetCount | null> {
    try {
      return await this.assets.count(filter);
    } catch (error) {
      if (error instanceof DatabaseLate) return null;
      throw error;
    }
  }
}

/** As the store knows it: with a window in points in time. */
function filterOf({ window, ...filter }: Omit<AssetListQuery, 'limit' | 'cursor'>, nowMs: number): AssetListFilter {
  if (window === undefined) return filter;
  const { fromMs, untilMs } = spanOf(window, nowMs);
  return { ...filter, since: filter.since ?? new Date(fromMs), until: filter.until ?? new Date(untilMs) };
}

const present = (row: AssetListRow): ListedAsset => ({
  id: row.id,
  at: row.at.toISOString(),
  receivedAt: row.receivedAt.toISOString(),
  clientId: row.clientId,
  clientName: row.clientName,
  class: row.class,
  externalId: row.externalId,
  provisional: row.provisional,
  final: row.final,
  transition: row.transition,
  served: row.served,
  waiting: row.waiting,
  late: row.late,
  review: row.review,
  deadLetterId: row.deadLetterId,
  erased: row.erased,
});

function placeOf(cursor: string): AssetPlace {
  const [, micros, id] = CURSOR.exec(cursor) ?? [];
  if (micros !== undefined && id !== undefined) return { micros, id };
  throw new Problem('invalid-request', 'Some fields are wrong; `errors` names each of them.', {
    errors: [{ pointer: '/cursor', detail: 'must be the `next` of an earlier page' }],
  });
}
