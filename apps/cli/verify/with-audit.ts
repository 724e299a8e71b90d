import type { AuditReport } from '#persistence/audit-verify.js';

import type { VerifyReport } from './verify-installation.js';

/** What was found in an installation and in its audit. */
export interface WholeReport extends VerifyReport {
  readonly auditRows: number;
}

/** The faults of the audit behind those of the assets, each under the number of its row. */
export const withAudit = (report: VerifyReport, { rows, faultCount, faults }: AuditReport): WholeReport => ({
  ...report,
  auditRows: rows,
  faultCount: report.faultCount + faultCount,
  faults: [...report.faults, ...faults.map(({ number, fault }) => ({ assetId: `audit row ${number}`, fault }))],
});
