import Box from "@cloudscape-design/components/box";
import type { RegisteredImage } from "../../../api/operations";
import { Remark } from "../../../parts/Remark";
import { sizeOf } from "../../../parts/size";
import { exactly } from "../../../parts/time";
import { image as words } from "../../../strings/administration/image";

export interface SystemProps {
  readonly registered: readonly RegisteredImage[];
  readonly ec2ImageId: string;
}

/** What sessions of an image run on: the registered root file system, or the server's own. */
export function System({ registered, ec2ImageId }: SystemProps) {
  const system = registered.find((each) => each.ec2ImageId === ec2ImageId);
  if (system === undefined) {
    return (
      <Remark type="info">
        {words.notRegistered(ec2ImageId)}
      </Remark>
    );
  }
  return (
    <>
      <Remark type="success">
        {words.isRegistered(ec2ImageId, summaryOf(system))}
      </Remark>
      <Box color="text-body-secondary" fontSize="body-s">
        {words.comesFrom(system.source)}
      </Box>
      <Box color="text-body-secondary" fontSize="body-s">
        <span className="command-line">{words.sha256(system.sha256)}</span>
      </Box>
    </>
  );
}

/** Its size and when it was registered. */
export function summaryOf({ sizeBytes, files, addedAt }: RegisteredImage): string {
  return words.summary(sizeOf(sizeBytes), files, exactly(new Date(addedAt)));
}
