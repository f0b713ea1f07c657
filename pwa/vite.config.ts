/**
 * Builds the two pages: `index.html` for the phone, `office.html` for the office, and the
 * service worker that keeps the phone page for places without signal.
 */
import { resolve } from 'node:path'

import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'
import { VitePWA } from 'vite-plugin-pwa'

import { componentStyles } from './build-plugins/component-styles.ts'
import { noForeignAddresses } from './build-plugins/no-foreign-addresses.ts'
import { phoneFiles } from './build-plugins/phone-files.ts'
import { RESCUE_FILES, rescuePage } from './build-plugins/rescue-page.ts'

/** The oldest browsers the field still uses. */
const OLDEST_BROWSERS = ['chrome80', 'safari15.4']
const root = import.meta.dirname
const phone = phoneFiles('index.html')
const server = process.env['ROUNDSMAN_PORT'] ?? '8000'

export default defineConfig({
  root,
  plugins: [
    noForeignAddresses(),
    vue(),
    componentStyles(),
    phone.plugin,
    rescuePage(resolve(root, 'src/rescue/main.ts'), OLDEST_BROWSERS),
    VitePWA({
      strategies: 'injectManifest',
      srcDir: 'src',
      filename: 'service-worker.ts',
      // The phone shell registers the worker itself: an injected script would be inline.
      injectRegister: false,
      // The manifest is a plain file in public/, linked by the phone page alone.
      manifest: false,
      injectManifest: {
        // Chrome 80 knows no module workers.
        rollupFormat: 'iife',
        target: OLDEST_BROWSERS,
        globPatterns: ['**/*'],
        globIgnores: ['service-worker.*', '**/*.map'],
        maximumFileSizeToCacheInBytes: 1_000_000,
        dontCacheBustURLsMatching: /^assets\//u,
        manifestTransforms: [
          (entries) => ({
            manifest: entries.filter(({ url }) => phone.needs(url) || RESCUE_FILES.includes(url)),
          }),
        ],
      },
    }),
  ],
  define: {
    __VUE_OPTIONS_API__: 'false',
    __VUE_PROD_DEVTOOLS__: 'false',
    __INTLIFY_PROD_DEVTOOLS__: 'false',
    __VUE_I18N_FULL_INSTALL__: 'false',
    __VUE_I18N_LEGACY_API__: 'false',
  },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: OLDEST_BROWSERS,
    cssTarget: OLDEST_BROWSERS,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1000,
    rolldownOptions: {
      input: [resolve(root, 'index.html'), resolve(root, 'office.html')],
    },
  },
  server: {
    port: 5173,
    strictPort: true,
    proxy: {
      '/api': `http://127.0.0.1:${server}`,
      '/health': `http://127.0.0.1:${server}`,
    },
  },
})
