import multipart from '@fastify/multipart';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** Lets upload bodies through as streams: multipart by its parser, every other type but JSON as it comes. */
export async function acceptUploadBodies(app: NestFastifyApplication, bodyBytesMax: number): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance();
  await fastify.register(multipart, { throwFileSizeLimit: false });
  fastify.removeContentTypeParser('text/plain');
  fastify.addContentTypeParser('*', { bodyLimit: bodyBytesMax }, (_request, payload, done) => {
    done(null, payload);
  });
}
