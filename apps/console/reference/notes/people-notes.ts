import type { RouteNotes } from '#openapi/route-notes.js';

const LINES: RouteNotes['content'] = {
  'application/x-ndjson': { schema: { type: 'string', description: 'One `AuditEntry` a line.' } },
};
const ONE_NAME: RouteNotes = { problems: ['conflict'] };

/** Of clients, keys and people. */
export const PEOPLE_NOTES: Readonly<Record<string, RouteNotes>> = {
  'ClientsController.create': ONE_NAME,
  'KeysController.rotate': ONE_NAME,
  'PersonsController.invite': ONE_NAME,
  'PersonsController.change': ONE_NAME,
  'PersonsController.reset': ONE_NAME,
  'SessionController.begin': {
    headers: ['Set-Cookie'],
    problems: [
      'sign-in-failed',
      'too-many-sign-ins',
      'cross-site',
      'unsupported-media',
      'overloaded',
      'dependency-late',
    ],
  },
  'SessionController.end': { headers: ['Set-Cookie'] },
  'SessionController.password': {
    headers: ['Set-Cookie'],
    problems: ['sign-in-failed', 'too-many-sign-ins', 'unsupported-media'],
  },
  'AuditController.export': { content: LINES },
};
