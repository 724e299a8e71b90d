/** Who may import whom (docs/architecture.md). A rule without a gate is a wish. */
const adapters = 'fetching|imaging|inference|persistence|queue|storage';
const onlyIn = (name, packages, room) => ({
  name,
  severity: 'error',
  comment: `${packages} lives only in ${room}`,
  from: { pathNot: `${room}|^test/|\\.spec\\.ts$|^apps/cli/bench/` },
  to: { path: `node_modules/(${packages})/` },
});
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'core-is-pure',
      severity: 'error',
      from: { path: '^libs/moderation/', pathNot: '\\.spec\\.ts$' },
      to: { pathNot: '^libs/moderation/' },
    },
    {
      name: 'contracts-import-core-only',
      severity: 'error',
      from: { path: '^libs/contracts/', pathNot: '\\.spec\\.ts$' },
      to: {
        pathNot: '^libs/(contracts|moderation)/|node_modules/(class-validator|class-transformer|reflect-metadata)/',
      },
    },
    {
      name: 'adapters-do-not-meet',
      severity: 'error',
      from: { path: `^libs/(${adapters})/`, pathNot: '\\.spec\\.ts$' },
      to: { path: `^libs/(${adapters}|settings|telemetry)/`, pathNot: '^libs/$1/' },
    },
    {
      name: 'foundation-stands-alone',
      severity: 'error',
      from: { path: '^libs/(settings|telemetry)/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^libs/', pathNot: '^libs/($1|moderation)/' },
    },
    {
      name: 'service-meets-no-adapter',
      severity: 'error',
      from: { path: '^libs/service/', pathNot: '\\.spec\\.ts$' },
      to: { path: `^libs/(${adapters})/` },
    },
    {
      name: 'client-stands-alone',
      severity: 'error',
      comment: 'libs/client is a package of its own: it imports nothing of ours, and nothing from npm',
      from: { path: '^libs/client/', pathNot: '\\.spec\\.ts$|\\.mjs$' },
      to: { pathNot: '^libs/client/|^node:|^(fs|fs/promises)$' },
    },
    {
      name: 'client-in-cli',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: '^libs/client/|^apps/cli/|\\.spec\\.ts$' },
      to: { path: '^libs/client/' },
    },
    {
      name: 'pages-import-types-only',
      severity: 'error',
      comment: 'what runs in a browser is built of its own files; of what crosses the wire it knows the types',
      from: { path: '^apps/console/web/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^(libs|apps|migrations|test)/', pathNot: '^apps/console/web/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'pages-know-contracts-only',
      severity: 'error',
      from: { path: '^apps/console/web/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^(libs|apps|migrations|test)/', pathNot: '^apps/console/web/|^libs/(contracts|moderation)/' },
    },
    {
      name: 'pages-are-built-apart',
      severity: 'error',
      from: { path: '^(apps|libs|migrations|test)/', pathNot: '^apps/console/web/' },
      to: { path: '^apps/console/web/' },
    },
    { name: 'libs-do-not-import-apps', severity: 'error', from: { path: '^libs/' }, to: { path: '^apps/' } },
    {
      name: 'apps-do-not-import-apps',
      severity: 'error',
      from: { path: '^apps/([^/]+)/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'nest-is-glue',
      severity: 'error',
      from: { path: '^libs/', pathNot: '^libs/(service|openapi)/|\\.(module|processor)\\.ts$' },
      to: { path: 'node_modules/@nestjs/' },
    },
    onlyIn(
      'fastify-in-service',
      'fastify|@fastify/.*|@nestjs/platform-fastify',
      '^(libs/service|apps/upload/(assets|batches|events|fetching|inference))/',
    ),
    onlyIn('react-in-pages', 'react|react-dom|wouter|uplot|@tanstack/.*', '^apps/console/web/'),
    onlyIn('vite-in-pages', 'vite', '^apps/console/web/|^apps/cli/launch/pages\\.mjs$'),
    onlyIn('sharp-in-imaging', 'sharp|file-type', '^libs/imaging/'),
    onlyIn('ort-in-inference', 'onnxruntime-node', '^libs/inference/'),
    onlyIn('sql-in-persistence', 'typeorm|@nestjs/typeorm|pg', '^(libs/persistence|migrations)/'),
    onlyIn('argon2-in-service', '@node-rs/argon2', '^libs/service/'),
    onlyIn('ipaddr-in-fetching', 'ipaddr\\.js', '^libs/fetching/|^apps/console/sign-in/address-key\\.ts$'),
    onlyIn('standardwebhooks-in-webhooks', 'standardwebhooks', '^apps/batch/webhooks/'),
    onlyIn('archives-in-batches', 'yauzl|tar-stream', '^apps/upload/batches/'),
    onlyIn('bullmq-in-queue', 'bullmq|@nestjs/bullmq|ioredis', '^libs/queue/'),
    onlyIn('s3-in-storage', '@aws-sdk/.*', '^libs/storage/'),
    onlyIn('sources-in-openapi', 'typescript|ts-json-schema-generator', '^libs/openapi/'),
    onlyIn('logs-and-metrics-in-telemetry', 'pino|prom-client', '^libs/telemetry/'),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|\\.portcullis)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      conditionNames: ['source', 'import', 'node', 'default', 'types'],
      exportsFields: ['exports'],
    },
  },
};
