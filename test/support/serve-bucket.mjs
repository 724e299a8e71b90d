import S3rver from '@20minutes/s3rver';

// The server behind bucket-server.ts: `node --openssl-legacy-provider serve-bucket.mjs <port> <directory> <bucket>`.
// Its listings are signed otherwise than the SDK signs them, so that it does not check signatures; it does check key ids.
const [port, directory, bucket] = process.argv.slice(2);
const server = new S3rver({
  address: '127.0.0.1',
  port: Number(port),
  directory,
  silent: true,
  vhostBuckets: false,
  allowMismatchedSignatures: true,
  configureBuckets: [{ name: bucket }],
});
await server.run();
process.stdout.write('listens\n');
process.on('disconnect', () => process.exit());
