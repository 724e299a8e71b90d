import { useEffect, useRef, type ReactNode } from 'react';
import { useLocation } from 'wouter';

import type { Role } from '#contracts/access.js';

import { useSession } from '../session/use-session.js';
import { tell } from '../toasts/toasts.js';
import { Empty } from '../ui/empty.js';
import { ROLE_NAMES } from '../words/words.js';
import { pageAt } from './pages.js';

/**
 * Shows a page to whom it is for, and tells others whom it is for. Roles change while people work: whoever loses theirs sees
 * so at their next click, and is told.
 */
export function RoleGate({ children }: { readonly children: ReactNode }): ReactNode {
  const { role } = useSession();
  const [path] = useLocation();
  const page = pageAt(path);
  useRoleNews(role);
  if (page === undefined || page.roles.includes(role)) return children;
  return (
    <>
      <header className="page-head">
        <h1>{page.name}</h1>
      </header>
      <Empty icon="hidden" title={`This page is for ${page.roles.map(plural).join(' and ')}`}>
        You are {named(role)} here. An admin can change that.
      </Empty>
    </>
  );
}

function useRoleNews(role: Role): void {
  const before = useRef(role);
  useEffect(() => {
    if (before.current === role) return;
    before.current = role;
    tell(`Your role was changed: you are ${named(role)} now.`);
  }, [role]);
}

const nameOf = (role: Role): string => (role === 'client' ? 'client' : ROLE_NAMES[role].toLowerCase());
const plural = (role: Role): string => `${nameOf(role)}s`;
const named = (role: Role): string => `${role === 'admin' ? 'an' : 'a'} ${nameOf(role)}`;
