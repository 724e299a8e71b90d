import { defineConfig } from 'vite';

// whatever runs the build: pages for people, not those that React's developers look into
process.env.NODE_ENV = 'production';

/**
 * How the console's pages are built. Nothing is inlined: the pages' Content-Security-Policy allows no script and no style
 * inside a page. JSX is compiled by Vite itself, as tsconfig.json says.
 */
export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  build: {
    outDir: '../../../dist/apps/console/web',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    target: ['chrome125', 'edge125', 'firefox128', 'safari18'],
    modulePreload: { polyfill: false },
    // a page that is rarely needed is a file of its own, loaded when somebody goes there
    chunkSizeWarningLimit: 600,
  },
});
