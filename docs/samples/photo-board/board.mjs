/**
 * A photo board: whoever opens the page may add pictures, and sees those that Portcullis allows. Start it beside
 * `npm start` with `node docs/samples/photo-board/board.mjs`; README.md beside it tells what it shows.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';

import express from 'express';
// in an application of your own: from 'portcullis-client'
import { ErasedError, InvalidRequestError, Portcullis, PortcullisError, webhooks } from '#client/index.js';

const env = process.env;
const portcullis = new Portcullis({
  url: env.PORTCULLIS_URL ?? 'http://127.0.0.1:8080',
  key: env.PORTCULLIS_KEY ?? installedKey(`${env.PORTCULLIS_HOME ?? '.portcullis'}/client-key`),
});

function installedKey(file) {
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  console.error(`there is no ${file}: start Portcullis first with \`npm start\`, or set PORTCULLIS_KEY`);
  process.exit(1);
}

/**
 * The pictures by our own names for them, which the service knows as `externalId`. Yours are in a database: then what
 * `apply` does is one statement, `UPDATE picture SET shown = $1, sequence = $2 WHERE id = $3 AND sequence < $2`.
 */
const pictures = new Map();
/** Pages that are open. */
const pages = new Set();

/** Takes a decision over. Decisions may come late, twice and in any order: the highest revision holds. */
function apply(name, sequence, served, why) {
  const picture = pictures.get(name);
  if (picture === undefined || picture.sequence >= sequence) return;
  Object.assign(picture, { sequence, shown: served, why });
  console.log(`${name}: ${served ? 'shown' : 'hidden'} (${why})`);
  tellPages();
}

/** Whoever has the board open sees it as it is now: what was taken down is gone there, too. */
function tellPages() {
  for (const page of pages) page.write('data: changed\n\n');
}

/** What webhooks and streams tell: `late_block` takes a picture down, `late_release` puts one up. */
function hear({ type, data }) {
  if (!type.startsWith('asset.')) return;
  apply(data.externalId, data.sequence, data.current.served, data.transition ?? data.current.source);
}

const app = express();

app.get('/', (_request, response) => {
  const shown = [...pictures].filter(([, { shown }]) => shown);
  const images = shown.map(([name, { why }]) => {
    const state = why === 'provisional' ? 'provisional: it is looked at once more' : why;
    return `<figure><img src="/pictures/${name}"><figcaption>${state} <button value="${name}">erase</button></figcaption></figure>`;
  });
  const hidden = pictures.size - shown.length;
  if (hidden > 0) images.push(`<p>${hidden} not shown: blocked, or not looked at yet</p>`);
  response.send(PAGE.replace('<!-- pictures -->', images.join('\n')));
});

app.get('/changes', (_request, response) => {
  response.type('text/event-stream').flushHeaders();
  pages.add(response);
  response.once('close', () => pages.delete(response));
});

app.get('/pictures/:name', (request, response) => {
  const picture = pictures.get(request.params.name);
  // not even by its address may anybody see what is hidden
  if (picture?.shown !== true) return response.sendStatus(404);
  response.type(picture.type).set('x-content-type-options', 'nosniff').send(picture.bytes);
});

/** The body is the picture. It is kept, and shown as soon as it may be. */
app.post('/pictures', express.raw({ type: () => true, limit: '20mb' }), async (request, response) => {
  const name = randomBytes(8).toString('hex');
  pictures.set(name, { bytes: request.body, type: 'application/octet-stream', shown: false, sequence: 0 });
  try {
    const asset = await portcullis.submit(request.body, { externalId: name, class: 'urgent' });
    Object.assign(pictures.get(name), { id: asset.id, type: asset.mediaType });
    apply(name, asset.decision.revision, asset.served, 'provisional');
    response.status(201).json({ name, shown: pictures.get(name).shown });
  } catch (error) {
    pictures.delete(name);
    if (!(error instanceof PortcullisError)) throw error;
    // the picture's fault is told to its uploader, a busy service is not
    response.status(error.retryable ? 503 : 422).json({ why: error.retryable ? 'Try again later.' : error.message });
  }
});

/** The uploader wants it gone: here, and there. */
app.delete('/pictures/:name', async (request, response) => {
  const picture = pictures.get(request.params.name);
  if (picture?.id === undefined) return response.sendStatus(404);
  await portcullis.erase(picture.id);
  pictures.delete(request.params.name);
  tellPages();
  response.sendStatus(204);
});

let secret;
// the signature is over the bytes: the body must not be parsed before
app.post('/hooks', express.raw({ type: 'application/json' }), async (request, response) => {
  try {
    hear(await webhooks.verify(request.body, request.headers, secret ?? []));
  } catch (error) {
    console.error(error.message);
    return response.sendStatus(400);
  }
  response.sendStatus(204); // not before it is stored
});

/** What was erased by somebody else, as by the installation's retention, is found out here; nobody is told of it. */
async function forgetErased() {
  for (const [name, { id }] of pictures) {
    if (id === undefined) continue;
    await portcullis.get(id).catch((error) => {
      if (!(error instanceof ErasedError && pictures.delete(name))) return;
      console.log(`${name}: erased`);
      tellPages();
    });
  }
}

/** Events come as webhooks where the installation sends them to this machine, else by a stream that this one keeps open. */
async function listen(url) {
  try {
    const endpoint = await portcullis.webhooks.create({ url: `${url}/hooks` });
    secret = endpoint.secret;
    for (const signal of ['SIGINT', 'SIGTERM']) {
      process.once(signal, () => void portcullis.webhooks.remove(endpoint.id).finally(() => process.exit()));
    }
    console.log('events come as webhooks');
  } catch (error) {
    if (!(error instanceof InvalidRequestError)) throw error;
    console.log('events come by a stream: this installation sends no webhooks to its own machine');
    for await (const event of portcullis.events()) hear(event);
  }
}

const PAGE = `<!doctype html><meta charset="utf-8"><title>Photo board</title>
<style>img { max-width: 24rem }</style>
<h1>Photo board</h1>
<input type="file" accept="image/*">
<p></p>
<!-- pictures -->
<script type="module">
  document.querySelector('input').onchange = async ({ target }) => {
    const answer = await fetch('/pictures', { method: 'POST', body: target.files[0] });
    document.querySelector('p').textContent = (await answer.json()).why ?? '';
  };
  for (const button of document.querySelectorAll('button'))
    button.onclick = () => fetch('/pictures/' + button.value, { method: 'DELETE' });
  new EventSource('/changes').onmessage = () => location.reload();
</script>`;

setInterval(() => void forgetErased(), Number(env.FORGET_MS ?? 60_000)).unref();
const server = app.listen(Number(env.PORT ?? 3000), '127.0.0.1', () => {
  const url = `http://127.0.0.1:${server.address().port}`;
  console.log(`the photo board is at ${url}`);
  listen(url).catch((error) => {
    console.error(error.message);
    process.exit(1);
  });
});
