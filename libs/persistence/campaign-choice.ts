/** The choice of a campaign as a row: `$1` is its filter. */
export const FILTER = `jsonb_to_record($1::jsonb) AS f (
  "receivedFrom" timestamptz, "receivedBefore" timestamptz, "modelId" text, "policyVersion" integer, label text, verdict text,
  "clientId" uuid, "trafficClass" text)`;

/** Whether an asset `a`, whose decision in force is `d`, is one that the filter `f` chooses. */
export const CHOSEN = `a.received_at < f."receivedBefore"
  AND (f."receivedFrom" IS NULL OR a.received_at >= f."receivedFrom")
  AND (f."modelId" IS NULL OR d.model_id = f."modelId")
  AND (f."policyVersion" IS NULL OR d.policy_version = f."policyVersion")
  AND (f.label IS NULL OR d.reasons @> jsonb_build_array(jsonb_build_object('label', f.label)))
  AND (f.verdict IS NULL OR a.verdict = f.verdict)
  AND (f."clientId" IS NULL OR a.client_id = f."clientId")
  AND (f."trafficClass" IS NULL OR a.traffic_class = f."trafficClass")`;

/** A person's decision `d` locks its asset. */
export const HUMAN = `d.source IN ('moderator', 'appeal')`;
export const PENDING = `EXISTS (SELECT 1 FROM pending_final p WHERE p.asset_id = a.id)`;
