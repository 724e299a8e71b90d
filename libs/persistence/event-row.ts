/** A point in time as clients read it, RFC 3339 in UTC. @param time an expression in SQL */
export const rfc3339 = (time: string): string => `to_char(${time} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** Columns of a `StoredEvent` (event-payload.ts). @param event the table's name in the query */
export const storedEvent = (event: string): string =>
  `${event}.id, ${event}.type, ${rfc3339(`${event}.created_at`)} AS timestamp, ${event}.data`;
