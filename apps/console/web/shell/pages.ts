import type { Role } from '#contracts/access.js';

import type { IconName } from '../ui/icon.js';

interface PageEntry {
  readonly path: string;
  readonly name: string;
  readonly icon: IconName;
  /** Who sees it; the service refuses the others by itself. */
  readonly roles: readonly Role[];
}

const OVERVIEW = '/overview';
const ALL: readonly Role[] = ['moderator', 'senior', 'admin'];

/** The pages that there are, in the order of the navigation. */
export const PAGES: readonly PageEntry[] = [
  { path: '/reviews', name: 'Queue', icon: 'queue', roles: ALL },
  { path: OVERVIEW, name: 'Overview', icon: 'overview', roles: ALL },
  { path: '/assets', name: 'Assets', icon: 'asset', roles: ALL },
  { path: '/history', name: 'My decisions', icon: 'history', roles: ALL },
  { path: '/policies', name: 'Policies', icon: 'policy', roles: ALL },
  { path: '/thresholds', name: 'Thresholds', icon: 'threshold', roles: ['senior', 'admin'] },
  { path: '/dead-letters', name: 'Dead letters', icon: 'dead', roles: ALL },
  { path: '/deliveries', name: 'Deliveries', icon: 'deliveries', roles: ALL },
  { path: '/people', name: 'People', icon: 'people', roles: ['admin'] },
  { path: '/audit', name: 'Audit', icon: 'audit', roles: ['admin'] },
];

/** Those of a role; admins look at the whole first. */
export function pagesFor(role: Role): readonly PageEntry[] {
  const pages = PAGES.filter(({ roles }) => roles.includes(role));
  if (role !== 'admin') return pages;
  return [...pages.filter(({ path }) => path === OVERVIEW), ...pages.filter(({ path }) => path !== OVERVIEW)];
}

/** The page of an address, whatever stands below it there. */
export const pageAt = (address: string): PageEntry | undefined =>
  PAGES.find(({ path }) => address === path || address.startsWith(`${path}/`));
