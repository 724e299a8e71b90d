import type { ReactNode } from 'react';
import { Link, Route, Switch } from 'wouter';

import { DraftReplayPage, VersionReplayPage } from '../replay/replay-page.js';
import { Empty } from '../ui/empty.js';
import { DraftPage } from './draft-page.js';
import { MergePage } from './merge-page.js';
import { VersionPage } from './version-page.js';

/** What lies below the list of policies. */
export const PolicyRoutes = (): ReactNode => (
  <Switch>
    <Route path="/policies/drafts/:id">{({ id }) => <DraftPage key={id} id={id} />}</Route>
    <Route path="/policies/drafts/:id/merge">{({ id }) => <MergePage key={id} id={id} />}</Route>
    <Route path="/policies/drafts/:id/what-would-change">{({ id }) => <DraftReplayPage key={id} id={id} />}</Route>
    <Route path="/policies/:version">
      {({ version }) => (isVersion(version) ? <VersionPage key={version} version={Number(version)} /> : <NoPage />)}
    </Route>
    <Route path="/policies/:version/what-would-change">
      {({ version }) =>
        isVersion(version) ? <VersionReplayPage key={version} version={Number(version)} /> : <NoPage />
      }
    </Route>
    <Route>
      <NoPage />
    </Route>
  </Switch>
);

const isVersion = (text: string): boolean => /^[1-9]\d{0,8}$/.test(text);

const NoPage = (): ReactNode => (
  <Empty icon="search" title="There is no such policy">
    <Link href="/policies" className="button">
      All policies
    </Link>
  </Empty>
);
