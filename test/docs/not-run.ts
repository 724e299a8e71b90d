/** Examples that are marked `no-run`, by page and first command, and why no test runs them as they stand. */
export const NOT_RUN: Readonly<Record<string, string>> = {
  'docs/console.md: R=http://127.0.0.1:8081/api/reviews':
    'needs cases that one command after the other changes: test/medium/review-work.spec.ts has them',
  'docs/console.md: curl -H "$K" -X POST http://127.0.0.1:8081/api/endpoints/<id>/enable':
    'needs an endpoint that failed: test/medium/console-deliveries.spec.ts has one',
  'README.md: npm run demo': 'test/e2e/one-command.spec.ts runs the demo; `npm test` would run this test',
  'README.md: npm start': 'runs until it is stopped: test/e2e/one-command.spec.ts does',
  'README.md: npm run portcullis -- plan':
    'measures this machine for minutes: test/medium/plan-command.spec.ts and docs/benchmarks do',
  'docs/clients.md: node libs/client/build.mjs && npm install ./dist/portcullis-client':
    'installs into the application of the reader: libs/client/package.spec.ts builds the package',
  "docs/ingest.md: npm run portcullis -- ingest s3://holiday-pictures/2026/ --every 15m --rate 20/s --include '*.jpg' --include '*.png'":
    'needs a bucket, and goes on until it is stopped: test/medium/ingest-s3.spec.ts and ingest.spec.ts do',
  'docs/operations.md: DATABASE_URL=postgres://user:password@host:5432/portcullis REDIS_URL=redis://host:6379 npm start':
    'names somebody’s servers: test/medium/compose.spec.ts starts the product on such',
  'docs/operations.md: S3_BUCKET=portcullis-assets S3_REGION=eu-central-1 npm start':
    'names somebody’s buckets: test/faults/product-bucket.spec.ts starts the product on one',
  'docs/operations.md: aws s3 sync .portcullis/assets s3://portcullis-assets/ --size-only':
    'needs the command line of AWS and a bucket',
  'docs/operations.md: FETCH_PRIVATE_NETWORKS=10.1.0.0/16 FETCH_PRIVATE_PORTS=8080,9000-9100 npm start':
    'runs until it is stopped: the product of these tests runs with such settings',
  'docs/operations.md: npm run portcullis -- plan':
    'measures this machine for minutes: test/medium/plan-command.spec.ts does',
  'docs/operations.md: FAST_INFERENCE_URL=http://triton:8000 npm start':
    'names somebody’s server: test/medium/fast-tier-remote.spec.ts starts the tier on one',
  'docs/operations.md: npm run portcullis -- dead-letters explain 17':
    'needs dead letters of these numbers: test/medium/dead-letters-cli.spec.ts has them',
  'docs/operations.md: curl -H "$K" http://127.0.0.1:8081/api/dead-letters/17':
    'needs a dead letter of this number: test/medium/dead-letters.spec.ts has one',
  'docs/operations.md: npm run portcullis -- persons list':
    'names persons that there are not: test/medium/persons-cli.spec.ts has them',
  'docs/operations.md: ORPHAN_GRACE_MS=604800000 npm start':
    'runs until it is stopped: test/faults/product-restore.spec.ts restores a product',
};
