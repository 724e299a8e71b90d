/** The choice of a campaign as a row: `$1` is its filter. */
const FILTER = `jsonb_to_record($1::jsonb) AS f (
  "receivedFrom" timestamptz, "receivedBefore" timestamptz, "modelId" text, "policyVersion" integer, label text, verdict text,
  "clientId" uuid, "trafficClass" text)`;

/** Whether an asset `a`, whose decision in force is `d`, is one that the filter `f` chooses. */
const CHOSEN = `a.received_at < f."receivedBefore"
  AND NOT EXISTS (SELECT 1 FROM erasure e WHERE e.asset_id = a.id)
  AND (f."receivedFrom" IS NULL OR a.received_at >= f."receivedFrom")
  AND (f."modelId" IS NULL OR d.model_id = f."modelId")
  AND (f."policyVersion" IS NULL OR d.policy_version = f."policyVersion")
  AND (f.label IS NULL OR d.reasons @> jsonb_build_array(jsonb_build_object('label', f.label)))
  AND (f.verdict IS NULL OR a.verdict = f.verdict)
  AND (f."clientId" IS NULL OR a.client_id = f."clientId")
  AND (f."trafficClass" IS NULL OR a.traffic_class = f."trafficClass")`;

/** What a query over the chosen of some `rows` takes them from: assets `a` with their decision in force `d`. */
export const chosenOf = (rows: string): string => `FROM ${FILTER}, ${rows} a
    JOIN decision d ON d.asset_id = a.id AND d.revision = a.standing_revision
  WHERE ${CHOSEN}`;

/** A person's decision `d` locks its asset. */
export const HUMAN = `d.source IN ('moderator', 'appeal')`;
export const PENDING = `EXISTS (SELECT 1 FROM pending_final p WHERE p.asset_id = a.id)`;
