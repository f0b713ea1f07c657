/**
 * Keeps the pages from ever asking a third party for anything: strips the font address that
 * Vant's style sheet carries, and stops the build if any style sheet or page still names one.
 */
import type { Plugin } from 'vite'

/** A fallback source of a font face on somebody else's server. */
const FOREIGN_FONT_SOURCE =
  /,\s*url\(\s*["']?(?:https?:)?\/\/[^)]*\)(?:\s*format\(\s*["'][^"']*["']\s*\))?/gu
const FOREIGN_IN_STYLE =
  /(?:url\(\s*["']?|@import\s+["']?)(?:https?:)?\/\/[^)"';\s]*/u
const FOREIGN_IN_PAGE = /\s(?:src|href)\s*=\s*["'](?:https?:)?\/\/[^"']*/u
const INLINE_SCRIPT = /<script(?![^>]*\ssrc=)[^>]*>\s*\S/u

/** The complaint about one built file, or nothing where it is clean. */
function complaint(fileName: string, text: string): string | undefined {
  if (fileName.endsWith('.css')) {
    const found = FOREIGN_IN_STYLE.exec(text)?.[0]
    if (found !== undefined) return `${fileName} asks a foreign server: ${found}`
  }
  if (fileName.endsWith('.html')) {
    const found = FOREIGN_IN_PAGE.exec(text)?.[0]
    if (found !== undefined) return `${fileName} asks a foreign server:${found}`
    if (INLINE_SCRIPT.test(text)) return `${fileName} has an inline script, which the CSP forbids`
  }
  return undefined
}

/** Vite plugin: strips what is known, fails the build on what is left. */
export function noForeignAddresses(): Plugin {
  return {
    name: 'roundsman:no-foreign-addresses',
    enforce: 'pre',
    transform(code, id) {
      if (!/\.css(?:$|\?)/u.test(id) || !code.includes('//')) return null
      const stripped = code.replace(FOREIGN_FONT_SOURCE, '')
      return stripped === code ? null : { code: stripped, map: null }
    },
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        for (const [fileName, output] of Object.entries(bundle)) {
          if (output.type !== 'asset') continue
          const text =
            typeof output.source === 'string'
              ? output.source
              : /\.(?:css|html)$/u.test(fileName)
                ? new TextDecoder().decode(output.source)
                : ''
          const problem = complaint(fileName, text)
          if (problem !== undefined) this.error(problem)
        }
      },
    },
  }
}
