import { useLayoutEffect, useState, type ReactNode } from 'react';

import type { SessionAnswer } from '#contracts/sign-in-answer.js';

import { belongTo } from '../personal/personal.js';
import { ProblemNote } from '../ui/problem-note.js';
import { Loading } from '../ui/empty.js';
import { PasswordPage } from './password-page.js';
import { GateContext, SessionContext, useSessionQuery } from './use-session.js';
import { SignInPage } from './sign-in-page.js';
import '../styles/session.css';

/**
 * Lets in whoever is signed in, at whatever address: signing in leads to the same place. When a session ends in the midst of
 * work, what is on the page stays behind the sign-in, unseen, for the same person to go on with; for another one it is gone.
 */
export function SessionGate({ children }: { readonly children: ReactNode }): ReactNode {
  const { data: session, error, refetch, isPending } = useSessionQuery();
  const [within, setWithin] = useState<SessionAnswer | undefined>(undefined);
  const isIn = session !== null && session !== undefined && !session.mustChangePassword;
  if (isIn && within !== session) setWithin(session);
  const name = within?.name;
  // before anything is drawn: it says how much of a picture is seen
  useLayoutEffect(() => {
    if (name !== undefined) belongTo(name);
  }, [name]);
  if (isPending) return <Waiting />;
  if (session === undefined) {
    return (
      <main className="gate">
        <div className="gate-card">
          <ProblemNote error={error} retry={() => void refetch()} />
        </div>
      </main>
    );
  }
  return (
    <>
      {session === null ? <SignInPage before={within} leave={() => setWithin(undefined)} /> : null}
      {session?.mustChangePassword === true ? <PasswordPage name={session.name} /> : null}
      {within === undefined ? null : (
        <div key={within.name} className="within" hidden={!isIn} inert={!isIn}>
          <GateContext value={isIn}>
            <SessionContext value={within}>{children}</SessionContext>
          </GateContext>
        </div>
      )}
    </>
  );
}

const Waiting = (): ReactNode => (
  <main className="gate">
    <div className="gate-card">
      <Loading rows={3} what="your session" />
    </div>
  </main>
);
