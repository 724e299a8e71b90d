import { useInfiniteQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';

import type { InvitedPersonAnswer, PersonPage } from '#contracts/person-answer.js';

import { readPersons } from '../api/persons.js';
import { KEYS } from '../api/query-keys.js';
import { Loading } from '../ui/empty.js';
import { More } from '../ui/more.js';
import { ProblemNote } from '../ui/problem-note.js';
import { InviteDialog } from './invite-dialog.js';
import { OneTimePassword } from './one-time-password.js';
import { PersonRow } from './person-row.js';
import '../styles/table.css';

const COLUMNS = ['Name', 'Role', 'Last signed in', 'Sessions', ''];

/** Who may use the console, and as what. */
export function PersonsPage(): ReactNode {
  const [isInviting, setIsInviting] = useState(false);
  const [given, setGiven] = useState<InvitedPersonAnswer | undefined>(undefined);
  const { data, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = useInfiniteQuery({
    queryKey: KEYS.persons,
    queryFn: ({ pageParam, signal }) => readPersons(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page: PersonPage) => page.next ?? undefined,
  });
  const persons = data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <header className="page-head">
        <h1>People</h1>
        <button type="button" className="button main" onClick={() => setIsInviting(true)}>
          Invite somebody
        </button>
      </header>
      <div className="page-body">
        {error === null ? null : <ProblemNote error={error} retry={() => void refetch()} />}
        {isPending ? <Loading what="people" /> : null}
        {persons.length === 0 ? null : (
          <div className="table panel">
            <table>
              <thead>
                <tr>
                  {COLUMNS.map((name) => (
                    <th key={name} scope="col">
                      {name === '' ? <span className="unseen">What can be done</span> : name}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {persons.map((person) => (
                  <PersonRow key={person.id} person={person} give={setGiven} />
                ))}
              </tbody>
            </table>
          </div>
        )}
        <More has={hasNextPage} isBusy={isFetchingNextPage} read={() => void fetchNextPage()} />
      </div>
      {isInviting ? <InviteDialog close={() => setIsInviting(false)} give={setGiven} /> : null}
      {given === undefined ? null : <OneTimePassword given={given} close={() => setGiven(undefined)} />}
    </>
  );
}
