import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';

import type { PersonAnswer, PersonSessionAnswer } from '#contracts/person-answer.js';

import { readSessions, signOutPerson } from '../api/persons.js';
import { KEYS } from '../api/query-keys.js';
import { tell } from '../toasts/toasts.js';
import { Loading } from '../ui/empty.js';
import { FormDialog } from '../ui/form-dialog.js';
import { ProblemNote } from '../ui/problem-note.js';
import { TableHead } from '../ui/table-head.js';
import { When } from '../ui/when.js';
import { browserName } from './browser-name.js';

interface SessionsProps {
  readonly person: PersonAnswer;
  readonly close: () => void;
}

/** Where somebody is signed in, and the way to end it everywhere. */
export function SessionsDialog({ person: { id, displayName }, close }: SessionsProps): ReactNode {
  const client = useQueryClient();
  const { data, error } = useQuery({
    queryKey: KEYS.personSessions(id),
    queryFn: ({ signal }) => readSessions(id, signal),
  });
  const ending = useMutation({
    mutationFn: () => signOutPerson(id),
    onSuccess: ({ ended }) => {
      close();
      tell(`${displayName}: signed out of ${ended === 1 ? '1 browser' : `${ended} browsers`}.`, { tone: 'good' });
    },
    onSettled: () => client.invalidateQueries({ queryKey: KEYS.persons }),
  });
  const sessions = data?.items ?? [];
  return (
    <FormDialog
      title={`Where ${displayName} is signed in`}
      close={close}
      button="Sign out everywhere"
      submit={() => ending.mutate()}
      sending={ending}
      isReady={sessions.length > 0}
      isHarsh
    >
      {error === null ? null : <ProblemNote error={error} />}
      {data === undefined && error === null ? <Loading what="the sessions" rows={2} /> : null}
      {data !== undefined && sessions.length === 0 ? <p className="soft">Nowhere.</p> : null}
      {sessions.length === 0 ? null : <Sessions sessions={sessions} />}
    </FormDialog>
  );
}

const Sessions = ({ sessions }: { readonly sessions: readonly PersonSessionAnswer[] }): ReactNode => (
  <div className="table">
    <table>
      <TableHead names={['Browser', 'Since', 'Last seen', 'Ends']} />
      <tbody>
        {sessions.map(({ id, agent, createdAt, seenAt, expiresAt }) => (
          <tr key={id}>
            <td className="foreign" title={agent}>
              {browserName(agent)}
            </td>
            {[createdAt, seenAt, expiresAt].map((at, index) => (
              <td key={index} className="narrow">
                <When at={at} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);
