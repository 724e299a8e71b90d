import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';

import type { ListedDeliveryAnswer } from '#contracts/delivery-list-answer.js';

import { sendAgain } from '../api/deliveries.js';
import { KEYS } from '../api/query-keys.js';
import { tell } from '../toasts/toasts.js';
import { FormDialog } from '../ui/form-dialog.js';

interface SendAgainProps {
  readonly delivery: ListedDeliveryAnswer;
  readonly close: () => void;
}

/** Asks before an event is sent again that was given up on. */
export function SendAgainDialog({ delivery, close }: SendAgainProps): ReactNode {
  const { clientName, host, path, type, eventId } = delivery;
  const client = useQueryClient();
  const sending = useMutation({
    mutationFn: () => sendAgain(delivery),
    onSuccess: () => {
      tell(`Sent again to ${clientName}: it waits for its next try.`, { tone: 'good' });
      close();
    },
    onSettled: () => client.invalidateQueries({ queryKey: KEYS.deliveries }),
  });
  return (
    <FormDialog title="Send again" close={close} button="Send again" submit={() => sending.mutate()} sending={sending}>
      <p>
        <span className="mono">{type}</span> goes to <strong className="foreign">{clientName}</strong> at{' '}
        <span className="mono foreign">
          {host}
          {path}
        </span>{' '}
        once more, and its tries count anew. It has the same id, by which receivers know what they have:
      </p>
      <p className="mono foreign">{eventId}</p>
    </FormDialog>
  );
}
