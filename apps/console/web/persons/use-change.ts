import { useMutation, useQueryClient, type UseMutationResult } from '@tanstack/react-query';

import type { PersonAnswer } from '#contracts/person-answer.js';

import { mayHelpLater, messageOf } from '../api/api-error.js';
import { changePerson, type PersonChange } from '../api/persons.js';
import { KEYS } from '../api/query-keys.js';
import { tell } from '../toasts/toasts.js';
import { ROLE_NAMES } from '../words/words.js';

/** Changes what somebody may do, tells so, and can take it back. */
export function useChange(person: PersonAnswer): UseMutationResult<PersonAnswer, Error, PersonChange> {
  const client = useQueryClient();
  const { id, displayName, role, disabled } = person;
  const readAnew = (): Promise<void> => client.invalidateQueries({ queryKey: KEYS.persons });
  const takeBack = async (change: PersonChange): Promise<boolean> => {
    const before: PersonChange = change.role === undefined ? { disabled } : { role };
    try {
      tell(`Taken back. ${textOf(await changePerson(id, before), before)}`, { tone: 'good' });
      return true;
    } catch (error) {
      tell(`Not taken back: ${messageOf(error)}`, { tone: 'bad' });
      return !mayHelpLater(error);
    } finally {
      void readAnew();
    }
  };
  return useMutation({
    mutationFn: (change: PersonChange) => changePerson(id, change),
    onSuccess: (changed, change) => tell(textOf(changed, change), { tone: 'good', undo: () => takeBack(change) }),
    onError: (error) => tell(`${displayName} is as before: ${error.message}`, { tone: 'bad' }),
    onSettled: readAnew,
  });
}

/** What holds from their next request on. */
function textOf({ displayName, role, disabled }: PersonAnswer, change: PersonChange): string {
  if (change.role !== undefined) return `${displayName}: ${ROLE_NAMES[role].toLowerCase()} from now on.`;
  return disabled
    ? `${displayName} is signed out everywhere, and cannot sign in.`
    : `${displayName} can sign in again.`;
}
