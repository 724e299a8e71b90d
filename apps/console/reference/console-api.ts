import type { ProblemBody } from '#contracts/problems.js';
import { aboutService, PROBLEM_STYLE } from '#openapi/about-service.js';
import { COMMON_HEADERS, header } from '#openapi/common-headers.js';
import { describeApi } from '#openapi/describe-api.js';
import type { JsonObject } from '#openapi/json.js';
import { SERVICE_NOTES } from '#openapi/service-notes.js';

import { CONSOLE_CONTROLLERS } from '../console.module.js';
import { CONSOLE_ACCESS, SECURITY_SCHEMES } from './console-access.js';
import { TAGS } from './console-tags.js';
import { PEOPLE_NOTES } from './notes/people-notes.js';
import { POLICY_NOTES } from './notes/policy-notes.js';
import { REVIEW_NOTES } from './notes/review-notes.js';
import { WORK_NOTES } from './notes/work-notes.js';

/** Types that problems name, and no handler returns. */
interface Named {
  readonly ProblemBody: ProblemBody;
}

const TYPES: readonly (keyof Named)[] = ['ProblemBody'];

const UUID = { type: 'string', format: 'uuid' };

const PATH_PARAMETERS: Readonly<Record<string, JsonObject>> = {
  id: { schema: UUID },
  assetId: { schema: UUID },
  entryId: { schema: { type: 'integer', minimum: 1 } },
  version: { description: 'Of the policy.', schema: { type: 'integer', minimum: 1 } },
  file: { schema: { type: 'string' } },
};

const DESCRIPTION = [
  'What people do who review, set policies and run an installation, for their own tools.',
  'Whoever signs in has a session; programs send a key. What anybody does is written down in `/api/audit`.',
  'Every error is `application/problem+json` (RFC 9457) with a stable `code`.',
].join(' ');

/**
 * The OpenAPI document of the console service, made of its code.
 *
 * @param root of the repository, with sources
 * @throws Undescribed for a route that the code does not say enough about
 */
export const consoleApi = (root: string): JsonObject =>
  describeApi({
    root,
    folders: ['apps/console', 'libs/service'],
    info: aboutService(root, 'Portcullis console API', DESCRIPTION),
    tags: TAGS,
    controllers: CONSOLE_CONTROLLERS,
    notes: { ...REVIEW_NOTES, ...POLICY_NOTES, ...WORK_NOTES, ...PEOPLE_NOTES, ...SERVICE_NOTES },
    pathParameters: PATH_PARAMETERS,
    headers: { ...COMMON_HEADERS, 'Set-Cookie': header('The session, or its end.') },
    securitySchemes: SECURITY_SCHEMES,
    access: CONSOLE_ACCESS,
    problemStyle: () => PROBLEM_STYLE,
    types: TYPES,
    classes: [],
  });
