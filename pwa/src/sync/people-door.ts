/** What screens may do about the people known to this phone. */

import type { Session } from './session.ts'

export interface PeopleDoor {
  /**
   * Lets a known person take the phone; needs no network.
   *
   * Throws a ProblemFailure: `pin_wrong`, `pin_blocked`, `pin_none`, `not_saved`.
   */
  switchTo(person: string, pin: string): Promise<void>
  /**
   * Proves that a known person stands before the phone; nobody changes places, nothing is sent.
   *
   * Throws a ProblemFailure: `pin_wrong`, `pin_blocked`, `pin_none`.
   */
  confirmPin(person: string, pin: string): Promise<void>
  /** Locks the screen until somebody's PIN or password; sending goes on behind it. */
  lock(): Promise<void>
  /** Sets the PIN of whoever works here, or takes it away. Throws `pin_unfit`. */
  setPin(pin: string | null): Promise<void>
  /** The person has been asked for a PIN and wants none now; the phone does not ask again. */
  noteAsked(): Promise<void>
  /** Locks by itself after so many minutes without a touch; 0 for never. */
  lockAfter(minutes: number): Promise<void>
}

/** Opens the door; `onChange` is called around a change of person. */
export function peopleDoor(
  session: Session,
  onChange: { before(): void; after(): Promise<void> },
): PeopleDoor {
  const own = (): string => session.person?.id ?? ''
  return {
    async switchTo(person, pin) {
      const isSame = person === own()
      // A round under way is the earlier person's; it stops by itself at its next step as well.
      if (!isSame) onChange.before()
      await session.switchTo(person, pin)
      await onChange.after()
    },
    async confirmPin(person, pin) {
      try {
        await session.people.requireByPin(person, pin)
      } finally {
        // How many tries are left is shown wherever people stand.
        await session.reshow()
      }
    },
    async lock() {
      await session.lock()
    },
    async setPin(pin) {
      await session.people.setPin(own(), pin)
      await session.reshow()
    },
    async noteAsked() {
      await session.people.noteAsked(own())
      await session.reshow()
    },
    async lockAfter(minutes) {
      await session.people.setLock(own(), minutes)
      await session.reshow()
    },
  }
}
