/** The newest case on an asset `a`, as `CaseOfAsset`; null: it has none. */
export const CASE_OF = `(SELECT jsonb_build_object('id', r.id, 'open', r.state IN ('open', 'claimed'))
    FROM review r WHERE r.asset_id = a.id ORDER BY r.opened_at DESC LIMIT 1)`;

/** The newest dead letter on an asset `a` that is open. */
export const LETTER_OF = `(SELECT max(d.id)::float8 FROM dead_letter d WHERE d.asset_id = a.id AND d.closed_at IS NULL)`;

/** An asset `a` waits for its final, or for another try. */
export const WAITING = `EXISTS (SELECT FROM pending_final w WHERE w.asset_id = a.id)`;

/** The final of an asset `a` was not there, or is not, by the time that it was promised for. */
export const LATE = `coalesce((SELECT min(f.decided_at) FROM decision f WHERE f.asset_id = a.id AND f.stage = 'final'), now())
    > a.final_by`;
