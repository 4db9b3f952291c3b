import { AuthError, type Keys, readKeys } from "./auth";

/** Milliseconds before the end of the keys at which others are asked for. */
const EARLY = 5 * 60_000;

/** As the official client takes them. */
export interface TemporaryKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
}

/** The sign-in has ended; who waits for keys hears this. */
export class SignInEndedError extends Error {
  override name = "SignInEnded";
}

/** Temporary keys of the signed-in person. They are in memory only and never outlive the page. */
export class Credentials {
  #keys: TemporaryKeys | null = null;
  #asking: Promise<TemporaryKeys> | null = null;
  #over: SignInEndedError | null = null;
  #whenEnded: () => void = () => undefined;

  constructor(
    private readonly ask: () => Promise<Keys> = readKeys,
    private readonly now: () => number = Date.now,
  ) {}

  /** Keys that hold for a while yet. Many may ask at once; the server is asked once. */
  async get(): Promise<TemporaryKeys> {
    // Whoever goes on asking is told so without asking the server.
    if (this.#over !== null) throw this.#over;
    const keys = this.#keys;
    if (keys !== null && keys.expiration.getTime() - this.now() > EARLY) return keys;
    this.#asking ??= this.#renewed().finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  /** `told` hears when the server no longer knows the sign-in; at once, where that is so already. */
  whenEnded(told: () => void): void {
    this.#whenEnded = told;
    if (this.#over !== null) told();
  }

  /** Forget them, so that the next call asks anew: after a sign-out, or when the server refused them. */
  forget(): void {
    this.#keys = null;
  }

  async #renewed(): Promise<TemporaryKeys> {
    try {
      const { expiration, ...keys } = await this.ask();
      this.#keys = { ...keys, expiration: new Date(expiration) };
      return this.#keys;
    } catch (error) {
      if (error instanceof AuthError && (error.status === 401 || error.status === 403)) {
        this.#keys = null;
        this.#over = new SignInEndedError("The sign-in has ended.", { cause: error });
        this.#whenEnded();
        throw this.#over;
      }
      throw error;
    }
  }
}
