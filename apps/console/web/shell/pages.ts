import type { Role } from '#contracts/access.js';

import type { IconName } from '../ui/icon.js';

interface PageEntry {
  readonly path: string;
  readonly name: string;
  readonly icon: IconName;
  /** Who sees it; the service refuses the others by itself. */
  readonly roles: readonly Role[];
}

const ALL: readonly Role[] = ['moderator', 'senior', 'admin'];

/** The pages that there are, in the order of the navigation. */
export const PAGES: readonly PageEntry[] = [
  { path: '/reviews', name: 'Queue', icon: 'queue', roles: ALL },
  { path: '/history', name: 'My decisions', icon: 'history', roles: ALL },
  { path: '/dead-letters', name: 'Dead letters', icon: 'dead', roles: ALL },
  { path: '/people', name: 'People', icon: 'people', roles: ['admin'] },
  { path: '/audit', name: 'Audit', icon: 'audit', roles: ['admin'] },
];

export const pagesFor = (role: Role): readonly PageEntry[] => PAGES.filter(({ roles }) => roles.includes(role));
