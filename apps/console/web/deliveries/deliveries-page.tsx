import type { ReactNode } from 'react';
import { Link, useSearchParams } from 'wouter';

import { addressOf, shownOf, type Shown } from './delivery-address.js';
import { DeliveryTable } from './delivery-table.js';
import { DELIVERY_STATE_NAMES, DELIVERY_STATES } from './delivery-words.js';
import { EndpointTable } from './endpoint-table.js';
import '../reviews/queue.css';
import '../styles/table.css';
import './deliveries.css';

/** What clients are told: the endpoints that it goes to with how they do, and each delivery. */
export function DeliveriesPage(): ReactNode {
  const [params] = useSearchParams();
  const shown = shownOf(params);
  const { state, endpoints, client, endpoint } = shown;
  return (
    <>
      <header className="page-head">
        <h1>Deliveries</h1>
        <Tabs shown={shown} />
      </header>
      <Narrowed shown={shown} />
      {state === undefined ? (
        <EndpointTable filter={{ state: endpoints, client }} />
      ) : (
        <DeliveryTable filter={{ state, client, endpoint }} />
      )}
    </>
  );
}

const Tabs = ({ shown: { state, client, endpoint } }: { readonly shown: Shown }): ReactNode => (
  <nav className="tabs" aria-label="What of deliveries">
    <Link href={addressOf({ client })} className="tab" aria-current={state === undefined ? 'true' : undefined}>
      Endpoints
    </Link>
    {DELIVERY_STATES.map((one) => (
      <Link
        key={one}
        href={addressOf({ state: one, client, endpoint })}
        className="tab"
        aria-current={state === one ? 'true' : undefined}
      >
        {DELIVERY_STATE_NAMES[one]}
      </Link>
    ))}
  </nav>
);

/** Says that not all are shown, and leads to all. */
function Narrowed({ shown: { state, endpoints, client, endpoint } }: { readonly shown: Shown }): ReactNode {
  const of = endpoint !== undefined ? 'of one endpoint' : client !== undefined ? 'of one client' : undefined;
  const parts = [endpoints === undefined ? undefined : `${endpoints} endpoints`, of].filter(Boolean);
  if (parts.length === 0) return null;
  return (
    <search className="filters" aria-label="What is shown">
      <span className="soft">Only {parts.join(', ')}.</span>
      <Link href={addressOf({ state })} className="button plain little">
        Show all
      </Link>
    </search>
  );
}
