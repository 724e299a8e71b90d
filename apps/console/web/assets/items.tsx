import type { ReactNode } from 'react';
import { Link } from 'wouter';

import type { AssetFilter } from '../api/assets.js';
import { upTo, whole } from '../overview/numbers.js';
import { useTimes } from '../overview/window.js';
import { addressWithin } from './asset-filter.js';

/** Where exactly those assets are that a number of the overview counts; undefined where it counts none. */
export function useItems(): (filter: AssetFilter, count: number) => string | undefined {
  const times = useTimes();
  return (filter, count) => (count === 0 ? undefined : addressWithin(times, filter));
}

interface ItemsProps {
  readonly filter: AssetFilter;
  readonly count: number;
  /** There are more than were counted. */
  readonly more?: boolean;
  /** What they are, for whoever hears the link by itself. */
  readonly what: string;
}

/** A number of assets that leads to them. */
export function Items({ filter, count, more = false, what }: ItemsProps): ReactNode {
  const address = useItems()(filter, count);
  if (address === undefined) return whole(count);
  return (
    <Link href={address}>
      {upTo(count, more)}
      <span className="unseen"> {what}</span>
    </Link>
  );
}
