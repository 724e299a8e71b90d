import { rfc3339 } from './event-row.js';

/**
 * Writes an event `endpoint.disabled` for each endpoint that a statement has disabled, in its transaction: its client is
 * told through its other endpoints and its streams. Only where somebody else than the client has done it.
 *
 * @param disabled a part of the statement with the columns `id`, `client_id`, `url`, `state`, `disabled_why`, `changed_at`
 */
export const noticeOf = (disabled: string): string => `
  INSERT INTO event (client_id, type, data)
  SELECT client_id, 'endpoint.disabled', jsonb_build_object('endpointId', id, 'url', url, 'why', disabled_why,
    'disabledAt', ${rfc3339('changed_at')})
  FROM ${disabled} WHERE state = 'disabled' AND disabled_why <> 'by_client'`;
