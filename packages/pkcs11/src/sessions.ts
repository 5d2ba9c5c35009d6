import type { Cryptoki, Handle } from './cryptoki.ts'
import { CKF_SERIAL_SESSION } from './cryptoki.ts'
import { withCodes } from './errors.ts'

/** Sessions at one token: opened when needed, used by one signature at a time. The login holds for all of them. */
export class SessionPool {
  private readonly cryptoki: Cryptoki
  private readonly slot: Handle
  private readonly most: number
  private readonly idle: Handle[] = []
  private readonly waiting: (() => void)[] = []
  private open = 0

  constructor(cryptoki: Cryptoki, slot: Handle, most: number) {
    this.cryptoki = cryptoki
    this.slot = slot
    this.most = most
  }

  private async take(): Promise<Handle> {
    const idle = this.idle.pop()
    if (idle !== undefined) return idle
    if (this.open < this.most) {
      this.open++
      try {
        return withCodes(() => this.cryptoki.C_OpenSession(this.slot, CKF_SERIAL_SESSION))
      } catch (error) {
        this.open--
        throw error
      }
    }
    await new Promise<void>((resolve) => this.waiting.push(resolve))
    return this.take()
  }

  /** Lends a session; one that failed is closed, since the token may have dropped it. */
  async use<T>(work: (session: Handle) => T | Promise<T>): Promise<T> {
    const session = await this.take()
    try {
      const result = await work(session)
      this.idle.push(session)
      return result
    } catch (error) {
      this.discard(session)
      throw error
    } finally {
      this.waiting.shift()?.()
    }
  }

  private discard(session: Handle): void {
    this.open--
    try {
      this.cryptoki.C_CloseSession(session)
    } catch {
      // the token closed it first
    }
  }

  close(): void {
    for (const session of this.idle.splice(0)) this.discard(session)
  }
}
