import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';

import type { EndpointHealthAnswer } from '#contracts/delivery-list-answer.js';

import { enableEndpoint } from '../api/deliveries.js';
import { KEYS } from '../api/query-keys.js';
import { tell } from '../toasts/toasts.js';
import { FormDialog } from '../ui/form-dialog.js';
import { countText, DISABLED_NAMES } from './delivery-words.js';

interface EnableProps {
  readonly endpoint: EndpointHealthAnswer;
  readonly close: () => void;
}

/** Asks before an endpoint is sent to again that was disabled. */
export function EnableDialog({ endpoint, close }: EnableProps): ReactNode {
  const { endpointId, clientName, host, path, disabledWhy, waiting } = endpoint;
  const client = useQueryClient();
  const enabling = useMutation({
    mutationFn: () => enableEndpoint(endpointId),
    onSuccess: () => {
      tell(`The endpoint of ${clientName} is enabled.`, { tone: 'good' });
      close();
    },
    onSettled: () => client.invalidateQueries({ queryKey: KEYS.deliveries }),
  });
  return (
    <FormDialog title="Enable" close={close} button="Enable" submit={() => enabling.mutate()} sending={enabling}>
      <p>
        Events go to <strong className="foreign">{clientName}</strong> again, at{' '}
        <span className="mono foreign">
          {host}
          {path}
        </span>
        {waiting.count === 0 ? '' : `, beginning with the ${countText(waiting)} that wait`}. What happened while it was
        disabled is not sent: the client finds it in its assets.
      </p>
      {disabledWhy === null ? null : <p className="soft">It was disabled: {DISABLED_NAMES[disabledWhy]}.</p>}
    </FormDialog>
  );
}
