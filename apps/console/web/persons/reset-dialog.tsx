import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';

import type { InvitedPersonAnswer, PersonAnswer } from '#contracts/person-answer.js';

import { resetPerson } from '../api/persons.js';
import { KEYS } from '../api/query-keys.js';
import { FormDialog } from '../ui/form-dialog.js';

interface ResetProps {
  readonly person: PersonAnswer;
  readonly close: () => void;
  readonly give: (given: InvitedPersonAnswer) => void;
}

/** Asks before somebody's password stops working. */
export function ResetDialog({ person: { id, displayName }, close, give }: ResetProps): ReactNode {
  const client = useQueryClient();
  const resetting = useMutation({
    mutationFn: () => resetPerson(id),
    onSuccess: (given) => {
      close();
      give(given);
    },
    onSettled: () => client.invalidateQueries({ queryKey: KEYS.persons }),
  });
  return (
    <FormDialog
      title="Give another password"
      close={close}
      button="Give another password"
      submit={() => resetting.mutate()}
      sending={resetting}
      isHarsh
    >
      <p>
        The password of <strong className="foreign">{displayName}</strong> stops working, and they are signed out
        everywhere. You get one that works once, to hand on.
      </p>
    </FormDialog>
  );
}
