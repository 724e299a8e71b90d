import { QueryClientProvider } from '@tanstack/react-query';
import { lazy, Suspense, useState, type ReactNode } from 'react';
import { Redirect, Route, Switch, useLocation } from 'wouter';

import { makeQueryClient } from './api/query-client.js';
import { QueuePage } from './reviews/queue-page.js';
import { ReviewPage } from './reviews/review-page.js';
import { SessionGate } from './session/session-gate.js';
import { RoleGate } from './shell/role-gate.js';
import { Shell } from './shell/shell.js';
import { ToastStack } from './toasts/toast-stack.js';
import { Boundary } from './ui/boundary.js';
import { Empty, Loading } from './ui/empty.js';

const HistoryPage = lazy(() => import('./reviews/history-page.js').then((page) => ({ default: page.HistoryPage })));
const AssetsPage = lazy(() => import('./assets/assets-page.js').then((page) => ({ default: page.AssetsPage })));
const AssetPage = lazy(() => import('./assets/asset-page.js').then((page) => ({ default: page.AssetPage })));
const AuditPage = lazy(() => import('./audit/audit-page.js').then((page) => ({ default: page.AuditPage })));
const PersonsPage = lazy(() => import('./persons/persons-page.js').then((page) => ({ default: page.PersonsPage })));
const OverviewPage = lazy(() => import('./overview/overview-page.js').then((page) => ({ default: page.OverviewPage })));
const DeadLettersPage = lazy(() =>
  import('./dead-letters/dead-letters-page.js').then((page) => ({ default: page.DeadLettersPage })),
);
const DeliveriesPage = lazy(() =>
  import('./deliveries/deliveries-page.js').then((page) => ({ default: page.DeliveriesPage })),
);
const ThresholdsPage = lazy(() =>
  import('./thresholds/thresholds-page.js').then((page) => ({ default: page.ThresholdsPage })),
);
const PoliciesPage = lazy(() => import('./policies/policies-page.js').then((page) => ({ default: page.PoliciesPage })));
const PolicyRoutes = lazy(() => import('./policies/policy-routes.js').then((page) => ({ default: page.PolicyRoutes })));

/** The console's pages. */
export function App(): ReactNode {
  const [client] = useState(makeQueryClient);
  return (
    <QueryClientProvider client={client}>
      <SessionGate>
        <Shell>
          <Page />
        </Shell>
      </SessionGate>
      <ToastStack />
    </QueryClientProvider>
  );
}

function Page(): ReactNode {
  const [path] = useLocation();
  return (
    <Boundary key={path}>
      <Suspense fallback={<Loading what="the page" />}>
        <RoleGate>
          <Pages />
        </RoleGate>
      </Suspense>
    </Boundary>
  );
}

const Pages = (): ReactNode => (
  <Switch>
    <Route path="/">
      <Redirect to="/reviews" replace />
    </Route>
    <Route path="/reviews">
      <QueuePage />
    </Route>
    <Route path="/reviews/:id">{({ id }) => <ReviewPage key={id} id={id} />}</Route>
    <Route path="/overview">
      <OverviewPage />
    </Route>
    <Route path="/assets">
      <AssetsPage />
    </Route>
    <Route path="/assets/:id">{({ id }) => <AssetPage key={id} id={id} />}</Route>
    <Route path="/history">
      <HistoryPage />
    </Route>
    <Route path="/dead-letters">
      <DeadLettersPage />
    </Route>
    <Route path="/deliveries">
      <DeliveriesPage />
    </Route>
    <Route path="/people">
      <PersonsPage />
    </Route>
    <Route path="/audit">
      <AuditPage />
    </Route>
    <Route path="/thresholds">
      <ThresholdsPage />
    </Route>
    <Route path="/policies">
      <PoliciesPage />
    </Route>
    <Route path="/policies/*?">
      <PolicyRoutes />
    </Route>
    <Route>
      <Empty icon="search" title="There is no such page">
        The address may have been mistyped, or the page has moved.
      </Empty>
    </Route>
  </Switch>
);
