import { useState, type ReactNode } from 'react';

import type { AssetFilter } from '../api/assets.js';
import { WINDOW_NAMES, windowOf } from '../overview/window.js';
import { localInput } from '../policies/local-input.js';

const ANY = '';
const OTHER = 'other';
const DAY_MS = 86_400_000;

interface WindowProps {
  readonly filter: AssetFilter;
  readonly change: (filter: AssetFilter) => void;
}

/** Of when the list is, by its own time: up to now, or between two times, as the overview's numbers are. */
export function AssetWindow({ filter, change }: WindowProps): ReactNode {
  const { window, since, until, ...others } = filter;
  const isBetween = since !== undefined || until !== undefined;
  const value = isBetween ? OTHER : (window ?? ANY);
  const choose = (to: string): void => {
    if (to === OTHER) change({ ...others, ...lastDay() });
    else change(to === ANY ? others : { ...others, window: windowOf(to) });
  };
  return (
    <>
      <label className={`filter ${value === ANY ? '' : 'set'}`}>
        <span>When</span>
        <select value={value} onChange={({ target }) => choose(target.value)}>
          <option value={ANY}>any time</option>
          {Object.entries(WINDOW_NAMES).map(([one, name]) => (
            <option key={one} value={one}>
              Last {name}
            </option>
          ))}
          <option value={OTHER}>From … to …</option>
        </select>
      </label>
      {isBetween ? (
        <>
          <Time key={`from ${since}`} name="from" at={since} set={(at) => change(between(others, at, until))} />
          <Time key={`to ${until}`} name="to" at={until} set={(at) => change(between(others, since, at))} />
        </>
      ) : null}
    </>
  );
}

interface TimeProps {
  readonly name: string;
  readonly at: string | undefined;
  readonly set: (at: string | undefined) => void;
}

/** A time to the second, where the person is; taken when the field is left, for half a time is another. */
function Time({ name, at, set }: TimeProps): ReactNode {
  const [shown, setShown] = useState(() => (at === undefined ? '' : toSecond(Date.parse(at))));
  const [first] = useState(shown);
  const take = (): void => {
    const ms = Date.parse(shown);
    if (shown !== first) set(Number.isNaN(ms) ? undefined : new Date(ms).toISOString());
  };
  return (
    <label className="filter set">
      <span>{name}</span>
      <input
        type="datetime-local"
        step={1}
        className="filter-time"
        value={shown}
        onChange={({ target }) => setShown(target.value)}
        onBlur={take}
        onKeyDown={({ key }) => (key === 'Enter' ? take() : undefined)}
      />
    </label>
  );
}

const toSecond = (ms: number): string => `${localInput(ms)}:${String(new Date(ms).getSeconds()).padStart(2, '0')}`;

const between = (others: AssetFilter, since: string | undefined, until: string | undefined): AssetFilter => ({
  ...others,
  ...(since === undefined ? {} : { since }),
  ...(until === undefined ? {} : { until }),
});

function lastDay(): AssetFilter {
  const nowMs = Date.now();
  return { since: new Date(nowMs - DAY_MS).toISOString(), until: new Date(nowMs).toISOString() };
}
