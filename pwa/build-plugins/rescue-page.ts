/**
 * Builds the rescue page's script by itself, in one plain file: it must run when any other script
 * of the product is broken, so it may share none.
 */
import { build, type Plugin } from 'vite'

/** What the phone must keep for the page to open without a network. */
export const RESCUE_FILES: readonly string[] = ['rescue.html', 'rescue.css', 'rescue.js']

/** Gives the plugin that adds `rescue.js` to the build. */
export function rescuePage(entry: string, target: string[]): Plugin {
  return {
    name: 'roundsman:rescue-page',
    apply: 'build',
    async generateBundle() {
      const built = await build({
        configFile: false,
        logLevel: 'warn',
        publicDir: false,
        build: {
          write: false,
          target,
          modulePreload: false,
          rolldownOptions: { input: entry, output: { format: 'iife' } },
        },
      })
      const outputs = [built].flat().flatMap((one) => ('output' in one ? one.output : []))
      const [script, ...others] = outputs
      if (script?.type !== 'chunk' || others.length > 0) {
        this.error('the rescue page must be built into one script')
      }
      this.emitFile({ type: 'asset', fileName: 'rescue.js', source: script.code })
    },
  }
}
