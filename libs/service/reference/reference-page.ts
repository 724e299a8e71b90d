/** The page that shows the API to people. All addresses are relative, so that it works behind a proxy's prefix. */
export const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Portcullis: API reference</title>
    <link rel="icon" type="image/png" href="docs/favicon-32x32.png" />
    <link rel="stylesheet" href="docs/swagger-ui.css" />
    <link rel="stylesheet" href="docs/reference.css" />
  </head>
  <body>
    <noscript>This page needs JavaScript. What it shows is in <a href="openapi.json">openapi.json</a>.</noscript>
    <main id="reference"></main>
    <script src="docs/swagger-ui-bundle.js"></script>
    <script src="docs/reference.js"></script>
  </body>
</html>
`;

/**
 * Begins the page: the document that this service serves, and no other.
 *
 * @param headers of every request that the page makes, beside those of the API
 */
export const scriptOf = (headers: Readonly<Record<string, string>>): string => `window.SwaggerUIBundle({
  url: 'openapi.json',
  dom_id: '#reference',
  deepLinking: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  validatorUrl: null,
  requestInterceptor: (request) => {
    Object.assign(request.headers, ${JSON.stringify(headers)});
    return request;
  },
});
`;

export const STYLE = `html { overflow-y: scroll; }
body { margin: 0; background: #fff; }
.swagger-ui .info { margin: 2rem 0 0; }
.swagger-ui .scheme-container { margin: 0; padding: 1rem 0; box-shadow: none; }
noscript { display: block; padding: 2rem; font-family: sans-serif; }
`;

/** The page may load its own files and ask its own service, and nothing else; nobody may frame it. */
export const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');
