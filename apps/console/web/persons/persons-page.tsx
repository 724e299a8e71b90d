import { useState, type ReactNode } from 'react';

import type { InvitedPersonAnswer, PersonAnswer } from '#contracts/person-answer.js';

import { KEYS } from '../api/query-keys.js';
import { readPersons } from '../api/persons.js';
import { Empty } from '../ui/empty.js';
import { PagedList } from '../ui/paged-list.js';
import { TableHead } from '../ui/table-head.js';
import { InviteDialog } from './invite-dialog.js';
import { OneTimePassword } from './one-time-password.js';
import { PersonRow } from './person-row.js';
import { ResetDialog } from './reset-dialog.js';
import { SessionsDialog } from './sessions-dialog.js';
import '../styles/table.css';

/** What is asked before it is done. */
type Asked = { readonly about: 'invite' } | { readonly about: 'reset' | 'sessions'; readonly person: PersonAnswer };

/** Who may use the console, and as what. */
export function PersonsPage(): ReactNode {
  const [asked, setAsked] = useState<Asked | undefined>(undefined);
  const [given, setGiven] = useState<InvitedPersonAnswer | undefined>(undefined);
  const close = (): void => setAsked(undefined);
  return (
    <>
      <header className="page-head">
        <h1>People</h1>
        <button type="button" className="button main" onClick={() => setAsked({ about: 'invite' })}>
          Invite somebody
        </button>
      </header>
      <PagedList
        queryKey={KEYS.persons}
        read={readPersons}
        what="people"
        empty={<Empty icon="people" title="Nobody is here yet" />}
      >
        {(persons) => (
          <div className="table panel">
            <table>
              <TableHead names={['Name', 'Role', 'Last signed in', 'Sessions', '']} />
              <tbody>
                {persons.map((person) => (
                  <PersonRow key={person.id} person={person} ask={(about) => setAsked({ about, person })} />
                ))}
              </tbody>
            </table>
          </div>
        )}
      </PagedList>
      {asked?.about === 'invite' ? <InviteDialog close={close} give={setGiven} /> : null}
      {asked?.about === 'reset' ? <ResetDialog person={asked.person} close={close} give={setGiven} /> : null}
      {asked?.about === 'sessions' ? <SessionsDialog person={asked.person} close={close} /> : null}
      {given === undefined ? null : <OneTimePassword given={given} close={() => setGiven(undefined)} />}
    </>
  );
}
