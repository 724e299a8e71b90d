import { useState, type ReactNode } from 'react';
import { Link } from 'wouter';

import type { ListedDeliveryAnswer } from '#contracts/delivery-list-answer.js';

import { readDeliveries, type DeliveryFilter } from '../api/deliveries.js';
import { KEYS } from '../api/query-keys.js';
import { isAtLeast, useSession } from '../session/use-session.js';
import { Empty } from '../ui/empty.js';
import { PagedList } from '../ui/paged-list.js';
import { VirtualTable, type Column } from '../ui/virtual-table.js';
import { When } from '../ui/when.js';
import { Place } from './place.js';
import { SendAgainDialog } from './send-again-dialog.js';

const WHAT: readonly Column[] = [
  { name: 'Happened', rem: 10.5 },
  { name: 'Event', rem: 9.5 },
  { name: 'To' },
  { name: 'Tries', rem: 4.5 },
  { name: 'Last answer' },
];
const COLUMNS: Readonly<Record<DeliveryFilter['state'], readonly Column[]>> = {
  waiting: [...WHAT, { name: 'Next try', rem: 10 }],
  failed: [...WHAT, { name: '', rem: 8.5 }],
  delivered: WHAT,
};
const NOTHING: Readonly<Record<DeliveryFilter['state'], readonly [title: string, why: string]>> = {
  waiting: ['Nothing waits', 'Every event has been delivered, or was given up on.'],
  failed: ['Nothing was given up on', 'An event is given up on when ten tries within days have failed.'],
  delivered: ['Nothing was delivered yet', 'What clients took is listed here.'],
};

/** Deliveries of one state. */
export function DeliveryTable({ filter }: { readonly filter: DeliveryFilter }): ReactNode {
  const { role } = useSession();
  const [asked, setAsked] = useState<ListedDeliveryAnswer | undefined>(undefined);
  const [title, why] = NOTHING[filter.state];
  return (
    <>
      <PagedList
        queryKey={KEYS.deliveryList(filter)}
        read={(cursor, signal) => readDeliveries(filter, cursor, signal)}
        what="deliveries"
        empty={
          <Empty icon="deliveries" title={title}>
            {why}
          </Empty>
        }
      >
        {(deliveries, more) => (
          <VirtualTable
            label="Deliveries"
            columns={COLUMNS[filter.state]}
            items={unique(deliveries)}
            more={more}
            keyOf={keyOf}
            cells={(delivery) => (
              <>
                <Cells delivery={delivery} filter={filter} />
                {filter.state === 'waiting' ? <NextTry delivery={delivery} /> : null}
                {filter.state === 'failed' ? (
                  <Again delivery={delivery} ask={isAtLeast('senior', role) ? setAsked : undefined} />
                ) : null}
              </>
            )}
          />
        )}
      </PagedList>
      {asked === undefined ? null : <SendAgainDialog delivery={asked} close={() => setAsked(undefined)} />}
    </>
  );
}

interface CellsProps {
  readonly delivery: ListedDeliveryAnswer;
  readonly filter: DeliveryFilter;
}

function Cells({ delivery, filter }: CellsProps): ReactNode {
  const { createdAt, type, assetId, attempts, attemptedAt, lastStatus, lastError, responseMs } = delivery;
  return (
    <>
      <td className="narrow">
        <When at={createdAt} />
      </td>
      <td>
        <span className="mono">{type}</span>
        {assetId === null ? null : (
          <Link href={`/assets/${assetId}`} className="small under">
            Its asset
          </Link>
        )}
      </td>
      <td>
        <Place of={delivery} narrow={{ ...filter, client: delivery.clientId, endpoint: delivery.endpointId }} />
      </td>
      <td className="narrow">{attempts}</td>
      <td>
        {attemptedAt === null ? (
          <span className="soft">not tried yet</span>
        ) : (
          <>
            <span className="foreign">{lastError ?? (lastStatus === null ? 'no answer' : `${lastStatus}`)}</span>
            <span className="soft small under">
              <When at={attemptedAt} />
              {responseMs === null ? '' : `, after ${responseMs} ms`}
            </span>
          </>
        )}
      </td>
    </>
  );
}

const NextTry = ({
  delivery: { inHand, nextAt, endpointState },
}: {
  readonly delivery: ListedDeliveryAnswer;
}): ReactNode => (
  <td className="narrow">
    {endpointState === 'disabled' ? (
      <span className="soft">endpoint disabled</span>
    ) : inHand || nextAt === null ? (
      <span className="badge accent">being sent</span>
    ) : (
      <When at={nextAt} />
    )}
  </td>
);

interface AgainProps {
  readonly delivery: ListedDeliveryAnswer;
  /** Left out for whoever may not. */
  readonly ask: ((delivery: ListedDeliveryAnswer) => void) | undefined;
}

const Again = ({ delivery, ask }: AgainProps): ReactNode => (
  <td className="narrow acts">
    {delivery.endpointState === 'disabled' ? (
      <span className="soft small">endpoint disabled</span>
    ) : ask === undefined ? null : (
      <button type="button" className="button little" onClick={() => ask(delivery)}>
        Send again
      </button>
    )}
  </td>
);

const keyOf = ({ endpointId, eventId }: ListedDeliveryAnswer): string => `${endpointId} ${eventId}`;

/** One that waits may have moved to a later page meanwhile. */
const unique = (deliveries: readonly ListedDeliveryAnswer[]): readonly ListedDeliveryAnswer[] => [
  ...new Map(deliveries.map((one) => [keyOf(one), one])).values(),
];
