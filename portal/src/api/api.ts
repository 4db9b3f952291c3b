import { NimbleClient } from "@aws-sdk/client-nimble";
import type { Credentials } from "../identity/credentials";
import { Additions } from "./additions";

export interface ApiOptions {
  readonly origin: string;
  readonly region: string;
  readonly studioId: string;
  readonly credentials: Credentials;
}

/** The studio's API as the official client speaks it, and Greenroom's additions beside it, with the same keys. */
export class Api {
  readonly nimble: NimbleClient;
  readonly additions: Additions;
  readonly studioId: string;
  readonly region: string;
  readonly origin: string;
  readonly credentials: Credentials;

  constructor({ origin, region, studioId, credentials }: ApiOptions) {
    this.studioId = studioId;
    this.region = region;
    this.origin = origin;
    this.credentials = credentials;
    this.nimble = new NimbleClient({ endpoint: origin, region, credentials: () => credentials.get(), maxAttempts: 3 });
    this.additions = new Additions(origin, region, () => credentials.get());
  }
}
