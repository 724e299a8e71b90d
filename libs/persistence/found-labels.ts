import { FINDINGS } from '#moderation/label.js';

const FOUND = FINDINGS.map((finding) => `'${finding}'`).join(', ');

/**
 * What any decision on an asset found in it, as an array in SQL: what its picture may show, whatever was decided in the end.
 *
 * @param assetId an expression
 */
export const foundLabels = (assetId: string): string => `
  ARRAY(SELECT DISTINCT reason ->> 'label' FROM decision AS looked, jsonb_array_elements(looked.reasons) AS reason
    WHERE looked.asset_id = ${assetId} AND reason ->> 'label' IN (${FOUND}))`;
