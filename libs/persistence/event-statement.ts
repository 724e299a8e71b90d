import { rfc3339 } from './event-row.js';

/** A decision as an event tells it; no scores, no thresholds. @param served what held while it stood */
const told = (decision: string, served: string): string => `jsonb_build_object(
      'revision', ${decision}.revision, 'stage', ${decision}.stage, 'verdict', ${decision}.verdict,
      'source', ${decision}.source, 'served', ${served},
      'labels', jsonb_path_query_array(${decision}.reasons, '$[*].label'),
      'decidedAt', ${rfc3339(`${decision}.decided_at`)})`;

/**
 * What a statement that writes decisions does beside it, so that the events of what is decided are there with it or not
 * at all: one for each decision that comes into force. The first final of an asset is `asset.final`; whatever else
 * supersedes a decision is `asset.superseded`. A decision that changes nothing, as a machine's after a human's, has none.
 *
 * The statement has two CTEs before it: `the_decisions`, the rows that it inserts, and `the_changes (asset_id, served,
 * transition, exposure_ms)`, what they do to each asset. It sees assets as they were before it.
 */
export const THE_EVENTS = `
  the_events AS (
    INSERT INTO event (client_id, asset_id, sequence, type, data)
    SELECT a.client_id, a.id, d.revision,
      CASE WHEN d.stage = 'final' AND b.stage = 'provisional' THEN 'asset.final' ELSE 'asset.superseded' END,
      jsonb_build_object('assetId', a.id, 'externalId', a.external_id, 'sequence', d.revision,
        'previous', ${told('b', 'a.served')}, 'current', ${told('d', 'c.served')},
        'transition', c.transition, 'exposureMs', c.exposure_ms)
    FROM the_decisions d
    JOIN the_changes c ON c.asset_id = d.asset_id
    JOIN asset a ON a.id = d.asset_id
    JOIN decision b ON b.asset_id = d.asset_id AND b.revision = d.supersedes
  )`;
