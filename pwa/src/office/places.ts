/**
 * Where one is on the office page, as the address says it; a reload or a link opens the same place.
 */

export type Place =
  | { page: 'today'; on: string }
  | { page: 'findings'; waiting: '' | 'confirm' | 'verify'; finding: string }
  | { page: 'scorecards'; month: string }
  | { page: 'scorecard'; card: string; path: string; operation: string }
  | { page: 'task'; task: string; item: string }
  | { page: 'operation'; operation: string }
  | { page: 'held' }
  | { page: 'conflicts' }
  | { page: 'devices' }
  | { page: 'times' }
  | { page: 'report'; site: string; on: string }
  | { page: 'import' }
  | { page: 'patrols'; on: string }
  | { page: 'round'; round: string }
  | { page: 'labels' }
  | { page: 'shifts'; site: string; on: string }
  | { page: 'removals'; site: string; month: string }
  | { page: 'equipment'; site: string; year: string }
  | { page: 'samples' }

export type PageName = Place['page']

const BOARD: Place = { page: 'today', on: '' }

/** Reads the part of the address behind the hash; what it does not know is the board. */
export function parsePlace(hash: string): Place {
  const [page = '', ...rest] = hash
    .replace(/^#\/?/u, '')
    .split('/')
    .map((part) => decode(part))
  const [first = '', second = '', third = ''] = rest
  switch (page) {
    case 'findings':
      return {
        page,
        waiting: first === 'confirm' || first === 'verify' ? first : '',
        finding: second,
      }
    case 'scorecards':
      return { page, month: /^\d{4}-\d{2}$/u.test(first) ? first : '' }
    case 'scorecard':
      return first === ''
        ? { page: 'scorecards', month: '' }
        : { page, card: first, path: second, operation: third }
    case 'task':
      return first === '' ? BOARD : { page, task: first, item: second }
    case 'shifts':
    case 'report':
      return { page, site: first, on: /^\d{4}-\d{2}-\d{2}$/u.test(second) ? second : '' }
    case 'equipment':
      return { page, site: first, year: /^\d{4}$/u.test(second) ? second : '' }
    case 'removals':
      return { page, site: first, month: /^\d{4}-\d{2}$/u.test(second) ? second : '' }
    case 'operation':
      return first === '' ? BOARD : { page, operation: first }
    case 'held':
    case 'conflicts':
    case 'devices':
    case 'times':
    case 'import':
    case 'labels':
    case 'samples':
      return { page }
    case 'patrols':
      return { page, on: /^\d{4}-\d{2}-\d{2}$/u.test(first) ? first : '' }
    case 'round':
      return first === '' ? { page: 'patrols', on: '' } : { page, round: first }
    case 'today':
      return { page, on: /^\d{4}-\d{2}-\d{2}$/u.test(first) ? first : '' }
    default:
      return BOARD
  }
}

/** Gives the address of a place. */
export function hashOf(place: Place): string {
  return `#/${partsOf(place).map(encodeURIComponent).join('/')}`
}

function partsOf(place: Place): string[] {
  switch (place.page) {
    case 'findings':
      return trimmed(place.page, place.waiting === '' ? 'all' : place.waiting, place.finding)
    case 'scorecards':
      return trimmed(place.page, place.month)
    case 'scorecard':
      return trimmed(place.page, place.card, place.path, place.operation)
    case 'task':
      return trimmed(place.page, place.task, place.item)
    case 'operation':
      return [place.page, place.operation]
    case 'shifts':
    case 'report':
      return trimmed(place.page, place.site, place.on)
    case 'equipment':
      return trimmed(place.page, place.site, place.year)
    case 'removals':
      return trimmed(place.page, place.site, place.month)
    case 'today':
    case 'patrols':
      return trimmed(place.page, place.on)
    case 'round':
      return [place.page, place.round]
    case 'held':
    case 'conflicts':
    case 'devices':
    case 'times':
    case 'import':
    case 'labels':
    case 'samples':
      return [place.page]
  }
}

function trimmed(...parts: string[]): string[] {
  let length = parts.length
  while (length > 1 && parts[length - 1] === '') length -= 1
  return parts.slice(0, length)
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
