/**
 * Knows which built files the phone page can ever need: its own script, everything that script
 * imports at once or later, and their styles. Only these are kept on the phone for the cellar.
 */
import type { Plugin, Rolldown } from 'vite'

/** What the phone page needs, filled during the build. */
export interface PhoneFiles {
  /** Vite plugin that follows the phone page's imports. */
  readonly plugin: Plugin
  /** Tells whether the phone may need this file, by its name in the build folder. */
  readonly needs: (fileName: string) => boolean
}

type Bundle = Rolldown.OutputBundle
type Chunk = Rolldown.OutputChunk

/** Fonts never go into the phone's store: the system has its own Chinese font. */
const NEVER_KEPT = /\.(?:woff2?|ttf|otf)$/u

/** Everything reachable from the chunk, the chunk itself included. */
function reachable(bundle: Bundle, start: Chunk): Set<string> {
  const found = new Set<string>()
  const waiting = [start.fileName]
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (found.has(name)) continue
    found.add(name)
    const output = bundle[name]
    if (output?.type !== 'chunk') continue
    const { importedCss = [], importedAssets = [] } = output.viteMetadata ?? {}
    for (const css of importedCss) found.add(css)
    for (const asset of importedAssets) found.add(asset)
    waiting.push(...output.imports, ...output.dynamicImports)
  }
  return found
}

/** The files that the built page itself names: scripts, styles, icons, the manifest. */
function namedIn(bundle: Bundle, page: string): string[] {
  const output = bundle[page]
  if (output?.type !== 'asset' || typeof output.source !== 'string') return []
  const names = output.source.matchAll(/\s(?:src|href)="\/([^"?#]+)"/gu)
  return [...names].map(([, name = '']) => name)
}

/** Watches the build of `page` and answers afterwards which files it needs. */
export function phoneFiles(page: string): PhoneFiles {
  const needed = new Set<string>([page])
  return {
    needs: (fileName) => needed.has(fileName) && !NEVER_KEPT.test(fileName),
    plugin: {
      name: 'roundsman:phone-files',
      generateBundle: {
        order: 'post',
        handler(_options, bundle) {
          const entry = Object.values(bundle).find(
            (output): output is Chunk =>
              output.type === 'chunk' &&
              output.isEntry &&
              output.facadeModuleId?.endsWith(`/${page}`) === true,
          )
          if (entry === undefined) this.error(`the build has no entry for ${page}`)
          for (const name of reachable(bundle, entry)) needed.add(name)
          for (const name of namedIn(bundle, page)) needed.add(name)
        },
      },
    },
  }
}
