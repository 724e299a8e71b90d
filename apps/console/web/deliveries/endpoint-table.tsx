import { useState, type ReactNode } from 'react';
import { Link } from 'wouter';

import type { EndpointHealthAnswer, EndpointHeard } from '#contracts/delivery-list-answer.js';

import { readEndpoints, type EndpointFilter } from '../api/deliveries.js';
import { KEYS } from '../api/query-keys.js';
import { isAtLeast, useSession } from '../session/use-session.js';
import { Empty } from '../ui/empty.js';
import { PagedList } from '../ui/paged-list.js';
import { VirtualTable, type Column } from '../ui/virtual-table.js';
import { Ago, When } from '../ui/when.js';
import { addressOf } from './delivery-address.js';
import { countText, DISABLED_NAMES } from './delivery-words.js';
import { EnableDialog } from './enable-dialog.js';
import { Place } from './place.js';

const COLUMNS: readonly Column[] = [
  { name: 'Endpoint' },
  { name: 'State', rem: 9.5 },
  { name: 'Waiting', rem: 6.5 },
  { name: 'Given up on', rem: 6.5 },
  { name: 'Last taken', rem: 7.5 },
  { name: 'Last failure' },
  { name: '', rem: 6.5 },
];

/** Endpoints of all clients with how they do. */
export function EndpointTable({ filter }: { readonly filter: EndpointFilter }): ReactNode {
  const { role } = useSession();
  const [asked, setAsked] = useState<EndpointHealthAnswer | undefined>(undefined);
  const isNarrowed = filter.state !== undefined || filter.client !== undefined;
  return (
    <>
      <PagedList
        queryKey={KEYS.endpointList(filter)}
        read={(cursor, signal) => readEndpoints(filter, cursor, signal)}
        what="endpoints"
        empty={
          <Empty icon="deliveries" title={isNarrowed ? 'No endpoint of the kind' : 'No client has an endpoint'}>
            Clients make their endpoints themselves; what happens to their assets is sent there.
          </Empty>
        }
      >
        {(endpoints, more) => (
          <VirtualTable
            label="Endpoints"
            columns={COLUMNS}
            items={endpoints}
            more={more}
            keyOf={({ endpointId }) => endpointId}
            cells={(endpoint) => (
              <Cells endpoint={endpoint} enable={isAtLeast('senior', role) ? setAsked : undefined} />
            )}
          />
        )}
      </PagedList>
      {asked === undefined ? null : <EnableDialog endpoint={asked} close={() => setAsked(undefined)} />}
    </>
  );
}

interface CellsProps {
  readonly endpoint: EndpointHealthAnswer;
  /** Left out for whoever may not. */
  readonly enable: ((endpoint: EndpointHealthAnswer) => void) | undefined;
}

function Cells({ endpoint, enable }: CellsProps): ReactNode {
  const { endpointId, waiting, failed, oldestAt, lastTaken, lastFailure, state, disabledWhy } = endpoint;
  const isOurs = state === 'disabled' && disabledWhy !== 'by_client';
  return (
    <>
      <td>
        <Place of={endpoint} narrow={{ client: endpoint.clientId }} isWhole />
      </td>
      <td>
        <State endpoint={endpoint} />
      </td>
      <td>
        <Link href={addressOf({ state: 'waiting', endpoint: endpointId })}>
          {countText(waiting)}
          <span className="unseen"> that wait</span>
        </Link>
        {oldestAt === null ? null : (
          <span className="soft small under">
            oldest {waiting.more ? 'at least ' : ''}
            <Ago at={oldestAt} />
          </span>
        )}
      </td>
      <td>
        <Link
          href={addressOf({ state: 'failed', endpoint: endpointId })}
          className={failed.count > 0 ? 'given-up' : undefined}
        >
          {countText(failed)}
          <span className="unseen"> given up on</span>
        </Link>
      </td>
      <td>
        <Heard heard={lastTaken} error={null} />
      </td>
      <td>
        <Heard heard={lastFailure} error={lastFailure?.error ?? null} />
      </td>
      <td className="narrow acts">
        {isOurs && enable !== undefined ? (
          <button type="button" className="button little" onClick={() => enable(endpoint)}>
            Enable
            <span className="unseen"> {endpoint.host}</span>
          </button>
        ) : null}
      </td>
    </>
  );
}

interface HeardProps {
  readonly heard: EndpointHeard | null;
  /** Why it does not count. */
  readonly error: string | null;
}

const Heard = ({ heard, error }: HeardProps): ReactNode =>
  heard === null ? (
    <span className="soft">none known</span>
  ) : (
    <>
      <When at={heard.at} />
      <span className="soft small foreign under">
        {error ?? (heard.status === null ? 'no answer' : `answered ${heard.status}`)}
      </span>
    </>
  );

/** Whether it is sent to, and if not so, why. */
function State({ endpoint }: { readonly endpoint: EndpointHealthAnswer }): ReactNode {
  const { state, disabledWhy, changedAt, failures, failingSince, restsUntil } = endpoint;
  if (state === 'disabled') {
    return (
      <>
        <span className="badge warn">disabled</span>
        <span className="soft small under">
          {disabledWhy === null ? '' : DISABLED_NAMES[disabledWhy]}, <When at={changedAt} />
        </span>
      </>
    );
  }
  if (failingSince === null) {
    return restsUntil === null ? (
      <span className="badge allow">enabled</span>
    ) : (
      <>
        <span className="badge">rests</span>
        <Rest until={restsUntil} />
      </>
    );
  }
  return (
    <>
      <span className="badge block">failing</span>
      <span className="soft small under">
        {failures === 1 ? '1 try' : `${failures} tries`} since <When at={failingSince} />, one at a time
      </span>
      {restsUntil === null ? null : <Rest until={restsUntil} />}
    </>
  );
}

const Rest = ({ until }: { readonly until: string }): ReactNode => (
  <span className="soft small under">
    nothing is sent until <When at={until} />
  </span>
);
