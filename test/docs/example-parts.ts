import type { Example } from './example-blocks.js';

/** What a reader has by the time that an example imports nothing: a client, and ids that answers gave. */
const GIVEN = `import { Portcullis } from 'portcullis-client';
import { file } from 'portcullis-client/node';
const portcullis = new Portcullis({ url: process.env.URL!, key: process.env.KEY! });
const assetId = process.env.ASSET_ID!;
`;

/** What programs take for given: functions of their readers, and who tries a receiver. By what they say. */
const PARTS: readonly { readonly says: RegExp; readonly before: string; readonly after: string }[] = [
  {
    says: /\bshowOrHide\(/,
    before:
      'let shown: [string, number, boolean] | undefined;\nasync function showOrHide(...asset: [string, number, boolean]) { shown = asset; }',
    after: '',
  },
  {
    says: /app\.post\('\/hooks'/,
    before: '',
    after: `
const sender = new (await import('standardwebhooks')).Webhook(process.env.PORTCULLIS_WEBHOOK_SECRET!);
const event = { type: 'asset.final', timestamp: '', data: { assetId: 'a', sequence: 2, current: { served: false } } };
const server = app.listen(0, async () => {
  const { port } = server.address() as { port: number };
  const text = JSON.stringify(event);
  const headers = {
    'content-type': 'application/json',
    'webhook-id': 'one',
    'webhook-timestamp': String(Math.floor(Date.now() / 1000)),
    'webhook-signature': sender.sign('one', new Date(), text),
  };
  const post = (body: string) => fetch(\`http://127.0.0.1:\${port}/hooks\`, { method: 'POST', headers, body });
  const [good, bad] = [await post(text), await post(text.replace('2', '3'))];
  if (good.status !== 204 || bad.status !== 400 || shown?.join() !== 'a,2,false') {
    throw new Error(\`\${good.status} \${bad.status} \${shown}\`);
  }
  server.close();
});
`,
  },
];

/** An example as a program, with what its reader has made by then. */
export function programOf({ text }: Example): string {
  const given = /^import /m.test(text) ? '' : GIVEN;
  const parts = PARTS.filter(({ says }) => says.test(text));
  return [given, ...parts.map(({ before }) => before), text, ...parts.map(({ after }) => after)].join('\n');
}

/** What an example wants to be there: an asset of its own; somebody who uploads while it listens. */
export const needsAsset = ({ text }: Example): boolean => /\bassetId\b/.test(text) && !/^import /m.test(text);
export const needsLife = ({ text }: Example): boolean => text.includes('.events(');
