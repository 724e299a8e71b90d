import { useState, type ReactNode } from 'react';
import { useLocation } from 'wouter';

import { useClientNames } from '../api/replay.js';
import { isAtLeast, useSession } from '../session/use-session.js';
import { addressOf, DAYS_USUAL, timesOf, type ChosenWindow, type Shown } from './address.js';

const DAYS = [
  [1, 'Last 24 hours'],
  [7, 'Last 7 days'],
  [30, 'Last 30 days'],
  [90, 'Last 90 days'],
  [366, 'Last 366 days'],
] as const;
const OTHER = 'other';
const DAY_CHARACTERS = 10;

interface SampleChoiceProps {
  readonly shown: Shown;
  readonly readAnew: () => void;
}

/** Over which assets: received when, and from whom. */
export function SampleFilters({ shown, readAnew }: SampleChoiceProps): ReactNode {
  const [, go] = useLocation();
  const { role } = useSession();
  const maySee = isAtLeast('senior', role);
  const { data: clients = [] } = useClientNames(maySee);
  const { window, client } = shown;
  const set = (change: Partial<Shown>): void => go(addressOf({ ...shown, ...change }), { replace: true });
  const names = client === undefined || clients.includes(client) ? clients : [client, ...clients];
  const days = 'days' in window ? window.days : undefined;
  return (
    <search className="filters" aria-label="Which assets">
      <label className="filter set">
        <span>Received</span>
        <select
          value={days ?? OTHER}
          onChange={({ target }) =>
            set({ window: target.value === OTHER ? daysOf(window) : { days: Number(target.value) } })
          }
        >
          {DAYS.map(([value, text]) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
          {days === undefined || DAYS.some(([one]) => one === days) ? null : (
            <option value={days}>Last {days} days</option>
          )}
          <option value={OTHER}>From … to …</option>
        </select>
      </label>
      {'days' in window ? null : (
        <Days key={`${window.from} ${window.to}`} window={window} set={(of) => set({ window: of })} />
      )}
      {maySee ? (
        <label className={`filter ${client === undefined ? '' : 'set'}`}>
          <span>Client</span>
          <select
            value={client ?? ''}
            onChange={({ target }) => set({ client: target.value === '' ? undefined : target.value })}
          >
            <option value="">all</option>
            {names.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
      ) : null}
      <button type="button" className="button plain little" onClick={readAnew}>
        Read anew
      </button>
    </search>
  );
}

type Between = Exclude<ChosenWindow, { readonly days: number }>;

function Days({ window, set }: { readonly window: Between; readonly set: (window: Between) => void }): ReactNode {
  const [{ from, to }, setDays] = useState(window);
  const choose = (next: Between): void => {
    setDays(next);
    if (next.from.length === DAY_CHARACTERS && next.to.length === DAY_CHARACTERS && next.from <= next.to) set(next);
  };
  return (
    <>
      <label className="filter set">
        <span>from</span>
        <input type="date" value={from} max={to} onChange={({ target }) => choose({ from: target.value, to })} />
      </label>
      <label className="filter set">
        <span>to</span>
        <input type="date" value={to} min={from} onChange={({ target }) => choose({ from, to: target.value })} />
      </label>
    </>
  );
}

/** The days of a window up to today, where the person is. */
function daysOf(window: ChosenWindow): Between {
  if (!('days' in window)) return window;
  const { receivedFrom, receivedBefore } = timesOf({ days: Math.max(DAYS_USUAL, window.days) }, Date.now());
  const [from, to] = [receivedFrom, receivedBefore].map((at) => new Date(at).toLocaleDateString('sv-SE'));
  return { from: from ?? '', to: to ?? '' };
}
