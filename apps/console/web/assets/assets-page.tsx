import type { ReactNode } from 'react';
import { Link } from 'wouter';

import type { AssetCount } from '#contracts/asset-list-answer.js';

import type { AssetFilter } from '../api/assets.js';
import { whole } from '../overview/numbers.js';
import { Empty, Loading } from '../ui/empty.js';
import { More } from '../ui/more.js';
import { ProblemNote } from '../ui/problem-note.js';
import { VirtualTable, type Column } from '../ui/virtual-table.js';
import { AssetCells } from './asset-cells.js';
import { AssetFilters } from './asset-filters.js';
import { LIST_NAMES, TIME_NAMES } from './asset-words.js';
import { useAssetFilter, useAssets } from './use-assets.js';
import '../reviews/queue.css';
import '../styles/table.css';
import './assets.css';

const columnsOf = ({ list = 'received' }: AssetFilter): readonly Column[] => [
  { name: TIME_NAMES[list], rem: 8.5 },
  { name: 'Asset' },
  { name: 'From', rem: 8.5 },
  { name: 'At once, and in the end', rem: 19.5 },
  { name: 'Now', rem: 8.5 },
];

/** Assets by what happened to them: what the overview counts, one by one. */
export function AssetsPage(): ReactNode {
  const filter = useAssetFilter();
  const assets = useAssets(filter);
  const { items, count, error, isPending, hasMore, readsOn, readMore, retry } = assets;
  const name = LIST_NAMES[filter.list ?? 'received'];
  const isEmpty = !isPending && items.length === 0 && error === null;
  return (
    <>
      <header className="page-head">
        <h1>Assets</h1>
        <p className="soft assets-count" role="status">
          {count === undefined ? '' : countText(count)}
        </p>
      </header>
      <AssetFilters filter={filter} items={items} />
      <div className="page-body">
        {error === null ? null : <ProblemNote error={error} retry={items.length === 0 ? retry : readMore} />}
        {isPending ? <Loading what="the assets" rows={9} /> : null}
        {isEmpty ? <Nothing hasMore={hasMore} /> : null}
        {items.length === 0 ? null : (
          <VirtualTable
            label={`Assets: ${name.toLowerCase()}`}
            columns={columnsOf(filter)}
            items={items}
            more={{ has: readsOn, read: readMore }}
            keyOf={({ id, at }) => `${id} ${at}`}
            cells={(asset) => <AssetCells asset={asset} />}
          />
        )}
        <More has={hasMore} isBusy={assets.isReading} read={readMore} />
      </div>
    </>
  );
}

/** So many in all; at least so many, where there are more than are counted. */
function countText({ counted, more }: AssetCount): string {
  const number = `${whole(counted)}${more ? ' or more' : ''}`;
  return `${number} ${counted === 1 && !more ? 'asset' : 'assets'}`;
}

const Nothing = ({ hasMore }: { readonly hasMore: boolean }): ReactNode => (
  <Empty icon="asset" title={hasMore ? 'None so far' : 'No such assets'}>
    {hasMore ? (
      <p>None of those that were looked through is within the filter. There are more.</p>
    ) : (
      <Link href="/assets" className="button">
        Show all assets
      </Link>
    )}
  </Empty>
);
