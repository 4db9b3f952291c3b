import type { StreamingImage } from "@aws-sdk/client-nimble";
import type { Draft } from "../../../forms/draft";

export const FRESH: Draft = { name: "", description: "", ec2ImageId: "", tags: [] };

export function draftOf({ name = "", description = "" }: StreamingImage): Draft {
  return { name, description };
}
